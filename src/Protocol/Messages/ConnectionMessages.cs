using RealtimeAkka.Protocol.Wire;

namespace RealtimeAkka.Protocol.Messages;

/// <summary>Owned by ConnectionActor: what goes out on one WebSocket. An order for a dead connection dies with it.</summary>
public static class ConnectionMessages
{
    /// <summary>Put this on the wire: control before sound, a commit after the sound it commits.</summary>
    public sealed record Send(ClientEvent Event);

    /// <summary>All that must stand before the sound was told: let the microphone begin.</summary>
    public sealed record StartSound;

    /// <summary>This was the last sound: give credit back frame by frame, so that its sender knows when all of it has left.</summary>
    public sealed record ReturnCredit;

    /// <summary>Send what waits, then close with 1000.</summary>
    public sealed record Close;

    /// <summary>The sender has handled every event up to this one; more may be read.</summary>
    public sealed record Handled(long Sequence);
}

/// <summary>Told by ConnectionActor to those its router names.</summary>
public static class ConnectionFacts
{
    /// <summary>The connection (the sender) is open and configured; earlier wire ids are void.</summary>
    public sealed record Opened;

    /// <summary>An out-of-band request has left for the wire.</summary>
    public sealed record Left(EventId Request);

    /// <summary>How loud the sound of an item was as it left: the loudest 100 ms, as RMS from 0 to 1.</summary>
    public sealed record Loudness(ItemId Item, double Loudest);

    /// <summary>An event arrived.</summary>
    public sealed record Received(ServerEvent Event);

    /// <summary>Answer with <see cref="ConnectionMessages.Handled"/> once this is reached: it stands behind all events so far.</summary>
    public sealed record Mark(long Sequence);

    /// <summary>The connection is gone and another one will come: hold what is open.</summary>
    public sealed record Lost;

    /// <summary>The connection is over, and so is the session.</summary>
    public sealed record Ended(LineEnd End);
}

/// <summary>How a connection ended.</summary>
public abstract record LineEnd
{
    private LineEnd() { }

    /// <summary>A close frame came or went; <c>Code</c> null where the peer just hung up.</summary>
    public sealed record Closed(int? Code, string? Reason) : LineEnd;

    /// <summary>The upgrade was refused with this HTTP status.</summary>
    public sealed record Refused(int Status) : LineEnd;

    /// <summary>The network failed, or the peer broke the protocol.</summary>
    public sealed record Broken(string Reason) : LineEnd;
}
