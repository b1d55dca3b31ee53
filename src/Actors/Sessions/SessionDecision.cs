using RealtimeAkka.Protocol.Messages;
using RealtimeAkka.Protocol.Records;

namespace RealtimeAkka.Actors.Sessions;

/// <summary>What <see cref="SessionFlow"/> tells the session to do.</summary>
public abstract record SessionDecision
{
    private SessionDecision()
    {
    }

    /// <summary>Write this record.</summary>
    public sealed record Publish(SessionRecord Record) : SessionDecision;

    /// <summary>Send this message to a station.</summary>
    public sealed record Send(SessionStation To, object Message) : SessionDecision;

    /// <summary>Call <see cref="SessionFlow.TimeIsUp"/> after this time, instead of at any time set before; null: not at all.</summary>
    public sealed record Wait(TimeSpan? Time) : SessionDecision;

    /// <summary>Send this to the host, and stop.</summary>
    public sealed record Finish(SessionMessages.Ended Ended) : SessionDecision;
}

/// <summary>The stations that a session sends messages to.</summary>
public enum SessionStation
{
    /// <summary>Sends the caller's audio.</summary>
    Mic,
    /// <summary>Keeps a connection open.</summary>
    Socket,
    /// <summary>Joins the turns.</summary>
    Turns,
    /// <summary>Requests the out-of-band transcripts.</summary>
    OutOfBand,
    /// <summary>Plays the assistant's audio.</summary>
    Playback,
    /// <summary>Charges the tokens.</summary>
    Ledger,
    /// <summary>Runs the tasks.</summary>
    Tasks,
    /// <summary>Writes the records; the first of the chain.</summary>
    Sinks,
}
