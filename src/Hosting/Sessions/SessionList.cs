using System.Globalization;
using System.Text.Json;
using RealtimeAkka.Hosting.Sinks;

namespace RealtimeAkka.Hosting.Sessions;

/// <summary>Sessions with their costs, and what they cost per day (UTC) and per model.</summary>
public sealed class SessionList(IReadOnlyList<RecordedSession> sessions)
{
    // s-20261122-084500-3f9a: usually enough to distinguish sessions that started in the same second.
    private const int ShortId = 22;

    private readonly List<string> _ids = [.. sessions.Select(session => session.Id).Order(StringComparer.Ordinal)];

    private IEnumerable<(string Day, int Sessions, Cost Cost)> Days => sessions
        .GroupBy(session => session.StartedAt.UtcDateTime.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture))
        .OrderBy(day => day.Key, StringComparer.Ordinal)
        .Select(day => (day.Key, day.Count(), day.Select(Total).Aggregate((sum, cost) => sum + cost)));

    // The ASR model is charged for the built-in transcripts, the Realtime model for all the rest.
    private IEnumerable<(string Model, int Sessions, Cost Cost)> Models => sessions
        .SelectMany(session => (IEnumerable<(string Model, Cost Cost)>)(session.AsrModel is { } asr
            ? [(session.Model, Realtime(session)), (asr, Asr(session))] : [(session.Model, Total(session))]))
        .GroupBy(part => part.Model, StringComparer.Ordinal).OrderBy(model => model.Key, StringComparer.Ordinal)
        .Select(model => (model.Key, model.Count(), model.Select(part => part.Cost).Aggregate((sum, cost) => sum + cost)));

    private static Cost Total(RecordedSession session) => new(session.Summary.TotalUsd, session.Summary.Unpriced.Count > 0);

    private static Cost Asr(RecordedSession session) => new(session.Summary.Asr.Usd ?? 0m, session.Summary.Asr.Usd is null);

    private static Cost Realtime(RecordedSession session) => new(
        session.Summary.TotalUsd - (session.Summary.Asr.Usd ?? 0m),
        session.Summary is not { Oob.Usd: not null, Conversation.Usd: not null, Tasks.Usd: not null });

    /// <summary>For people: aligned columns, usually 80 wide; an asterisk marks sessions without a summary of their own.</summary>
    public IEnumerable<string> Text()
    {
        if (sessions.Count == 0) return ["No sessions."];

        List<string[]> rows = [["session", "start", "length", "turns", "oob", "asr", "conv", "total", "exit"]];
        rows.AddRange(sessions.Select(session => (string[])
        [
            Name(session.Id), session.StartedAt.UtcDateTime.ToString("HH:mm", CultureInfo.InvariantCulture), Length(session.Length),
            session.Summary.Turns.ToString(CultureInfo.InvariantCulture),
            Usd(session.Summary.Oob.Usd), Usd(session.Summary.Asr.Usd), Usd(session.Summary.Conversation.Usd),
            Total(session) is { IsPart: true } part ? part.Usd == 0 ? "?" : $"{Usd(part.Usd)}+" : Usd(session.Summary.TotalUsd),
            TerminalText.Line(session.Summary.Exit) + (session.IsFinished ? "" : "*"),
        ]));
        List<string> lines = [.. TextTable.Lines(rows, "lrrrrrrrl")];
        if (sessions.Any(session => !session.IsFinished))
            lines.Add("* no summary: killed, or still running; the figures are those of its records");
        if (sessions.Any(session => Total(session).IsPart))
            lines.Add("+ at least, ? unknown: a model has no known price, and its part is not counted");
        lines.AddRange(["", .. Totals("day (UTC)", Days), "", .. Totals("model", Models)]);
        return lines;
    }

    /// <summary>For programs: one JSON object per line, of type <c>session</c>, <c>day</c> or <c>model</c>.</summary>
    public IEnumerable<string> Json()
    {
        foreach (var session in sessions) yield return JsonLine.Of(json => Write(json, session));
        foreach (var (day, count, cost) in Days) yield return JsonLine.Of(json => Write(json, "day", "day", day, count, cost));
        foreach (var (model, count, cost) in Models) yield return JsonLine.Of(json => Write(json, "model", "model", model, count, cost));
    }

    private static IEnumerable<string> Totals(string title, IEnumerable<(string Of, int Sessions, Cost Cost)> totals) => TextTable.Lines(
        [[title, "sessions", "cost"],
        .. totals.Select(
            total => (string[])[TerminalText.Line(total.Of), total.Sessions.ToString(CultureInfo.InvariantCulture), total.Cost.ToString()])],
        "lrr");

    // As much of the id as distinguishes it from its neighbours in sorted order: no other id shares a longer prefix.
    private string Name(string id)
    {
        var i = _ids.BinarySearch(id, StringComparer.Ordinal);
        var length = Math.Max(ShortId, Math.Max(Shared(i - 1), Shared(i + 1)) + 1);
        return TerminalText.Line(id[..Math.Min(id.Length, length)]);

        int Shared(int other) => other >= 0 && other < _ids.Count ? _ids[other].AsSpan().CommonPrefixLength(id) : 0;
    }

    private static string Length(TimeSpan time) => time.TotalHours >= 1
        ? string.Create(CultureInfo.InvariantCulture, $"{(int)time.TotalHours}:{time.Minutes:00}:{time.Seconds:00}")
        : string.Create(CultureInfo.InvariantCulture, $"{(int)time.TotalMinutes}:{time.Seconds:00}");

    private static string Usd(decimal? usd) => usd is { } known ? known.ToString("F4", CultureInfo.InvariantCulture) : "?";

    private static void Write(Utf8JsonWriter json, RecordedSession session)
    {
        var s = session.Summary;
        json.WriteString("type", "session");
        json.WriteString("session", session.Id);
        json.WriteString("started_at", session.StartedAt);
        json.WriteNumber("duration_ms", s.DurationMs);
        json.WriteString("model", session.Model);
        json.WriteString("asr_model", session.AsrModel);
        json.WriteNumber("turns", s.Turns);
        Usd(json, "oob_usd", s.Oob.Usd);
        Usd(json, "asr_usd", s.Asr.Usd);
        Usd(json, "conversation_usd", s.Conversation.Usd);
        Usd(json, "tasks_usd", s.Tasks.Usd);
        Write(json, Total(session));
        json.WriteStartArray("unpriced");
        foreach (var model in s.Unpriced) json.WriteStringValue(model);
        json.WriteEndArray();
        json.WriteBoolean("finished", session.IsFinished);
        json.WriteString("exit", session.IsFinished ? s.Exit : null);
        json.WriteNumber("skipped_lines", session.Skipped);
    }

    private static void Write(Utf8JsonWriter json, string type, string name, string of, int sessions, Cost cost)
    {
        json.WriteString("type", type);
        json.WriteString(name, of);
        json.WriteNumber("sessions", sessions);
        Write(json, cost);
    }

    // Null: nothing of it is known.
    private static void Write(Utf8JsonWriter json, Cost cost)
    {
        Usd(json, "total_usd", cost is { IsPart: true, Usd: 0 } ? null : cost.Usd);
        json.WriteBoolean("at_least", cost.IsPart);
    }

    private static void Usd(Utf8JsonWriter json, string name, decimal? usd)
    {
        json.WritePropertyName(name);
        if (usd is { } known) json.WriteRawValue(known.ToString("F6", CultureInfo.InvariantCulture));
        else json.WriteNullValue();
    }

    // IsPart: a model without a price took part, so that the sum is what is known of it.
    private readonly record struct Cost(decimal Usd, bool IsPart)
    {
        public static Cost operator +(Cost a, Cost b) => new(a.Usd + b.Usd, a.IsPart || b.IsPart);

        public override string ToString() => IsPart && Usd == 0 ? "?" : Money.AtLeast(Usd, IsPart);
    }
}
