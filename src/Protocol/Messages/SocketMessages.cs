namespace RealtimeAkka.Protocol.Messages;

/// <summary>Owned by SocketActor: a live connection, or the reason why there is none.</summary>
public static class SocketMessages
{
    /// <summary>Connect; sound comes from the sender.</summary>
    public sealed record Open;

    /// <summary>Close in good order and connect anew; what is open is asked again there.</summary>
    public sealed record Reopen(string Reason);

    /// <summary>Send what waits, then close in good order.</summary>
    public sealed record Close;
}
