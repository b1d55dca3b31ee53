using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using RealtimeAkka.Hearing;
using RealtimeAkka.Protocol.Records;

namespace RealtimeAkka.Actors.Tasks;

/// <summary>
/// Both transcripts of every turn, and the check of fields that the model reports as <c>valid</c>: a field is not valid if its
/// turn is unknown, if only one of the two transcripts contains its value, or if the value has the wrong format.
/// </summary>
/// <param name="Formats">The format of a field's value, by field name.</param>
public sealed partial record FieldValidator(IReadOnlyDictionary<string, Regex> Formats)
{
    // A claim takes a few dozen turns; the bounds keep an hour of small talk out of the request.
    private const int MaxTurns = 200;
    private const int MaxWords = 2000;

    private ImmutableSortedDictionary<int, (string? Model, string? Asr)> Turns { get; init; } =
        ImmutableSortedDictionary<int, (string?, string?)>.Empty;

    /// <summary>Reads formats. Throws <see cref="FormatException"/> if one is no regular expression.</summary>
    public static IReadOnlyDictionary<string, Regex> FormatsOf(IReadOnlyDictionary<string, string> options)
    {
        try
        {
            return options.ToDictionary(o => o.Key,
                o => new Regex($"^(?:{o.Value})$", RegexOptions.NonBacktracking | RegexOptions.CultureInvariant), StringComparer.Ordinal);
        }
        catch (Exception e) when (e is ArgumentException or NotSupportedException)
        {
            throw new FormatException(e.Message, e);
        }
    }

    /// <summary>Both transcripts of every turn, for the model to compare; null before the first turn.</summary>
    public string? Transcripts =>
        Turns.IsEmpty ? null
        : string.Join(
            '\n',
            Turns.Select(t => $"Turn {t.Key}\n  you heard: {t.Value.Model ?? "nothing"}\n  the ASR heard: {t.Value.Asr ?? "nothing"}"));

    /// <summary>Adds a turn, or replaces an amended one.</summary>
    public FieldValidator With(TurnRecord turn)
    {
        // What a witness made up is nothing that it heard.
        string? Heard(string? text, bool ofAsr) => turn.Flags.Any(
            flag => TranscriptSuspicion.IsInvented(flag) && TranscriptSuspicion.IsOfAsr(flag) == ofAsr) && text != turn.Words
            ? null : Bounded(text);
        var turns = Turns.SetItem(turn.Turn, (Heard(turn.Oob.Text, ofAsr: false), Heard(turn.Asr.Text, ofAsr: true)));
        return this with { Turns = turns.Count > MaxTurns ? turns.Remove(turns.Keys.First()) : turns };
    }

    /// <summary>The report with every failed <c>valid</c> replaced, and the reason in <c>note</c>.</summary>
    public JsonElement Check(JsonElement report)
    {
        if (JsonNode.Parse(report.GetRawText()) is not JsonObject { } checkedReport || checkedReport["fields"] is not JsonArray fields)
            return report;

        foreach (var field in fields.OfType<JsonObject>().Where(field => Text(field, "status") == "valid"))
        {
            if (Objection(field) is not var (status, note)) continue;
            field["status"] = status;
            field["note"] = note;
        }
        return JsonSerializer.SerializeToElement(checkedReport);
    }

    private (string Status, string Note)? Objection(JsonObject field)
    {
        if (Text(field, "value") is not { Length: > 0 } value) return ("missing", "there is no value");
        if (Text(field, "name") is { } name && Formats.TryGetValue(name, out var format) && !format.IsMatch(value))
            return ("invalid", $"it must look like {format.ToString()[4..^2]}");

        if (field["turn"] is not JsonValue given || !given.TryGetValue<int>(out var turn) || !Turns.TryGetValue(turn, out var heard))
            return ("invalid", "it comes from no turn that was heard");
        if (heard is not ({ } model, { } asr)) return null; // one transcript is missing: nothing to compare
        return (Squeezed(model).Contains(Squeezed(value), StringComparison.Ordinal),
            Squeezed(asr).Contains(Squeezed(value), StringComparison.Ordinal)) switch
        {
            (true, false) => ("conflicting", "the ASR heard something else"),
            (false, true) => ("conflicting", "the model heard something else in its transcript"),
            _ => null, // in both, or in neither as written: a date or an amount may be written differently
        };
    }

    // "A-B-C-D one 2 3 4" and "ABCD-1234" sound the same.
    private static string Squeezed(string text)
    {
        var digits = DigitWord().Replace(text, word => Digits[word.Value.ToLowerInvariant()]);
        return string.Concat(digits.Where(char.IsLetterOrDigit)).ToUpperInvariant();
    }

    private static readonly Dictionary<string, string> Digits = new()
    {
        ["zero"] = "0", ["one"] = "1", ["two"] = "2", ["three"] = "3", ["four"] = "4", ["five"] = "5", ["six"] = "6", ["seven"] = "7",
        ["eight"] = "8", ["nine"] = "9",
    };

    [GeneratedRegex(@"\b(?:zero|one|two|three|four|five|six|seven|eight|nine)\b", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex DigitWord();

    private static string? Text(JsonObject field, string name) =>
        field[name] is JsonValue value && value.TryGetValue<string>(out var text) ? text : null;

    private static string? Bounded(string? text) => text is { Length: > MaxWords } ? text[..MaxWords] : text;
}
