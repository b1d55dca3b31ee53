using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace RealtimeAkka.Protocol;

/// <summary>
/// The part of JSON Schema (draft 2020-12) that function tools need. A schema with any other keyword is refused when it is
/// read, so that no constraint is silently left unchecked. Immutable.
/// </summary>
public sealed class JsonSchema
{
    private readonly Limits _text, _number, _array;
    private readonly IReadOnlyList<string>? _types;
    private readonly IReadOnlyList<JsonElement>? _values;
    private readonly Dictionary<string, JsonSchema> _properties;
    private readonly IReadOnlyList<string> _required;
    private readonly bool _othersAllowed;
    private readonly JsonSchema? _items;
    private readonly Regex? _pattern;

    private JsonSchema(JsonElement json, string path)
    {
        var read = new JsonSchemaReader(json, path);
        Json = json;
        _types = read.Types();
        _values = read.Values();
        _properties = read.Properties()
            .ToDictionary(p => p.Name, p => new JsonSchema(p.Value, $"{path}.properties.{p.Name}"), StringComparer.Ordinal);
        _required = read.Required();
        _othersAllowed = read.AdditionalProperties();
        _items = read.Items() is { } items ? new JsonSchema(items, $"{path}.items") : null;
        _pattern = read.Pattern();
        _text = read.Limits("minLength", "maxLength", whole: true);
        _number = read.Limits("minimum", "maximum", whole: false);
        _array = read.Limits("minItems", "maxItems", whole: true);
        read.RefuseOthers();
    }

    /// <summary>The schema as written, for the wire.</summary>
    public JsonElement Json { get; }

    /// <summary>Reads a schema. Throws <see cref="JsonException"/> with the path of what is not JSON, malformed or not supported.</summary>
    public static JsonSchema Parse(string text)
    {
        JsonElement json;
        try
        {
            json = JsonElement.Parse(text, Strict);
        }
        catch (JsonException e)
        {
            throw new JsonException($"$ is no JSON: {e.Message}", e);
        }
        return new JsonSchema(json, "$");
    }

    /// <summary>Reads and validates a value. <c>Wrong</c> says what is invalid, with its path; null: nothing.</summary>
    public (JsonElement? Value, string? Wrong) Read(string text)
    {
        try
        {
            var value = JsonElement.Parse(text, Strict);
            return Validate(value, "$") is { } wrong ? (null, wrong) : (value, null);
        }
        catch (JsonException e)
        {
            return (null, $"$ is no JSON: {e.Message}");
        }
    }

    private static JsonDocumentOptions Strict => new() { AllowDuplicateProperties = false, MaxDepth = 64 };

    private string? Validate(JsonElement value, string path) =>
        TypeError(value, path) ?? ValueError(value, path) ?? value.ValueKind switch
        {
            JsonValueKind.String => TextError(value.GetString()!, path),
            JsonValueKind.Number => _number.Wrong(value.GetDouble(), path, ""),
            JsonValueKind.Object => ObjectError(value, path),
            JsonValueKind.Array => ArrayError(value, path),
            _ => null,
        };

    private string? TypeError(JsonElement value, string path) =>
        _types is null || _types.Any(type => Is(value, type)) ? null
        : $"{path} is {Name(value)}; it must be {string.Join(" or ", _types)}.";

    private string? ValueError(JsonElement value, string path) =>
        _values is null || _values.Any(allowed => JsonElement.DeepEquals(allowed, value)) ? null
        : $"{path} is {Shown(value)}; it must be {string.Join(" or ", _values.Select(Shown))}.";

    private string? TextError(string text, string path)
    {
        if (_text.Wrong(new StringInfo(text).LengthInTextElements, path, " characters") is { } wrong) return wrong;
        return _pattern is null || _pattern.IsMatch(text) ? null : $"{path} is {Shown(text)}; it must match {_pattern}.";
    }

    private string? ObjectError(JsonElement value, string path)
    {
        foreach (var name in _required)
        {
            if (!value.TryGetProperty(name, out _)) return $"{path}.{name} is missing.";
        }
        foreach (var property in value.EnumerateObject())
        {
            var wrong = _properties.TryGetValue(property.Name, out var schema) ? schema.Validate(property.Value, $"{path}.{property.Name}")
                : _othersAllowed ? null
                : $"{path}.{Shown(property.Name)} is not known.";
            if (wrong is not null) return wrong;
        }
        return null;
    }

    private string? ArrayError(JsonElement value, string path)
    {
        if (_array.Wrong(value.GetArrayLength(), path, " items") is { } wrong) return wrong;
        return _items is null ? null : value.EnumerateArray().Select((item, i) => _items.Validate(item, $"{path}[{i}]"))
            .FirstOrDefault(found => found is not null);
    }

    private static bool Is(JsonElement value, string type) => (type, value.ValueKind) switch
    {
        ("integer", JsonValueKind.Number) => double.IsInteger(value.GetDouble()),
        ("number", JsonValueKind.Number) or ("string", JsonValueKind.String) or ("object", JsonValueKind.Object)
            or ("array", JsonValueKind.Array) => true,
        ("null", JsonValueKind.Null) or ("boolean", JsonValueKind.True or JsonValueKind.False) => true,
        _ => false,
    };

    private static string Name(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.True or JsonValueKind.False => "a boolean",
        JsonValueKind.Null => "null",
        JsonValueKind.Object => "an object",
        JsonValueKind.Array => "an array",
        var kind => $"a {kind.ToString().ToLowerInvariant()}",
    };

    // An invalid value is quoted in a record and to the model: enough of it to recognize.
    private static string Shown(JsonElement value) =>
        Shown(value.ValueKind == JsonValueKind.String ? value.GetString()! : value.GetRawText());

    private static string Shown(string text) => $"'{(text.Length <= 60 ? text : text[..60] + "...")}'";
}

/// <summary>The minimum and the maximum, both inclusive; null: no bound.</summary>
internal readonly record struct Limits(double? Min, double? Max)
{
    /// <summary>What is wrong with a number, length or count; null: nothing.</summary>
    public string? Wrong(double actual, string path, string unit) =>
        actual < Min ? FormattableString.Invariant($"{path} is {actual}{unit}; it must be at least {Min}.")
        : actual > Max ? FormattableString.Invariant($"{path} is {actual}{unit}; it must be at most {Max}.")
        : null;
}
