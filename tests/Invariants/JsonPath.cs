using System.Text.Json;

namespace RealtimeAkka.Invariants;

/// <summary>Tolerant JSON access: a missing value or one of another type is null.</summary>
internal static class JsonPath
{
    /// <summary>The value at a path such as <c>response.status</c>; null if missing or JSON null.</summary>
    public static JsonElement? At(this JsonElement json, string path)
    {
        foreach (var name in path.Split('.'))
            if (json.ValueKind != JsonValueKind.Object || !json.TryGetProperty(name, out json)) return null;
        return json.ValueKind == JsonValueKind.Null ? null : json;
    }

    /// <summary>The string at a path.</summary>
    public static string? Text(this JsonElement json, string path) =>
        json.At(path) is { ValueKind: JsonValueKind.String } text ? text.GetString() : null;

    /// <summary>The whole number at a path.</summary>
    public static long? Whole(this JsonElement json, string path) =>
        json.At(path) is { ValueKind: JsonValueKind.Number } number && number.TryGetInt64(out var whole) ? whole : null;

    /// <summary>The decimal number at a path.</summary>
    public static decimal? Amount(this JsonElement json, string path) =>
        json.At(path) is { ValueKind: JsonValueKind.Number } number && number.TryGetDecimal(out var amount) ? amount : null;

    /// <summary>The elements of the array at a path; empty if there is no array.</summary>
    public static IEnumerable<JsonElement> Each(this JsonElement json, string path) =>
        json.At(path) is { ValueKind: JsonValueKind.Array } array ? array.EnumerateArray() : [];

    /// <summary>The object on a line; null if there is none, as on a truncated last line.</summary>
    public static JsonElement? Line(string line)
    {
        try
        {
            return JsonElement.Parse(line) is { ValueKind: JsonValueKind.Object } json ? json : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
