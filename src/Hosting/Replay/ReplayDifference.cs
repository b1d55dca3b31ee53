using System.Globalization;
using System.Text.Json;
using RealtimeAkka.Hosting.Sinks;

namespace RealtimeAkka.Hosting.Replay;

/// <summary>
/// What differs between the records of a session and those of its replay, one line for each record. Records are joined by their ids;
/// fields are named as in docs/contract.md 5.
/// </summary>
public static class ReplayDifference
{
    private const int MaxShown = 80; // characters of a value

    /// <summary>
    /// The differences, in the order of the recording. Times, whose names end in <c>_ms</c>, differ if they are further apart than
    /// <paramref name="toleranceMs"/>; those of the summary are sums, and have that for each turn.
    /// </summary>
    public static IReadOnlyList<string> Of(IEnumerable<JsonElement> recorded, IEnumerable<JsonElement> replayed, long toleranceMs)
    {
        var before = Named(recorded);
        var after = Named(replayed);
        List<string> lines = [];
        foreach (var (name, was) in before)
        {
            var fields = after.TryGetValue(name, out var now) ? string.Join("; ", Fields("", was, now, toleranceMs * Turns(was)))
                : "only in the recording";
            if (fields.Length > 0) lines.Add($"{name}: {fields}");
        }
        lines.AddRange(after.Keys.Where(name => !before.ContainsKey(name)).Select(name => $"{name}: only in the replay"));
        return lines;
    }

    // Records of the same name are numbered: a task may run more than once in a turn.
    private static OrderedDictionary<string, JsonElement> Named(IEnumerable<JsonElement> records)
    {
        var named = new OrderedDictionary<string, JsonElement>(StringComparer.Ordinal);
        foreach (var record in records)
        {
            if (Name(record) is not { } name) continue;
            var unique = name;
            for (var n = 2; !named.TryAdd(unique, record); n++) unique = $"{name} ({n})";
        }
        return named;
    }

    // Null: not compared. The session record says where it ran; notices tell people of what other records say.
    private static string? Name(JsonElement record)
    {
        var turn = record.TryGetProperty("turn", out var number) && number.ValueKind == JsonValueKind.Number ? $"turn {number}" : "no turn";
        return Text(record, "type") switch
        {
            "turn" => turn,
            "turn.amended" => $"{turn}, amended",
            "hearing" => $"{turn}, hearing",
            "assistant" => $"{turn}, answer {Text(record, "response_id")}",
            "task" => $"{turn}, task {Text(record, "task")}",
            "tool" => $"{turn}, tool {Text(record, "tool")} {Text(record, "call_id")}",
            "summary" => "summary",
            _ => null,
        };
    }

    private static IEnumerable<string> Fields(string path, JsonElement was, JsonElement now, long toleranceMs)
    {
        if (was.ValueKind == JsonValueKind.Object && now.ValueKind == JsonValueKind.Object)
        {
            // A folder may have been given another name than the session's id.
            var names = was.EnumerateObject().Select(field => field.Name).Union(now.EnumerateObject().Select(field => field.Name))
                .Where(name => path.Length > 0 || name != "session");
            return names.SelectMany(name =>
                Fields(path.Length == 0 ? name : $"{path}.{name}", Field(was, name), Field(now, name), toleranceMs));
        }
        if (was.ValueKind == JsonValueKind.Array && now.ValueKind == JsonValueKind.Array && AreTexts(was) && AreTexts(now))
        {
            var (more, less) = (Texts(now).Except(Texts(was)), Texts(was).Except(Texts(now)));
            List<string> changes = [.. more.Select(text => $"+ {text}"), .. less.Select(text => $"- {text}")];
            return changes.Count == 0 ? [] : [$"{path} {string.Join(" ", changes)}"];
        }
        return AreEqual(path, was, now, toleranceMs) ? [] : [$"{path} {Shown(path, was)} -> {Shown(path, now)}"];
    }

    // A field that an older program did not write is null.
    private static JsonElement Field(JsonElement record, string name) =>
        record.TryGetProperty(name, out var value) ? value : default;

    private static bool AreEqual(string path, JsonElement was, JsonElement now, long toleranceMs)
    {
        if (IsNull(was) || IsNull(now)) return IsNull(was) && IsNull(now);
        if (was.ValueKind == JsonValueKind.Number && now.ValueKind == JsonValueKind.Number)
        {
            var apart = path.EndsWith("_ms", StringComparison.Ordinal) ? toleranceMs : 0;
            return was.TryGetDecimal(out var a) && now.TryGetDecimal(out var b) ? Math.Abs(a - b) <= apart
                : was.GetRawText() == now.GetRawText();
        }
        return JsonElement.DeepEquals(was, now);
    }

    private static long Turns(JsonElement record) =>
        record.TryGetProperty("turns", out var turns) && turns.ValueKind == JsonValueKind.Number && turns.TryGetInt32(out var count)
            ? Math.Max(1, count) : 1;

    private static bool IsNull(JsonElement value) => value.ValueKind is JsonValueKind.Undefined or JsonValueKind.Null;

    private static bool AreTexts(JsonElement list) =>
        list.EnumerateArray().All(item => item.ValueKind == JsonValueKind.String);

    private static IEnumerable<string> Texts(JsonElement list) =>
        list.EnumerateArray().Select(item => TerminalText.Line(item.GetString()!));

    private static string? Text(JsonElement record, string name) =>
        record.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String
            ? TerminalText.Line(value.GetString()!) : null;

    private static string Shown(string path, JsonElement value)
    {
        if (IsNull(value)) return "null";
        if (path.EndsWith("_usd", StringComparison.Ordinal) && value.ValueKind == JsonValueKind.Number && value.TryGetDecimal(out var usd))
            return "$" + usd.ToString("0.000000", CultureInfo.InvariantCulture);
        var text = value.ValueKind == JsonValueKind.String ? Quoted(path, value.GetString()!) : value.GetRawText();
        text = TerminalText.Line(text);
        return text.Length <= MaxShown ? text : $"{text[..MaxShown]}...";
    }

    // Words are quoted, the program's own names are not.
    private static string Quoted(string path, string text) =>
        path[(path.LastIndexOf('.') + 1)..] is "text" or "words" or "heard_text" or "output" or "error" ? $"\"{text}\"" : text;
}
