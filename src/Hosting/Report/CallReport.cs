using System.Collections.Immutable;
using System.Text.Json;
using RealtimeAkka.Hearing;
using RealtimeAkka.Hosting.Sessions;
using RealtimeAkka.Lab;
using RealtimeAkka.Protocol.Records;

namespace RealtimeAkka.Hosting.Report;

/// <summary>A part of a transcript.</summary>
/// <param name="Text">As it was written.</param>
/// <param name="Differs">The other transcript has something else, or nothing.</param>
public readonly record struct TextPart(string Text, bool Differs);

/// <summary>A turn with all that belongs to it.</summary>
/// <param name="Number">Its number; 0: before the first turn.</param>
/// <param name="Record">The last record of it; null: there is none.</param>
public sealed record ReportTurn(int Number, TurnRecord? Record)
{
    /// <summary>A transcript came after its deadline.</summary>
    public bool IsAmended { get; init; }

    /// <summary>When it began on the clock of the timeline, in ms; null: not known.</summary>
    public long? StartMs { get; init; }

    /// <summary>The model's transcript.</summary>
    public ImmutableArray<TextPart> Oob { get; init; } = [];

    /// <summary>The built-in one.</summary>
    public ImmutableArray<TextPart> Asr { get; init; } = [];

    /// <summary>The words that count, with what was found out later.</summary>
    public string? Words { get; init; }

    /// <summary>What later words decided.</summary>
    public ImmutableArray<HeardAgain> Hearings { get; init; } = [];

    /// <summary>What the assistant said to it.</summary>
    public ImmutableArray<AssistantReplied> Answers { get; init; } = [];

    /// <summary>The functions that were called.</summary>
    public ImmutableArray<ToolCalled> Tools { get; init; } = [];

    /// <summary>Records that this version does not know.</summary>
    public ImmutableArray<RecordLine> Others { get; init; } = [];
}

/// <summary>The running cost of both methods after a turn, in US dollars.</summary>
public readonly record struct CostPoint(int Turn, decimal Oob, decimal Asr);

/// <summary>What a method cost, or would have.</summary>
/// <param name="Name">The method.</param>
/// <param name="Usd">US dollars.</param>
/// <param name="IsAsr">It is the built-in transcription's.</param>
/// <param name="IsEstimate">It was not charged.</param>
public sealed record CostBar(string Name, decimal Usd, bool IsAsr, bool IsEstimate);

/// <summary>Times from the commit to the transcripts of a method, in ms.</summary>
/// <param name="Values">One for each turn of the report; null: no transcript.</param>
/// <param name="Median">Half of them took at most so long; null: there is none.</param>
/// <param name="P95">19 of 20 took at most so long.</param>
public sealed record Latencies(ImmutableArray<double?> Values, double? Median, double? P95)
{
    /// <summary>Of these values, by nearest rank.</summary>
    public static Latencies Of(ImmutableArray<double?> values)
    {
        double[] known = [.. values.OfType<double>().Order()];
        return new(values, LabVariant.Percentile(known, 0.5), LabVariant.Percentile(known, 0.95));
    }
}

/// <summary>A notice of a call.</summary>
/// <param name="Level">Its level.</param>
/// <param name="Code">Its code.</param>
/// <param name="Message">The text.</param>
public sealed record ReportNotice(string Level, string Code, string Message);

/// <summary>The report of a call as data: its numbers and positions, and no markup.</summary>
/// <param name="Session">The recorded session.</param>
/// <param name="Turns">In their order.</param>
public sealed record CallReport(RecordedSession Session, ImmutableArray<ReportTurn> Turns)
{
    // About ten minutes of speech; a longer transcript is shown without marks.
    private const int MaxCompared = 10_000;

    /// <summary>Words are replaced by what they are.</summary>
    public bool IsRedacted { get; init; }

    /// <summary>Its timeline in rows.</summary>
    public required ImmutableArray<TimelineRow> Timeline { get; init; }

    /// <summary>The times are those of the session's clock, that of a recording.</summary>
    public required bool IsOnClock { get; init; }

    /// <summary>The turns that have a record, by number, for the plots.</summary>
    public ImmutableArray<int> Numbers => [.. Joined.Select(turn => turn.Number)];

