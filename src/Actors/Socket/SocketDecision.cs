using RealtimeAkka.Protocol.Records;
using RealtimeAkka.Protocol.Wire;

namespace RealtimeAkka.Actors.Socket;

/// <summary>What the socket station does next.</summary>
public abstract record SocketDecision
{
    private SocketDecision() { }

    /// <summary>Make a connection; <c>WithFreshKey</c>: the key was refused, so get another one first.</summary>
    public sealed record Connect(bool WithFreshKey) : SocketDecision;

    /// <summary>Send this event on the connection.</summary>
    public sealed record Send(ClientEvent Event) : SocketDecision;

    /// <summary>The connection is open: inform the other stations. <c>Model</c>: as the server names it.</summary>
    public sealed record Announce(string? Model, ConnectionRenewal Renewal) : SocketDecision;

    /// <summary>Publish this notice.</summary>
    public sealed record Raise(Notice Notice) : SocketDecision;

    /// <summary>Log an error that the server reports.</summary>
    public sealed record Log(ErrorDetail Error) : SocketDecision;

    /// <summary>Ask the turns for a pause in which the connection can be replaced.</summary>
    public sealed record AwaitPause : SocketDecision;

    /// <summary>Send what is queued, then close the connection.</summary>
    public sealed record Close : SocketDecision;

    /// <summary>Forget the connection, whatever it still does.</summary>
    public sealed record Drop : SocketDecision;

    /// <summary>The session has no connection now: inform the other stations.</summary>
    public sealed record Suspend(string Reason) : SocketDecision;

    /// <summary>Wait before the next connection.</summary>
    public sealed record Wait(TimeSpan Delay, string Reason) : SocketDecision;

    /// <summary>There will be no other connection.</summary>
    public sealed record End(ConnectionOutcome Outcome) : SocketDecision;
}

/// <summary>The timers of the socket station.</summary>
public enum SocketTimer
{
    /// <summary>The connection did not open, or did not close, in time.</summary>
    Limit,
    /// <summary>The wait before the next connection is over.</summary>
    Reconnect,
    /// <summary>The connection is old: it is replaced in the next pause.</summary>
    Pause,
    /// <summary>The server is about to end the session.</summary>
    Expiry,
}
