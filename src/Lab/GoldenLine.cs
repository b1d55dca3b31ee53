using System.Collections.Immutable;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace RealtimeAkka.Lab;

/// <summary>
/// A line of <c>golden.jsonl</c>: <c>{"audio":"FILE.wav","turn":1,"reference":"...","entities":["..."],"language":"en"}</c>.
/// </summary>
/// <param name="Audio">The WAV file, relative to the folder of the set, with <c>/</c> between folders.</param>
/// <param name="Turn">Which turn of the file it is, from 1.</param>
/// <param name="Reference">What was said, word for word; empty: nobody spoke.</param>
/// <param name="Entities">What must be right, as written in the reference.</param>
/// <param name="Language">A BCP 47 code; null: not known.</param>
public sealed partial record GoldenLine(
    string Audio, int Turn, string Reference, ImmutableArray<string> Entities, string? Language)
{
    /// <summary>The longest reference, in UTF-16 units: an hour of speech.</summary>
    public const int MaxReference = 50_000;

    /// <summary>The longest line, in UTF-16 units.</summary>
    public const int MaxLine = 200_000;

    private const int MaxPath = 1000, MaxTurn = 10_000, MaxEntities = 100, MaxEntity = 500;

    private static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>
    /// Reads a line; fields that it does not know are skipped. Throws <see cref="FormatException"/> with what is wrong, without the words
    /// of the line.
    /// </summary>
    public static GoldenLine Parse(string line)
    {
        var json = Object(line);
        return new(
            Path(Text(json, "audio", MaxPath) ?? throw new FormatException("'audio' is missing: the WAV file")),
            Number(json), Text(json, "reference", MaxReference) ?? throw new FormatException("'reference' is missing: what was said"),
            Listed(json), Code(Text(json, "language", 100)));
    }

    /// <summary>A line as a JSON object. Throws <see cref="FormatException"/> if it is none, or too long.</summary>
    public static JsonElement Object(string line)
    {
        if (line.Length > MaxLine) throw new FormatException($"a line has at most {MaxLine} characters");
        JsonElement json;
        try
        {
            json = JsonElement.Parse(line);
        }
        catch (JsonException e)
        {
            throw new FormatException($"this is no JSON (column {e.BytePositionInLine + 1})", e);
        }
        return json.ValueKind == JsonValueKind.Object ? json : throw new FormatException("a line is a JSON object");
    }

    /// <summary>The line, without a line break.</summary>
    public override string ToString()
    {
        using var stream = new MemoryStream();
        using (var json = new Utf8JsonWriter(stream, Options))
        {
            json.WriteStartObject();
            json.WriteString("audio", Audio);
            json.WriteNumber("turn", Turn);
            json.WriteString("reference", Reference);
            json.WriteStartArray("entities");
            foreach (var entity in Entities) json.WriteStringValue(entity);
            json.WriteEndArray();
            if (Language is not null) json.WriteString("language", Language);
            json.WriteEndObject();
        }
        return Encoding.UTF8.GetString(stream.ToArray());
    }

    /// <summary>The entities of a list in JSON. Throws <see cref="FormatException"/> if it is no such list.</summary>
    public static ImmutableArray<string> Listed(JsonElement json)
    {
        if (!json.TryGetProperty("entities", out var list) || list.ValueKind == JsonValueKind.Null) return [];
        if (list.ValueKind != JsonValueKind.Array || list.GetArrayLength() > MaxEntities || !list.EnumerateArray().All(IsEntity))
            throw new FormatException($"'entities' must be up to {MaxEntities} texts of 1 to {MaxEntity} characters");
        return [.. list.EnumerateArray().Select(entity => entity.GetString()!.Trim())];
    }

    /// <summary>A text in JSON; null: there is none. Throws <see cref="FormatException"/> if it is no text or too long.</summary>
    public static string? Text(JsonElement json, string name, int max)
    {
        if (!json.TryGetProperty(name, out var value) || value.ValueKind == JsonValueKind.Null) return null;
        return value.ValueKind == JsonValueKind.String && IsWhole(value) is { } text && text.Length <= max ? text
            : throw new FormatException($"'{name}' must be a text of at most {max} characters");
    }

    /// <summary>A language code; null: not known. Throws <see cref="FormatException"/> if it is none.</summary>
    public static string? Code(string? code) => code is null || LanguageCode().IsMatch(code) ? code
        : throw new FormatException("'language' must be a language code, such as en or pt-BR");

    // Of a path only what stays in the folder by its name; links are the reader's concern.
    private static string Path(string path)
    {
        string[] parts = path.Split('/', '\\');
        var isInside = !System.IO.Path.IsPathRooted(path) && !path.Contains(':', StringComparison.Ordinal)
            && Array.TrueForAll(parts, part => part is not ("" or "." or "..") && !part.AsSpan().ContainsAnyInRange('\0', '\x1F'));
        return isInside ? string.Join('/', parts)
            : throw new FormatException("'audio' must be a file in the folder of the set, by a path relative to it");
    }

    private static int Number(JsonElement json) =>
        !json.TryGetProperty("turn", out var turn) ? 1
        : turn.ValueKind == JsonValueKind.Number && turn.TryGetInt32(out var number) && number is >= 1 and <= MaxTurn ? number
        : throw new FormatException($"'turn' must be a whole number from 1 to {MaxTurn}: which turn of the file it is");

    private static bool IsEntity(JsonElement entity) =>
        entity.ValueKind == JsonValueKind.String && IsWhole(entity)?.Trim() is { Length: >= 1 and <= MaxEntity };

    // Half of a surrogate pair in an escape is no text.
    private static string? IsWhole(JsonElement value)
    {
        try
        {
            return value.GetString();
        }
        catch (InvalidOperationException)
        {
            return null;
        }
    }

    [GeneratedRegex("^[A-Za-z]{2,8}(?:-[A-Za-z0-9]{1,8}){0,4}$")]
    private static partial Regex LanguageCode();
}
