using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using RealtimeAkka.Protocol.Records;

namespace RealtimeAkka.Protocol;

/// <summary>
/// A JSON value as the bytes that were received. What is kept for a whole call is one array of exact size: a <see cref="JsonElement"/>
/// keeps an index of its tokens beside them. Two are equal if their bytes are; the default is <c>null</c>.
/// </summary>
[JsonConverter(typeof(RawJsonConverter))]
public readonly record struct RawJson
{
    private static readonly byte[] Null = [.. "null"u8];

    private readonly byte[]? _utf8;

    private RawJson(JsonElement value) => _utf8 = [.. JsonMarshal.GetRawUtf8Value(value)];

    /// <summary>The value in UTF-8, always valid JSON.</summary>
    public ReadOnlyMemory<byte> Utf8 => _utf8 ?? Null;

    /// <summary>Takes the value of a text. Throws <see cref="JsonException"/> if it is not JSON.</summary>
    public static RawJson Parse(string json)
    {
        using var document = JsonDocument.Parse(json);
        return new(document.RootElement);
    }

    /// <inheritdoc/>
    public bool Equals(RawJson other) => Utf8.Span.SequenceEqual(other.Utf8.Span);

    /// <inheritdoc/>
    public override int GetHashCode()
    {
        var hash = new HashCode();
        hash.AddBytes(Utf8.Span);
        return hash.ToHashCode();
    }

    /// <inheritdoc/>
    public override string ToString() => Encoding.UTF8.GetString(Utf8.Span);

    internal static RawJson Read(ref Utf8JsonReader reader)
    {
        using var document = JsonDocument.ParseValue(ref reader); // the reader does not give the bytes of more than one token
        return new(document.RootElement);
    }
}

/// <summary>Reads any value, and writes it as a <see cref="JsonElement"/> in a record is written: without white space.</summary>
internal sealed class RawJsonConverter : JsonConverter<RawJson>
{
    public override RawJson Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => RawJson.Read(ref reader);

    public override void Write(Utf8JsonWriter writer, RawJson value, JsonSerializerOptions options)
    {
        using var document = JsonDocument.Parse(value.Utf8);
        AsReceivedConverter.Write(writer, document.RootElement);
    }
}
