using RealtimeAkka.Protocol.Records;

namespace RealtimeAkka.Protocol.Messages;

/// <summary>Owned by SessionActor: the life cycle of one session.</summary>
public static class SessionMessages
{
    /// <summary>Begin. Answered with <see cref="Ended"/> when everything is over.</summary>
    public sealed record Run;

    /// <summary>Stop listening, finish what is open, end as requested.</summary>
    public sealed record Stop;

    /// <summary>
    /// The connection is open and configured; from the second time on, reopened. <c>Model</c>: as the server names it; null: it does not.
    /// </summary>
    public sealed record Opened(string? Model = null);

    /// <summary>The connection is lost, for this reason; another one will be made.</summary>
    public sealed record ConnectionLost(string Reason);

    /// <summary>There is no connection and no other will be made.</summary>
    public sealed record Disconnected(ExitKind Exit, string Reason);

    /// <summary>
    /// A station failed on a message and continues. <c>GivenUp</c>: the type of a message it skips after two failures;
    /// <c>NeedsReconnect</c>: a new connection delivers the content of that message again.
    /// </summary>
    public sealed record StationFailed(string Station, string Reason, string? GivenUp = null, bool NeedsReconnect = false);

    /// <summary>The input is at its end: all of it is sent, and then some silence, so that the last turn could end.</summary>
    public sealed record InputEnded;

    /// <summary>The audio input failed.</summary>
    public sealed record InputFailed(string Reason);

    /// <summary>A station has a notice for a person.</summary>
    public sealed record NoticeRaised(Notice Notice);

    /// <summary>The destination of a sink is gone for good.</summary>
    public sealed record SinkClosed(string Sink);

    /// <summary>This many turns are joined so far.</summary>
    public sealed record TurnsJoined(int Count);

    /// <summary>How the transcripts of all turns so far agreed.</summary>
    public sealed record Judged(HearingFigures Hearing);

    /// <summary>Nothing is open any more, or the drain deadline passed with <paramref name="OpenTurns"/> turns still open.</summary>
    public sealed record Drained(int OpenTurns);

    /// <summary>
    /// A budget threshold is reached: this fraction (1 is all of it), these US dollars, and the step to take.
    /// <c>OfTheDay</c>: it is the budget that all sessions of a day share.
    /// </summary>
    public sealed record BudgetReached(decimal Fraction, BudgetStep Step, decimal SpentUsd, decimal LimitUsd, bool OfTheDay)
    {
        /// <summary>It is the budget that all calls of a tenant share.</summary>
        public bool OfTheTenant { get; init; }
    }

    /// <summary>The last message; the host turns it into an exit code.</summary>
    public sealed record Ended(ExitKind Exit, string? Reason);
}

/// <summary>Why a session ended, by exit code (docs/contract.md 3).</summary>
public enum ExitKind
{
    /// <summary>As requested.</summary>
    Completed = 0,
    /// <summary>The session failed.</summary>
    Failed = 1,
    /// <summary>Refused by configuration: key, model or session settings.</summary>
    Configuration = 2,
    /// <summary>The budget is spent.</summary>
    Budget = 3,
    /// <summary>An audio device or audio input failed.</summary>
    Audio = 4,
    /// <summary>As requested, but not everything that was to be printed or recorded is.</summary>
    Records = 5,
    /// <summary>Interrupted twice.</summary>
    Interrupted = 130,
}
