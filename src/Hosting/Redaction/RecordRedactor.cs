using System.Buffers;
using System.Collections.Immutable;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.RegularExpressions;
using RealtimeAkka.Hearing;
using RealtimeAkka.Hosting.Sessions;
using RealtimeAkka.Protocol.Records;

namespace RealtimeAkka.Hosting.Redaction;

/// <summary>
/// Redacts the records of one session as data, before any format is made of them. What is an entity in one text is redacted in all, and
/// what is redacted in one transcript of a turn is redacted in the other.
/// </summary>
public sealed class RecordRedactor
{
    // A word that stands for a redacted one in the other transcript is redacted in all texts if it is too long to be a common word.
    private const int LeastMisheard = 5;

    private static readonly JsonWriterOptions Plain = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    // Found wherever they stand, by themselves or by the digits in them.
    private static readonly ImmutableHashSet<string> Anonymous = ["number", "money", "time", "date"];

    private readonly RedactionSettings _settings;
    private readonly TextRedactor _texts;
    private readonly KnownTerms _known = new();
    private readonly Dictionary<int, TurnTerms> _turns = [];

    /// <summary>Learns the values of the records. Throws <see cref="RegexMatchTimeoutException"/> if a pattern takes too long.</summary>
    public RecordRedactor(RedactionSettings settings, IReadOnlyList<RecordLine> lines)
    {
        (_settings, _texts) = (settings, new(settings));
        foreach (var line in lines) Learn(line.Json);
        // What one transcript has in the place of what is redacted in the other.
        foreach (var turn in lines.Select(line => line.Record).OfType<TurnRecord>())
        {
            foreach (var (word, label) in Aligned(turn).Misheard) _known.Add(word, label);
        }
        foreach (var turn in lines.Select(line => line.Record).OfType<TurnRecord>())
        {
            if (!_turns.TryGetValue(turn.Turn, out var terms)) _turns[turn.Turn] = terms = new();
            terms.Add(Aligned(turn));
        }
    }

    /// <summary>
    /// The records, redacted. Throws <see cref="RegexMatchTimeoutException"/> if a pattern takes too long.
    /// </summary>
    public IReadOnlyList<RecordLine> Redact(IReadOnlyList<RecordLine> lines) => [.. lines.Select(Redact)];

    /// <summary>A text beside the records, redacted.</summary>
    public string Redact(string text) => TextRedactor.Replace(text, _texts.Find(text, _known));

