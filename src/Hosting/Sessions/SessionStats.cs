using System.Globalization;
using System.Text.Json;
using RealtimeAkka.Actors.Sessions;
using RealtimeAkka.Hearing;
using RealtimeAkka.Hosting.Sinks;
using RealtimeAkka.Lab;
using RealtimeAkka.Protocol.Records;

namespace RealtimeAkka.Hosting.Sessions;

/// <summary>What the sessions of a day, or those with a model, come to.</summary>
/// <param name="of">The day (UTC), the model, or <c>total</c>.</param>
public sealed class StatsGroup(string of)
{
    private readonly List<double> _oobMs = [], _asrMs = [];
    private long _edits, _units;
    private decimal? _oob = 0m, _asr = 0m;

    /// <summary>The day, the model, or <c>total</c>.</summary>
    public string Of => of;

    /// <summary>Sessions.</summary>
    public int Sessions { get; private set; }

    /// <summary>Turns of the caller.</summary>
    public int Turns { get; private set; }

    /// <summary>US dollars, as far as known.</summary>
    public decimal Usd { get; private set; }

    /// <summary>A model without a price took part.</summary>
    public bool IsPart { get; private set; }

    /// <summary>How many times the built-in transcripts' cost the model's transcripts cost; null: unknown.</summary>
    public double? OobToAsr => SessionReport.Times(_oob, _asr);

    /// <summary>Word error rate of the built-in transcripts against the model's, over all words; null: no turn has both.</summary>
    public double? Wer => _units == 0 ? null : Math.Round((double)_edits / _units, 4);

    /// <summary>Latency from the commit to the model's transcript in ms, not exceeded by this share; null: no transcript.</summary>
    public double? OobMs(double share) => Percentile(_oobMs, share);

    /// <summary>The same for the built-in transcript.</summary>
    public double? AsrMs(double share) => Percentile(_asrMs, share);

    /// <summary>Adds a session with the last record of each of its turns.</summary>
    public void Add(RecordedSession session, IReadOnlyCollection<TurnRecord> turns)
    {
        var summary = session.Summary;
        Sessions++;
        Turns += summary.Turns;
        Usd += summary.TotalUsd;
        IsPart |= summary.Unpriced.Count > 0;
        (_oob, _asr) = (_oob + summary.Oob.Usd, _asr + summary.Asr.Usd);
        foreach (var turn in turns) Add(turn);
    }

    private void Add(TurnRecord turn)
    {
        if (turn.Oob is { Status: ResultStatus.Completed or ResultStatus.Empty, LatencyMs: { } oob }) _oobMs.Add(oob);
        if (turn.Asr is { Status: ResultStatus.Completed or ResultStatus.Empty, LatencyMs: { } asr }) _asrMs.Add(asr);
        if (turn is not { Agreement: { } agreement, Oob.Text: { } words, Asr.Text: { } other }) return;
        var edits = agreement.Substitutions + agreement.Insertions + agreement.Deletions;
        _edits += edits;
        // The record has the rate; what it is the rate of follows from it, except where there is no edit.
        _units += agreement.Wer > 0 ? (long)Math.Round(edits / agreement.Wer) : TranscriptComparison.Of(words, other).Reference.Count;
    }

    private static double? Percentile(List<double> all, double share)
    {
        all.Sort();
        return LabVariant.Percentile(all, share);
    }
}

/// <summary>Figures of sessions per day (UTC) or per Realtime model, and in total.</summary>
/// <param name="byModel">Per model; else per day.</param>
public sealed class SessionStats(bool byModel)
{
    // Days in a line of bars: more are left out at its beginning.
    private const int MaxBars = 60;

    private static readonly (string Name, Func<StatsGroup, double?> Of)[] Courses =
    [
        ("turns", day => day.Turns), ("cost", day => (double)day.Usd), ("WER", day => day.Wer),
        ("oob p50", day => day.OobMs(0.5)), ("asr p50", day => day.AsrMs(0.5)),
    ];

    private readonly SortedDictionary<string, StatsGroup> _groups = new(StringComparer.Ordinal);
    private readonly StatsGroup _total = new("total");

    /// <summary>The groups in order.</summary>
    public IReadOnlyCollection<StatsGroup> Groups => _groups.Values;

    /// <summary>All of them.</summary>
    public StatsGroup Total => _total;

    /// <summary>Adds a session with its records.</summary>
    public void Add(RecordedSession session, IReadOnlyList<RecordLine> lines)
    {
        var turns = new Dictionary<int, TurnRecord>();
        foreach (var turn in lines.Select(line => line.Record).OfType<TurnRecord>()) turns[turn.Turn] = turn;
        var of = byModel ? session.Model : Day(session.StartedAt.UtcDateTime);
        if (!_groups.TryGetValue(of, out var group)) _groups[of] = group = new StatsGroup(of);
        group.Add(session, turns.Values);
        _total.Add(session, turns.Values);
    }

