using System.Text.Json;

namespace RealtimeAkka.Protocol.Wire;

/// <summary>The fields of an object that a converter reads one by one. Each method reads the value of the field that was found.</summary>
internal static class JsonFields
{
    /// <summary>Reads one element of a list.</summary>
    public delegate T ElementReader<out T>(ref Utf8JsonReader reader);

    /// <summary>Throws unless an object begins here. <paramref name="what"/>: what it should be, for the message.</summary>
    public static void Begin(ref Utf8JsonReader reader, string what)
    {
        if (reader.TokenType != JsonTokenType.StartObject) throw new JsonException($"{what} must be an object.");
    }

    /// <summary>Goes to the next field; false: the object ends.</summary>
    public static bool Next(ref Utf8JsonReader reader) => reader.Read() && reader.TokenType == JsonTokenType.PropertyName;

    /// <summary>Passes over a field that is not used.</summary>
    public static void Skip(ref Utf8JsonReader reader)
    {
        reader.Read();
        reader.Skip();
    }

    /// <summary>A string or null.</summary>
    public static string? Text(ref Utf8JsonReader reader) => IsNull(ref reader, JsonTokenType.String) ? null : reader.GetString();

    /// <summary>A string that often has the same value, or null.</summary>
    public static string? Name(ref Utf8JsonReader reader) =>
        IsNull(ref reader, JsonTokenType.String) ? null : StringInterner.Read(ref reader);

    /// <summary>An id or null.</summary>
    public static T? Id<T>(ref Utf8JsonReader reader) where T : struct, IStringId<T> =>
        IsNull(ref reader) ? null : StringIdConverter<T>.Read(ref reader);

    /// <summary>An object or null.</summary>
    public static T? Object<T>(ref Utf8JsonReader reader, ElementReader<T> read) where T : class =>
        IsNull(ref reader) ? null : read(ref reader);

    /// <summary>Anything, kept as it is; null for null.</summary>
    public static RawJson? Any(ref Utf8JsonReader reader) => IsNull(ref reader) ? null : RawJson.Read(ref reader);

    /// <summary>A time.</summary>
    public static long Milliseconds(ref Utf8JsonReader reader)
    {
        reader.Read();
        return MillisecondsConverter.Read(ref reader);
    }

    /// <summary>A list of objects, of which some may be null, or null.</summary>
    public static IReadOnlyList<T>? List<T>(ref Utf8JsonReader reader, ElementReader<T> read) where T : class
    {
        if (IsNull(ref reader, JsonTokenType.StartArray)) return null;
        List<T>? elements = null;
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
            (elements ??= new(capacity: 1)).Add(reader.TokenType == JsonTokenType.Null ? null! : read(ref reader));
        return elements ?? (IReadOnlyList<T>)[];
    }

    /// <summary>Goes to the value, and says whether it is null.</summary>
    public static bool IsNull(ref Utf8JsonReader reader)
    {
        reader.Read();
        return reader.TokenType == JsonTokenType.Null;
    }

    private static bool IsNull(ref Utf8JsonReader reader, JsonTokenType expected)
    {
        if (IsNull(ref reader)) return true;
        return reader.TokenType == expected ? false : throw new JsonException($"A value is a {reader.TokenType}, not a {expected}.");
    }
}
