using System.Buffers;
using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace RealtimeAkka.Protocol.Records;

/// <summary>The records as JSON lines: snake case, nulls written, US dollars with six decimal places.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    Converters = [typeof(UsdConverter), typeof(RatioConverter), typeof(AsReceivedConverter)])]
[JsonSerializable(typeof(SessionRecord))]
[JsonSerializable(typeof(JsonElement))]
internal sealed partial class RecordJson : JsonSerializerContext;

/// <summary>Writes a record as one line of UTF-8 JSON, and reads such a line.</summary>
public static class RecordCodec
{
    // People read these files, so letters of all languages are not escaped. None of this goes into HTML.
    private static readonly RecordJson Json =
        new(new JsonSerializerOptions(RecordJson.Default.Options) { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping });

    /// <summary>The record as one line, without a line terminator.</summary>
    public static byte[] Encode(SessionRecord record) => JsonSerializer.SerializeToUtf8Bytes(record, Json.SessionRecord);

    /// <summary>JSON that was read, as one line with control characters escaped, so that no terminal acts on it.</summary>
    public static byte[] Encode(JsonElement json) => JsonSerializer.SerializeToUtf8Bytes(json, Json.JsonElement);

    /// <summary>Reads a line. Throws <see cref="JsonException"/> if it is not a record.</summary>
    public static SessionRecord Decode(ReadOnlySpan<byte> line) =>
        JsonSerializer.Deserialize(line, Json.SessionRecord) ?? throw new JsonException("The line is null.");
}

/// <summary>Amounts are exact in memory and have six decimal places in JSON.</summary>
internal sealed class UsdConverter : JsonConverter<decimal>
{
    public override decimal Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => reader.GetDecimal();

    public override void Write(Utf8JsonWriter writer, decimal value, JsonSerializerOptions options) =>
        writer.WriteRawValue(value.ToString("F6", CultureInfo.InvariantCulture));
}

/// <summary>Rates and ratios have at most four decimal places.</summary>
internal sealed class RatioConverter : JsonConverter<double>
{
    public override double Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => reader.GetDouble();

    public override void Write(Utf8JsonWriter writer, double value, JsonSerializerOptions options) =>
        writer.WriteNumberValue(Math.Round(value, 4));
}

/// <summary>JSON as received; null if it holds half a surrogate pair, which is valid JSON but is rejected by the writer.</summary>
internal sealed class AsReceivedConverter : JsonConverter<JsonElement>
{
    public override JsonElement Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        JsonElement.ParseValue(ref reader);

    public override void Write(Utf8JsonWriter writer, JsonElement value, JsonSerializerOptions options) => Write(writer, value);

    public static void Write(Utf8JsonWriter writer, JsonElement value)
    {
        var text = new ArrayBufferWriter<byte>(1024); // more than a usage has
        try
        {
            using var apart = new Utf8JsonWriter(text, writer.Options);
            value.WriteTo(apart);
        }
        catch (InvalidOperationException)
        {
            writer.WriteNullValue();
            return;
        }
        writer.WriteRawValue(text.WrittenSpan, skipInputValidation: true);
    }
}
