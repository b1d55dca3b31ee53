namespace RealtimeAkka.Protocol.Messages;

/// <summary>Owned by DeviceActor: how a sound device fares. Its parent uses the device and says so.</summary>
public static class DeviceMessages
{
    /// <summary>It gives or takes sound.</summary>
    public sealed record Works
    {
        /// <summary>It carries nothing.</summary>
        public static readonly Works Signal = new();
    }

    /// <summary>It has ended by itself, or could not be opened.</summary>
    public sealed record Ended(string Reason);
}

/// <summary>Told by DeviceActor to its parent.</summary>
public static class DeviceFacts
{
    /// <summary>It has gone.</summary>
    public sealed record Lost;

    /// <summary>It is time to open it again.</summary>
    public sealed record Due;

    /// <summary>It works again.</summary>
    public sealed record Back;

    /// <summary>It will not be opened again.</summary>
    public sealed record GivenUp(string Reason);
}