    private RecordLine Redact(RecordLine line)
    {
        var json = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(json, Plain))
        {
            var turn = line.Json.TryGetProperty("turn", out var number) && number.ValueKind == JsonValueKind.Number
                && number.TryGetInt32(out var n) ? _turns.GetValueOrDefault(n) : null;
            var place = new Place(line.Type, "", "", turn, IsFree: !RecordFields.IsKnown(line.Type));
            Write(writer, line.Json, place);
        }
        return RecordReader.Decode(json.WrittenMemory)
            ?? throw new InvalidOperationException($"A record of type {line.Type} is none any more when it is redacted.");
    }

    private void Write(Utf8JsonWriter writer, JsonElement value, Place place)
    {
        switch (value.ValueKind)
        {
            case JsonValueKind.Object:
                writer.WriteStartObject();
                foreach (var property in value.EnumerateObject())
                {
                    var name = Name(property);
                    writer.WritePropertyName(place is { IsFree: true, Path.Length: > 0 } ? Redact(name) : name);
                    Write(writer, property.Value, place.Below(name, value));
                }
                writer.WriteEndObject();
                break;
            case JsonValueKind.Array:
                writer.WriteStartArray();
                foreach (var item in value.EnumerateArray()) Write(writer, item, place with { Path = place.Path + "[]" });
                writer.WriteEndArray();
                break;
            case JsonValueKind.String:
                writer.WriteStringValue(Text(value, place));
                break;
            case JsonValueKind.Number when place is { IsFree: true, Path: not "turn" }:
                writer.WriteStringValue("[number]");
                break;
            default:
                value.WriteTo(writer);
                break;
        }
    }

    private string Text(JsonElement value, Place place)
    {
        if (JsonText.Of(value) is not { } text) return $"[{TextRedactor.Redacted}]";
        if (RecordFields.IsKept(place.Field, text) && (!place.IsFree || place.Path is "type" or "session")) return text;
        if (place.Kind is { } kind) return $"[{kind}]";
        if (place.Turn is not { } turn) return Redact(text);
        return place.Path.StartsWith("agreement.differences", StringComparison.Ordinal) ? turn.Difference(text) ?? InTurn(text, turn)
            : place.IsTranscript && turn.Transcripts.TryGetValue(text, out var redacted) ? redacted
            : place.IsTranscript ? InTurn(text, turn) : Redact(text);
    }

    private string InTurn(string text, TurnTerms turn) => TextRedactor.Replace(text, _texts.Find(text, _known, turn.Known));

    // Every string of a record that may be words; the entities of a turn are known by their kind.
    private void Learn(JsonElement value, string field = "", bool isFree = false)
    {
        switch (value.ValueKind)
        {
            case JsonValueKind.Object:
                var kind = KindOf(value);
                foreach (var property in value.EnumerateObject())
                {
                    var name = Name(property);
                    if (kind is not null && name is "oob" or "asr" && JsonText.Of(property.Value) is { } found) Add(found, kind!);
                    Learn(property.Value, name, isFree || RecordFields.IsFree(name));
                }
                break;
            case JsonValueKind.Array:
                foreach (var item in value.EnumerateArray()) Learn(item, field, isFree);
                break;
            case JsonValueKind.String when JsonText.Of(value) is { } text && (isFree || !RecordFields.IsKept(field, text)):
                foreach (var span in _texts.Find(text)) Add(text[span.Start..span.End], span.Label);
                break;
            default:
                break;
        }
    }

    private void Add(string value, string label)
    {
        if (label is "name" or "spelled") _known.AddWithWords(value, label, _settings.NoNames);
        else if (!Anonymous.Contains(label)) _known.Add(value, label);
    }

    private TurnWords Aligned(TurnRecord turn)
    {
        var (oob, asr) = (turn.Oob.Text ?? "", turn.Asr.Text ?? "");
        var words = new TurnWords();
        if (oob.Length is 0 or > EntityReader.MaxText || asr.Length is 0 or > EntityReader.MaxText)
        {
            words.Add(oob, _texts.Find(oob, _known), _texts);
            words.Add(asr, _texts.Find(asr, _known), _texts);
            return words;
        }
        var comparison = TranscriptComparison.Of(oob, asr, _settings.Language);
        var map = new WordMap(comparison);
        var (ofOob, ofAsr) = (_texts.Find(oob, _known), _texts.Find(asr, _known));
        var moreOfAsr = Counterparts(ofOob, comparison.Reference, comparison.Hypothesis, map.ToHypothesis);
        var moreOfOob = Counterparts(ofAsr, comparison.Hypothesis, comparison.Reference, map.ToReference);
        words.Add(oob, Union(ofOob, moreOfOob), _texts);
        words.Add(asr, Union(ofAsr, moreOfAsr), _texts);
        foreach (var (text, spans) in new[] { (oob, moreOfOob), (asr, moreOfAsr) })
        {
            words.Misheard.AddRange(
                from span in spans
                let part = text[span.Start..span.End]
                where EntityValue.Bare(part).Length >= LeastMisheard
                select (part, span.Label));
        }
        return words;
    }

    // What the other text has where spans of this one are.
    private static ImmutableArray<RedactedSpan> Counterparts(
        ImmutableArray<RedactedSpan> spans, IReadOnlyList<Word> words, IReadOnlyList<Word> others,
        Func<int, int, (int First, int End)> map)
    {
        var counterparts = ImmutableArray.CreateBuilder<RedactedSpan>();
        foreach (var span in spans)
        {
            var first = 0;
            while (first < words.Count && words[first].End <= span.Start) first++;
            var end = first;
            while (end < words.Count && words[end].Start < span.End) end++;
            var (from, to) = end > first ? map(first, end) : default;
            if (to > from) counterparts.Add(new(others[from].Start, others[to - 1].End, span.Label));
        }
        return counterparts.ToImmutable();
    }

    // The first ones count where they overlap.
    private static ImmutableArray<RedactedSpan> Union(ImmutableArray<RedactedSpan> spans, ImmutableArray<RedactedSpan> more)
    {
        var all = spans.ToList();
        foreach (var span in more)
        {
            var at = span.Start;
            foreach (var other in spans)
            {
                if (other.End <= at || other.Start >= span.End) continue;
                if (other.Start > at) all.Add(span with { Start = at, End = other.Start });
                at = Math.Max(at, other.End);
            }
            if (at < span.End) all.Add(span with { Start = at });
        }
        all.Sort((one, other) => one.Start.CompareTo(other.Start));
        var union = ImmutableArray.CreateBuilder<RedactedSpan>(all.Count);
        foreach (var span in all)
        {
            var from = union.Count > 0 ? Math.Max(span.Start, union[^1].End) : span.Start;
            if (from < span.End) union.Add(span with { Start = from });
        }
        return union.ToImmutable();
    }

    // An entity of a turn, or what was found out about one: {"kind":..., "oob":..., "asr":...}.
    private static string? KindOf(JsonElement value) =>
        value.TryGetProperty("kind", out var kind) && value.TryGetProperty("oob", out _) && value.TryGetProperty("asr", out _)
        && kind.ValueKind == JsonValueKind.String && JsonText.Of(kind) is { Length: > 0 } name
            ? RecordFields.IsKept("kind", name) ? name : TextRedactor.Redacted : null;

    private static string Name(JsonProperty property)
    {
        try
        {
            return property.Name;
        }
        catch (InvalidOperationException)
        {
            return $"[{TextRedactor.Redacted}]";
        }
    }

    // Where a value stands in its record. Kind: of the entity that it is a value of.
    private readonly record struct Place(string Type, string Path, string Field, TurnTerms? Turn, bool IsFree, string? Kind = null)
    {
        // Transcripts of the turn, and the words that count.
        public bool IsTranscript => (Type, Path) is ("turn" or "turn.amended", "oob.text" or "asr.text" or "words")
            or ("hearing", "text" or "words" or "oob" or "asr");

        public Place Below(string name, JsonElement value) => this with
        {
            Path = Path.Length == 0 ? name : $"{Path}.{name}", Field = name, IsFree = IsFree || RecordFields.IsFree(name),
            Kind = !IsFree && (name is "oob" or "asr" || (Type, name) is ("hearing", "words")) ? KindOf(value) : null,
        };
    }

    // What is redacted in one record of a turn.
    private sealed class TurnWords
    {
        public List<(string Text, string Redacted)> Texts { get; } = [];

        // Of a text, what is only redacted because of the other one.
        public List<(string Text, string Label)> Misheard { get; } = [];

        public List<(string Value, string Label)> Values { get; } = [];

        public List<(string Bare, string Label)> Words { get; } = [];

        public void Add(string text, ImmutableArray<RedactedSpan> spans, TextRedactor texts)
        {
            Texts.Add((text, TextRedactor.Replace(text, spans)));
            foreach (var span in spans)
            {
                var part = text[span.Start..span.End];
                Values.Add((part, span.Label));
                Words.AddRange(texts.Read(part).Concat(WordReader.Read(part)).Select(word => (EntityValue.Bare(word.Key), span.Label)));
            }
        }
    }

    // What is redacted in all records of a turn.
    private sealed class TurnTerms
    {
        private readonly Dictionary<string, string> _words = new(StringComparer.Ordinal);

        public Dictionary<string, string> Transcripts { get; } = new(StringComparer.Ordinal);

        public KnownTerms Known { get; } = new();

        public void Add(TurnWords words)
        {
            foreach (var (text, redacted) in words.Texts) Transcripts[text] = redacted;
            foreach (var (value, label) in words.Values) Known.Add(value, label);
            foreach (var (bare, label) in words.Words) _words.TryAdd(bare, label);
        }

        // A difference is one word, or a few that are divided in another way.
        public string? Difference(string text) => WordReader.Read(text)
            .Select(word => _words.GetValueOrDefault(EntityValue.Bare(word.Key))).FirstOrDefault(label => label is not null) is { } label
                ? $"[{label}]" : null;
    }
}
