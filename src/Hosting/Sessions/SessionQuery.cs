using RealtimeAkka.Protocol;
using RealtimeAkka.Protocol.Records;

namespace RealtimeAkka.Hosting.Sessions;

/// <summary>The order of a list of sessions.</summary>
public enum SessionOrder
{
    /// <summary>The oldest first.</summary>
    Start,
    /// <summary>The most expensive first.</summary>
    Cost,
    /// <summary>The one with the most turns first.</summary>
    Turns,
    /// <summary>The longest first.</summary>
    Length,
    /// <summary>By the Realtime model's name.</summary>
    Model,
    /// <summary>By how they ended.</summary>
    Exit,
    /// <summary>The one first whose transcripts contradict each other, or look made up, most often.</summary>
    Conflicts,
}

/// <summary>Which sessions are listed, and in which order; null: any.</summary>
public sealed record SessionQuery
{
    /// <summary>Those that started at this time or later.</summary>
    public DateTimeOffset? Since { get; init; }

    /// <summary>Those with this Realtime or transcription model, or a dated snapshot of it.</summary>
    public string? Model { get; init; }

    /// <summary>Those that cost at least so many US dollars, as far as known.</summary>
    public decimal? MinCost { get; init; }

    /// <summary>Those with a turn that has this flag or verdict.</summary>
    public string? Flag { get; init; }

    /// <summary>The order.</summary>
    public SessionOrder Order { get; init; }

    /// <summary>At most so many: of those by start the newest, else the first.</summary>
    public int? Limit { get; init; }

    /// <summary>
    /// The sessions that are wanted of these. The records of turns are read only where the summary leaves a flag open.
    /// <paramref name="warn"/> gets one line per problem.
    /// </summary>
    public IReadOnlyList<RecordedSession> Of(IRecordedSessions sessions, Action<string> warn)
    {
        var found = sessions.Read(Since, warn).Where(session => Admits(session) && HasFlag(sessions, session, warn));
        var sorted = Order switch
        {
            SessionOrder.Cost => found.OrderByDescending(session => session.Summary.TotalUsd),
            SessionOrder.Turns => found.OrderByDescending(session => session.Summary.Turns),
            SessionOrder.Length => found.OrderByDescending(session => session.Length),
            SessionOrder.Model => found.OrderBy(session => session.Model, StringComparer.Ordinal),
            SessionOrder.Exit => found.OrderBy(session => session.Summary.Exit, StringComparer.Ordinal),
            SessionOrder.Conflicts => found.OrderByDescending(
                session => session.Summary.Hearing is { } hearing ? hearing.Conflict + hearing.Suspect : 0),
            _ => found,
        };
        return Limit is not { } most ? [.. sorted] : Order == SessionOrder.Start ? [.. sorted.TakeLast(most)] : [.. sorted.Take(most)];
    }

    private bool Admits(RecordedSession session) =>
        (MinCost is null || session.Summary.TotalUsd >= MinCost)
        && (Model is null || IsModel(session.Model, Model) || (session.AsrModel is { } asr && IsModel(asr, Model)));

    private bool HasFlag(IRecordedSessions sessions, RecordedSession session, Action<string> warn)
    {
        if (Flag is null || session.IsFinished && Counted(session.Summary.Hearing) == 0) return Flag is null;
        if (session.IsFinished && Counted(session.Summary.Hearing) > 0) return true;
        return sessions.Records(session, warn).Any(line => line.Record is TurnRecord turn && Has(turn, Flag));
    }

    // Turns with this verdict; null: the summary does not say.
    private int? Counted(HearingFigures? figures) => figures is null ? null : Flag switch
    {
        "agreed" => figures.Agreed,
        "minor" => figures.Minor,
        "conflict" => figures.Conflict,
        "suspect" => figures.Suspect,
        _ => null,
    };

    private static bool Has(TurnRecord turn, string flag) =>
        turn.Flags.Contains(flag) || (turn.Verdict is { } verdict && $"{verdict}".Equals(flag, StringComparison.OrdinalIgnoreCase));

    private static bool IsModel(string name, string model) => name == model || ModelName.IsSnapshot(name, model);
}
