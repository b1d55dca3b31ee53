using RealtimeAkka.Actors.Stations;
using RealtimeAkka.Protocol.Messages;
using RealtimeAkka.Protocol.Records;

namespace RealtimeAkka.Actors.Sessions;

/// <summary>How a session goes: its counts, the figures of its stations, and why it ends.</summary>
public sealed record SessionOutcome
{
    private DateTimeOffset StartedAt { get; init; }
    private int Turns { get; init; }
    private int OpenTurns { get; init; } // when the drain was over
    private int Reconnects { get; init; }
    private bool IsDone { get; init; } // every turn and every task is complete

    private int ClosedSinks { get; init; }

    /// <summary>The figures that the stations have reported.</summary>
    public SessionReport Report { get; init; } = new();

    /// <summary>Why the session ends: as requested, unless something else was reported.</summary>
    public SessionMessages.Ended Ended { get; private init; } = new(ExitKind.Completed, null);

    /// <summary>The first connection is open.</summary>
    public SessionOutcome Started(DateTimeOffset now) => this with { StartedAt = now };

    /// <summary>Another connection is open.</summary>
    public SessionOutcome Reconnected() => this with { Reconnects = Reconnects + 1 };

    /// <summary>This many turns are joined so far.</summary>
    public SessionOutcome Joined(int turns) => this with { Turns = turns };

    /// <summary>The turns are drained, or these remained open.</summary>
    public SessionOutcome Drained(int openTurns) => this with { OpenTurns = openTurns };

    /// <summary>The tasks are finished.</summary>
    public SessionOutcome Finished() => this with { IsDone = OpenTurns == 0 };

    /// <summary>The session ends for this reason, whatever was reported before.</summary>
    public SessionOutcome End(ExitKind exit, string reason) => this with { Ended = new(exit, reason) };

    /// <summary>A station failed while the session was ending: a reason that was reported before stays.</summary>
    public SessionOutcome EndIfCompleted(string reason) => Ended.Exit == ExitKind.Completed ? End(ExitKind.Failed, reason) : this;

    /// <summary>A sink is closed for good.</summary>
    public SessionOutcome SinkClosed() => this with { ClosedSinks = ClosedSinks + 1 };

    /// <summary>No sink of <paramref name="sinks"/> is left: whatever is said from now on is kept nowhere.</summary>
    public bool IsUnheard(int sinks) => ClosedSinks >= sinks;

    /// <summary>
    /// The sinks are flushed. Lost records are an exit of their own, unless the session has failed: that reason stays.
    /// </summary>
    public SessionOutcome Flushed(SinkMessages.Flushed flushed) => flushed.Lost == 0 || Ended.Exit != ExitKind.Completed ? this
        : End(ExitKind.Records, flushed.Lost == 1 ? $"1 record could not be written ({flushed.Reason})."
            : $"{flushed.Lost} records could not be written ({flushed.Reason}).");

    /// <summary>There will be no more connection. One that is lost after all work is done is no failure.</summary>
    public SessionOutcome Disconnected(ExitKind exit, string reason) => exit == ExitKind.Completed || IsDone ? this : End(exit, reason);

    /// <summary>The last records of the session: why it failed, if it did, and the summary.</summary>
    public IEnumerable<SessionRecord> Records(SessionFacts facts, DateTimeOffset now)
    {
        if (Ended is { Exit: not (ExitKind.Completed or ExitKind.Budget), Reason: { } reason })
        {
            yield return new Notice(NoticeLevel.Error, "session_failed", reason);
        }
        yield return Report.Summarize(facts, Turns, Reconnects, now - StartedAt, Ended.Exit);
    }
}
