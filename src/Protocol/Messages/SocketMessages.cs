namespace RealtimeAkka.Protocol.Messages;

/// <summary>Owned by SocketActor: an open connection, or the reason why there is none.</summary>
public static class SocketMessages
{
    /// <summary>Connect; audio comes from the sender.</summary>
    public sealed record Open;

    /// <summary>Close cleanly and reconnect; what is open is requested again on the new connection.</summary>
    public sealed record Reopen(string Reason);

    /// <summary>Send what is queued, then close cleanly.</summary>
    public sealed record Close;
}