    /// <summary>Latencies of the model's transcripts.</summary>
    public Latencies OobLatency => Latencies.Of([.. Joined.Select(turn => (double?)turn.Record!.Oob.LatencyMs)]);

    /// <summary>Latencies of the built-in ones.</summary>
    public Latencies AsrLatency => Latencies.Of([.. Joined.Select(turn => (double?)turn.Record!.Asr.LatencyMs)]);

    /// <summary>The results of the tasks, in order.</summary>
    public ImmutableArray<TaskCompleted> Tasks { get; init; } = [];

    /// <summary>What people were told.</summary>
    public ImmutableArray<ReportNotice> Notices { get; init; } = [];

    /// <summary>Turns by verdict; <c>null</c>: of one witness only.</summary>
    public ImmutableArray<(Verdict? Verdict, int Turns)> Verdicts =>
    [
        .. Joined.GroupBy(turn => turn.Record!.Verdict).OrderBy(group => group.Key ?? (Verdict)int.MaxValue)
            .Select(group => (group.Key, group.Count())),
    ];

    /// <summary>The running cost by turn; what has no price counts as 0.</summary>
    public ImmutableArray<CostPoint> Costs
    {
        get
        {
            var (oob, asr) = (0m, 0m);
            return
            [
                .. Joined.Select(turn => new CostPoint(
                    turn.Number, oob += turn.Record!.Oob.CostUsd ?? 0, asr += turn.Record!.Asr.CostUsd ?? 0)),
            ];
        }
    }

    /// <summary>What both methods cost, and what the model's would have cost otherwise.</summary>
    public ImmutableArray<CostBar> CostBars
    {
        get
        {
            var summary = Session.Summary;
            var bars = ImmutableArray.CreateBuilder<CostBar>();
            void Add(string name, decimal? usd, bool isAsr = false, bool isEstimate = false)
            {
                if (usd is { } known) bars.Add(new(name, known, isAsr, isEstimate));
            }
            Add("transcription model", summary.Asr.Usd, isAsr: true);
            Add("Realtime model", summary.Oob.Usd);
            foreach (var narrower in summary.OobUsdIfNarrower) Add($"with context {narrower.Context}", narrower.Usd, isEstimate: true);
            Add("if all audio were billed", summary.OobUsdIfAudioBilled, isEstimate: true);
            return bars.ToImmutable();
        }
    }

    private IEnumerable<ReportTurn> Joined => Turns.Where(turn => turn.Record is not null);

    /// <summary>The report of a session with these records.</summary>
    /// <param name="session">The session.</param>
    /// <param name="lines">Its records, notices among them.</param>
    /// <param name="events">What is known of its connections and its input.</param>
    public static CallReport Of(RecordedSession session, IReadOnlyList<RecordLine> lines, CallEvents events)
    {
        var records = lines.Select(line => line.Record).OfType<SessionRecord>().ToList();
        var turns = records.OfType<TurnRecord>().GroupBy(turn => turn.Turn).ToDictionary(group => group.Key, group => group.ToList());
        var isOnClock = turns.Values.Any(told => told[^1].StartedMs is not null) || turns.Count == 0;
        var last = 0;
        List<(int Turn, RecordLine Line)> placed = [];
        foreach (var line in lines)
        {
            if (line.Record is TurnJoined joined) last = joined.Turn;
            placed.Add((TurnOf(line) ?? last, line));
        }
        var byTurn = placed
            .Where(one => one.Line.Record is not (TurnRecord or TaskCompleted) && one.Line.Type is not ("notice" or "session"))
            .ToLookup(one => one.Turn, one => one.Line);
        var report = new CallReport(
            session,
            [.. turns.Keys.Concat(byTurn.Select(group => group.Key)).Distinct().Order()
                .Select(number => Turn(number, turns.GetValueOrDefault(number), byTurn[number], isOnClock))])
        {
            Timeline = [], IsOnClock = isOnClock, Tasks = [.. records.OfType<TaskCompleted>()],
            Notices = [.. lines.Where(line => line.Type == "notice").Select(Notice)],
        };
        return report with { Timeline = CallTimeline.Rows(session.Summary.DurationMs, report.Spans(events)) };
    }

