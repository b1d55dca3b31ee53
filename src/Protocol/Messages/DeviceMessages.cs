namespace RealtimeAkka.Protocol.Messages;

/// <summary>Owned by DeviceActor: the state of an audio device. The parent uses the device and reports on it.</summary>
public static class DeviceMessages
{
    /// <summary>The device delivers or consumes audio.</summary>
    public sealed record Working
    {
        /// <summary>The shared instance.</summary>
        public static readonly Working Signal = new();
    }

    /// <summary>The device has ended by itself, or could not be opened.</summary>
    public sealed record Ended(string Reason);
}

/// <summary>Sent by DeviceActor to its parent.</summary>
public static class DeviceFacts
{
    /// <summary>The device is lost.</summary>
    public sealed record Lost;

    /// <summary>It is time to reopen the device.</summary>
    public sealed record ReopenDue;

    /// <summary>The device works again.</summary>
    public sealed record Recovered;

    /// <summary>The device is given up: it will not be reopened.</summary>
    public sealed record Abandoned(string Reason);
}
