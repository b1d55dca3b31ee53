using System.Collections.Immutable;
using RealtimeAkka.Protocol.Records;

namespace RealtimeAkka.Lab;

/// <summary>What a session reports about a turn: a transcript, or why there is none.</summary>
/// <param name="Turn">The turn, as the session numbers it.</param>
/// <param name="Variant">Whose it is.</param>
/// <param name="Status">How it ended.</param>
/// <param name="Text">The transcript.</param>
/// <param name="Error">Why there is none.</param>
public sealed record ReportedAnswer(int Turn, string Variant, ResultStatus Status, string? Text, string? Error)
{
    /// <summary>What it cost in US dollars; null: not known.</summary>
    public decimal? Usd { get; init; }

    /// <summary>What it would cost if nothing were cached; null: not known.</summary>
    public decimal? ColdUsd { get; init; }

    /// <summary>From the request to the transcript, in ms; null: not measured.</summary>
    public double? LatencyMs { get; init; }

    /// <summary>It was paid for, or is a result: it is never asked for again. A request that failed for nothing is.</summary>
    public bool IsKept => IsResult || Usd > 0;

    /// <summary>There is a transcript, maybe an empty one.</summary>
    public bool IsResult => Status is ResultStatus.Completed or ResultStatus.Empty;

    /// <summary>The answer to a question.</summary>
    public VariantAnswer To(LabQuestion question) => new(question.Name, question.Turn, question.Repeat, IsResult ? Text ?? "" : null)
    {
        Error = IsResult ? null : $"{Status.Words()}{(Error is null ? "" : $": {Error}")}",
        Usd = Usd, ColdUsd = ColdUsd, LatencyMs = LatencyMs,
    };
}

/// <summary>
/// Pairs what a session reports with the questions that it asks, by the number of the turn. An immutable value. A late transcript replaces
/// the error that was reported in its place; nothing replaces a transcript.
/// </summary>
/// <param name="Session">The session.</param>
public sealed record SessionAnswers(LabSession Session)
{
    private ImmutableDictionary<LabQuestion, ReportedAnswer> Reports { get; init; } =
        ImmutableDictionary<LabQuestion, ReportedAnswer>.Empty;

    /// <summary>Answers that are no transcripts; they are final when the session is over.</summary>
    public IEnumerable<(LabQuestion Question, ReportedAnswer Report)> Errors =>
        Reports.Where(pair => !pair.Value.IsResult).Select(pair => (pair.Key, pair.Value));

    /// <summary>Takes a report. The question that it answers with a transcript; null: it is none, or one that nobody waits for.</summary>
    public (SessionAnswers Next, LabQuestion? Answered) On(ReportedAnswer report)
    {
        if (Session.Find(report.Turn, report.Variant) is not { } question) return (this, null);
        if (Reports.GetValueOrDefault(question) is { } before && (before.IsResult || !report.IsResult)) return (this, null);
        return (this with { Reports = Reports.SetItem(question, report) }, report.IsResult ? question : null);
    }

    /// <summary>Whether all questions about a turn have been answered, in whatever way.</summary>
    public bool IsComplete(int turn) => Missing(turn).Count == 0;

    /// <summary>The questions about a turn that nothing was reported for.</summary>
    public IReadOnlyList<LabQuestion> Missing(int turn) =>
    [
        .. Session.Variants.Select(variant => variant.Name).Append(VariantAnswer.Asr)
            .Select(name => Session.Find(turn, name)).OfType<LabQuestion>().Where(question => !Reports.ContainsKey(question)),
    ];
}