    /// <summary>A text in parts: those of <paramref name="words"/> that differ, and what stands between them.</summary>
    public static ImmutableArray<TextPart> Parts(string text, IEnumerable<Word> words)
    {
        var parts = ImmutableArray.CreateBuilder<TextPart>();
        var at = 0;
        foreach (var word in words)
        {
            if (word.Start < at) continue; // two words may be read from one place: "$5" is 5 and dollars
            if (word.Start > at) parts.Add(new(text[at..word.Start], Differs: false));
            parts.Add(new(text[word.Start..word.End], Differs: true));
            at = word.End;
        }
        if (at < text.Length) parts.Add(new(text[at..], Differs: false));
        return parts.ToImmutable();
    }

    private static ReportTurn Turn(int number, List<TurnRecord>? told, IEnumerable<RecordLine> lines, bool isOnClock)
    {
        var (record, others) = (told?[^1], lines.ToList());
        HeardAgain[] hearings = [.. others.Select(line => line.Record).OfType<HeardAgain>()];
        var turn = new ReportTurn(number, record)
        {
            IsAmended = told?.Exists(one => one is TurnAmended) == true,
            StartMs = isOnClock ? record?.StartedMs : record?.AudioStartMs,
            Words = hearings.LastOrDefault(heard => heard.Text is not null)?.Text ?? record?.Words,
            Hearings = [.. hearings],
            Answers = [.. others.Select(line => line.Record).OfType<AssistantReplied>()],
            Tools = [.. others.Select(line => line.Record).OfType<ToolCalled>()],
            Others = [.. others.Where(line => line.Record is null)],
        };
        var (oob, asr) = (record?.Oob.Text ?? "", record?.Asr.Text ?? "");
        if (oob.Length == 0 || asr.Length == 0 || oob.Length > MaxCompared || asr.Length > MaxCompared)
            return turn with { Oob = Parts(oob, []), Asr = Parts(asr, []) };
        var comparison = TranscriptComparison.Of(oob, asr);
        return turn with
        {
            Oob = Parts(oob, comparison.Path.Where(step => step.Edit is Edit.Substitute or Edit.Delete)
                .Select(step => comparison.Reference[step.Reference])),
            Asr = Parts(asr, comparison.Path.Where(step => step.Edit is Edit.Substitute or Edit.Insert)
                .Select(step => comparison.Hypothesis[step.Hypothesis])),
        };
    }

    private List<TimelineSpan> Spans(CallEvents events)
    {
        List<TimelineSpan> spans = [];
        foreach (var turn in Turns)
        {
            var record = turn.Record;
            var (from, to) = IsOnClock ? (record?.StartedMs, record?.EndedMs) : (record?.AudioStartMs, record?.AudioEndMs);
            var words = turn.Words ?? record?.Oob.Text ?? record?.Asr.Text ?? "";
            if (from is >= 0 && to >= from) spans.Add(new(SpanKind.Turn, from.Value, to.Value, turn.Number, words));
        }
        foreach (var turn in Turns)
        {
            foreach (var answer in turn.Answers.Where(answer => answer.HeardMs > 0))
            {
                // Without the session's clock an answer follows its turn.
                var from = IsOnClock ? answer.StartedMs : turn.Record?.AudioEndMs;
                if (from is not >= 0) continue;
                spans.Add(new(SpanKind.Answer, from.Value, from.Value + answer.HeardMs, turn.Number, answer.Heard)
                {
                    IsInterrupted = answer is { Status: "cancelled" } or { HeardText: not null },
                });
            }
        }
        if (!IsOnClock) return spans;
        var end = Session.Summary.DurationMs;
        spans.AddRange(events.Muted.Select(span => new TimelineSpan(SpanKind.Muted, span.FromMs, span.ToMs ?? end, null, "")));
        spans.AddRange(events.Disconnected.Select(span => new TimelineSpan(
            SpanKind.Disconnected, span.FromMs, Math.Max(span.FromMs, span.ToMs ?? end), null, span.Reason ?? "")));
        return spans;
    }

    private static int? TurnOf(RecordLine line) => line.Json.TryGetProperty("turn", out var turn)
        && turn.ValueKind == JsonValueKind.Number && turn.TryGetInt32(out var number) && number >= 0 ? number : null;

    private static ReportNotice Notice(RecordLine line)
    {
        string Text(string name) => line.Json.TryGetProperty(name, out var value) ? JsonText.Of(value) ?? "" : "";
        return new(Text("level"), Text("code"), Text("message"));
    }
}
