using RealtimeAkka.Protocol.Records;

namespace RealtimeAkka.Protocol.Messages;

/// <summary>Owned by SessionActor: the life of one conversation.</summary>
public static class SessionMessages
{
    /// <summary>Begin. Answered with <see cref="Ended"/> when everything is over.</summary>
    public sealed record Run;

    /// <summary>Stop listening, finish what is open, end as asked.</summary>
    public sealed record Stop;

    /// <summary>The connection is open and configured; the second time and later, again.</summary>
    public sealed record Opened;

    /// <summary>The connection is gone, for this reason; another one is being made.</summary>
    public sealed record LineLost(string Reason);

    /// <summary>There is no connection and there will be none.</summary>
    public sealed record Disconnected(ExitKind Exit, string Reason);

    /// <summary>A station failed on a message, which it handles once more; <c>GivenUp</c>: for the second time on one of this type, and it goes on without it.</summary>
    public sealed record StationFailed(string Station, string Reason, string? GivenUp = null);

    /// <summary>The sound input is at its end, all of it is sent, and then some silence, so that the last turn could end.</summary>
    public sealed record InputEnded;

    /// <summary>The sound input broke.</summary>
    public sealed record InputFailed(string Reason);

    /// <summary>A station has something that a person should know.</summary>
    public sealed record Noticed(Notice Notice);

    /// <summary>This many turns are joined by now.</summary>
    public sealed record TurnsJoined(int Count);

    /// <summary>Nothing is open any more, or the drain deadline passed with <paramref name="OpenTurns"/> turns still open.</summary>
    public sealed record Drained(int OpenTurns);

    /// <summary>
    /// This much of a budget is spent (1 is all of it), in US dollars, and what follows from it; <c>OfTheDay</c>: the budget
    /// that all sessions of a day share.
    /// </summary>
    public sealed record BudgetReached(decimal Fraction, BudgetStep Step, decimal SpentUsd, decimal LimitUsd, bool OfTheDay);

    /// <summary>The last word; the host turns it into an exit code.</summary>
    public sealed record Ended(ExitKind Exit, string? Reason);
}

/// <summary>Why a session ended, by exit code (docs/contract.md 3).</summary>
public enum ExitKind
{
    /// <summary>As asked.</summary>
    Completed = 0,
    /// <summary>The session failed.</summary>
    Failed = 1,
    /// <summary>Refused by configuration: key, model or session settings.</summary>
    Configuration = 2,
    /// <summary>The budget is spent.</summary>
    Budget = 3,
    /// <summary>A sound device or sound input failed.</summary>
    Audio = 4,
    /// <summary>Interrupted twice.</summary>
    Interrupted = 130,
}