    /// <summary>For people: a table in 80 columns; with <paramref name="bars"/>, for a terminal, the course of the days.</summary>
    public IEnumerable<string> Text(bool bars)
    {
        if (_groups.Count == 0) return ["No sessions."];
        List<string[]> rows = [[byModel ? "model" : "day (UTC)", "sessions", "turns", "cost", "oob/asr", "WER", "oob ms", "asr ms"]];
        rows.AddRange(_groups.Values.Append(_total).Select(Row));
        List<string> lines = [.. TextTable.Lines(rows, "lrrrrrrr")];
        lines.Add("oob/asr: how many times the cost; ms: from commit to transcript, p50 / p95");
        if (_total.IsPart) lines.Add("+ at least: a model has no known price, and its part is not counted");
        if (bars && !byModel && _groups.Count > 1) lines.AddRange(["", .. Bars()]);
        return lines;
    }

    /// <summary>For programs: one JSON object per line, of type <c>day</c> or <c>model</c>, then one of type <c>total</c>.</summary>
    public IEnumerable<string> Json() =>
        [.. _groups.Values.Select(group => JsonLine.Of(json => Write(json, byModel ? "model" : "day", group))),
        JsonLine.Of(json => Write(json, "total", _total))];

    private static string[] Row(StatsGroup g) =>
    [
        TerminalText.Line(g.Of), Count(g.Sessions), Count(g.Turns),
        g is { IsPart: true, Usd: 0 } ? "?" : g.Usd.ToString("F4", CultureInfo.InvariantCulture) + (g.IsPart ? "+" : ""),
        g.OobToAsr?.ToString("0.0", CultureInfo.InvariantCulture) ?? "-", g.Wer?.ToString("0.0 %", CultureInfo.InvariantCulture) ?? "-",
        Latency(g.OobMs(0.5), g.OobMs(0.95)), Latency(g.AsrMs(0.5), g.AsrMs(0.95)),
    ];

    private static string Latency(double? p50, double? p95) =>
        p50 is null ? "-" : string.Create(CultureInfo.InvariantCulture, $"{p50:0} / {p95:0}");

    private static string Count(int count) => count.ToString(CultureInfo.InvariantCulture);

    // Each day has a place, also one without sessions.
    private IEnumerable<string> Bars()
    {
        var (first, last) = (DateOnly.Parse(_groups.Keys.First(), CultureInfo.InvariantCulture),
            DateOnly.Parse(_groups.Keys.Last(), CultureInfo.InvariantCulture));
        if (last.DayNumber - first.DayNumber >= MaxBars) first = last.AddDays(1 - MaxBars);
        List<StatsGroup?> days = [.. Enumerable.Range(0, last.DayNumber - first.DayNumber + 1)
            .Select(i => _groups.GetValueOrDefault(Day(first.AddDays(i).ToDateTime(default))))];
        yield return $"{Day(first.ToDateTime(default))} to {Day(last.ToDateTime(default))}";
        foreach (var (name, of) in Courses) yield return $"{name,-8} {Sparkline.Of([.. days.Select(day => day is null ? null : of(day))])}";
    }

    private static string Day(DateTime day) => day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);

    private static void Write(Utf8JsonWriter json, string type, StatsGroup g)
    {
        json.WriteString("type", type);
        if (type != "total") json.WriteString(type, g.Of);
        json.WriteNumber("sessions", g.Sessions);
        json.WriteNumber("turns", g.Turns);
        json.WritePropertyName("total_usd");
        if (g is { IsPart: true, Usd: 0 }) json.WriteNullValue();
        else json.WriteRawValue(g.Usd.ToString("F6", CultureInfo.InvariantCulture));
        json.WriteBoolean("at_least", g.IsPart);
        Number(json, "oob_to_asr", g.OobToAsr);
        Number(json, "wer", g.Wer);
        json.WriteStartObject("latency_ms");
        foreach (var (name, of) in (ReadOnlySpan<(string, Func<double, double?>)>)[("oob", g.OobMs), ("asr", g.AsrMs)])
        {
            json.WriteStartObject(name);
            Number(json, "p50", of(0.5));
            Number(json, "p95", of(0.95));
            json.WriteEndObject();
        }
        json.WriteEndObject();
    }

    private static void Number(Utf8JsonWriter json, string name, double? value)
    {
        if (value is { } known) json.WriteNumber(name, known);
        else json.WriteNull(name);
    }
}
