using RealtimeAkka.Protocol.Wire;

namespace RealtimeAkka.Protocol.Messages;

/// <summary>Owned by ConnectionActor: what is sent on one WebSocket. A message to a connection that has ended is lost with it.</summary>
public static class ConnectionMessages
{
    /// <summary>Send this event: control before audio, a commit after the audio it commits.</summary>
    public sealed record Send(ClientEvent Event);

    /// <summary>Everything that must precede the audio was sent: let the microphone begin.</summary>
    public sealed record StartAudio;

    /// <summary>This was the last audio: return credit frame by frame, so that the microphone knows when all of it was sent.</summary>
    public sealed record ReturnCredit;

    /// <summary>Send what is queued, then close with code 1000.</summary>
    public sealed record Close;

    /// <summary>The sender has handled every event up to this one; more may be read.</summary>
    public sealed record Handled(long Sequence);
}

/// <summary>Sent by ConnectionActor to the recipients its router names.</summary>
public static class ConnectionFacts
{
    /// <summary>
    /// The connection (the sender) is open and configured; earlier wire ids are void. <c>Model</c>: the model that the server names, which
    /// is the one it bills; null: it names none.
    /// </summary>
    public sealed record Opened(string? Model = null);

    /// <summary>An out-of-band request was sent to the server.</summary>
    public sealed record RequestSent(EventId Request);

    /// <summary>How loud the audio of an item was when it was sent: the loudest 100 ms, as RMS from 0 to 1.</summary>
    public sealed record Loudness(ItemId Item, double Loudest);

    /// <summary>The caller has spoken long enough to interrupt the assistant (<c>echo.min-interruption</c>).</summary>
    public sealed record Spoken(ItemId Item);

    /// <summary>An event arrived.</summary>
    public sealed record Received(ServerEvent Event);

    /// <summary>Answer with <see cref="ConnectionMessages.Handled"/> when this is reached: all earlier events are handled then.</summary>
    public sealed record Mark(long Sequence);

    /// <summary>The connection is gone and another one will come: suspend what is open.</summary>
    public sealed record Lost;

    /// <summary>The connection is over, and so is the session.</summary>
    public sealed record Ended(ConnectionEnd End);
}

/// <summary>How a connection ended.</summary>
public abstract record ConnectionEnd
{
    private ConnectionEnd() { }

    /// <summary>A close frame was sent or received; <c>Code</c> is null if the peer closed without one.</summary>
    public sealed record Closed(int? Code, string? Reason) : ConnectionEnd;

    /// <summary>
    /// The upgrade was refused with this HTTP status. <c>RetryAfter</c>: the wait that the server asks for; <c>Error</c>: its reason, if
    /// its answer holds one.
    /// </summary>
    public sealed record Refused(int Status, TimeSpan RetryAfter = default, ErrorDetail? Error = null) : ConnectionEnd;

    /// <summary>No key could be had, so nothing was sent.</summary>
    public sealed record NoKey(string Reason) : ConnectionEnd;

    /// <summary>The network failed, or the peer violated the protocol.</summary>
    public sealed record Broken(string Reason) : ConnectionEnd;
}
