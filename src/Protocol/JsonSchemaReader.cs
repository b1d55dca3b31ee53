using System.Text.Json;
using System.Text.RegularExpressions;

namespace RealtimeAkka.Protocol;

/// <summary>Reads the keywords of one schema object; a keyword that was not read is not supported.</summary>
internal sealed class JsonSchemaReader
{
    private static readonly string[] KnownTypes = ["string", "number", "integer", "boolean", "object", "array", "null"];
    private static readonly string[] Annotations = ["title", "description", "$schema", "$comment", "default", "examples"];

    private readonly HashSet<string> _read = [.. Annotations];
    private readonly JsonElement _json;
    private readonly string _path;

    /// <summary>Throws <see cref="JsonException"/> if it is not an object.</summary>
    public JsonSchemaReader(JsonElement json, string path)
    {
        if (json.ValueKind != JsonValueKind.Object) throw new JsonException($"{path} must be an object.");
        (_json, _path) = (json, path);
    }

    /// <summary><c>type</c>: a name, or an array of names, which is how null is allowed.</summary>
    public IReadOnlyList<string>? Types()
    {
        if (Find("type") is not { } type) return null;
        string[] names = type.ValueKind == JsonValueKind.Array ? [.. type.EnumerateArray().Select(Text)] : [Text(type)];
        return names.Length > 0 && names.All(KnownTypes.Contains) ? names
            : throw Error("type", $"one or more of {string.Join(", ", KnownTypes)}");
    }

    /// <summary><c>enum</c> or <c>const</c>.</summary>
    public IReadOnlyList<JsonElement>? Values() => (Find("enum"), Find("const")) switch
    {
        ({ ValueKind: JsonValueKind.Array } values, null) when values.GetArrayLength() > 0 => [.. values.EnumerateArray()],
        (null, { } value) => [value],
        (null, null) => null,
        _ => throw Error("enum", "an array with at least one value, and not beside const"),
    };

    /// <summary><c>properties</c>.</summary>
    public IEnumerable<JsonProperty> Properties() => Find("properties") switch
    {
        null => [],
        { ValueKind: JsonValueKind.Object } properties => properties.EnumerateObject(),
        _ => throw Error("properties", "an object of schemas"),
    };

    /// <summary><c>required</c>.</summary>
    public IReadOnlyList<string> Required() => Find("required") switch
    {
        null => [],
        { ValueKind: JsonValueKind.Array } names when names.EnumerateArray().All(name => name.ValueKind == JsonValueKind.String)
            => [.. names.EnumerateArray().Select(Text)],
        _ => throw Error("required", "an array of names"),
    };

    /// <summary><c>additionalProperties</c>: only whether others are allowed, not their schema.</summary>
    public bool AdditionalProperties() => Find("additionalProperties")?.ValueKind switch
    {
        null or JsonValueKind.True => true,
        JsonValueKind.False => false,
        _ => throw Error("additionalProperties", "true or false; a schema is not supported here"),
    };

    /// <summary><c>items</c>: one schema for all items.</summary>
    public JsonElement? Items() => Find("items");

    /// <summary>
    /// <c>pattern</c>, found anywhere in the text unless anchored. It runs without backtracking, since the text it is matched
    /// against comes from outside.
    /// </summary>
    public Regex? Pattern()
    {
        if (Find("pattern") is not { } pattern) return null;
        try
        {
            return new Regex(Text(pattern), RegexOptions.NonBacktracking | RegexOptions.CultureInvariant);
        }
        catch (Exception e) when (e is ArgumentException or NotSupportedException)
        {
            throw Error("pattern", $"a regular expression without look-around and back references ({e.Message.TrimEnd('.')})");
        }
    }

    /// <summary>A minimum and a maximum.</summary>
    public Limits Limits(string least, string most, bool whole) => new(Number(least, whole), Number(most, whole));

    /// <summary>Throws <see cref="JsonException"/> for the first keyword that was not read.</summary>
    public void RefuseOthers()
    {
        foreach (var keyword in _json.EnumerateObject().Where(keyword => !_read.Contains(keyword.Name)))
        {
            throw new JsonException(
                $"{_path}.{keyword.Name} is not supported; there are type, properties, required, additionalProperties, items, enum, const, pattern, and the least and most of numbers, lengths and items.");
        }
    }

    private JsonElement? Find(string keyword)
    {
        _read.Add(keyword);
        return _json.TryGetProperty(keyword, out var value) ? value : null;
    }

    private double? Number(string keyword, bool whole)
    {
        if (Find(keyword) is not { } value) return null;
        return value.ValueKind == JsonValueKind.Number && value.GetDouble() is var number
            && (!whole || (double.IsInteger(number) && number >= 0))
            ? number
            : throw Error(keyword, whole ? "a whole number" : "a number");
    }

    private static string Text(JsonElement value) => value.ValueKind == JsonValueKind.String ? value.GetString()! : "";

    private JsonException Error(string keyword, string expected) => new($"{_path}.{keyword} must be {expected}.");
}
