using System.Text.Json;
using System.Text.Json.Serialization;

namespace RealtimeAkka.Protocol.Wire;

/// <summary>
/// Reads a time in ms from any JSON number: fractions are cut off, and what no <c>long</c> holds becomes the nearest one. Null is an
/// unknown time.
/// </summary>
internal sealed class MillisecondsConverter : JsonConverter<long>
{
    /// <summary>Stands for a time that the server does not say; no time on its clock is negative.</summary>
    public const long Unknown = -1;

    /// <inheritdoc/>
    public override bool HandleNull => true;

    /// <inheritdoc/>
    public override long Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => Read(ref reader);

    internal static long Read(ref Utf8JsonReader reader)
    {
        if (reader.TokenType == JsonTokenType.Null) return Unknown;
        if (reader.TokenType != JsonTokenType.Number) throw new JsonException("A time must be a number.");
        return reader.TryGetInt64(out var whole) ? whole : reader.TryGetDouble(out var any) ? (long)Math.Truncate(any) : long.MaxValue;
    }

    /// <inheritdoc/>
    public override void Write(Utf8JsonWriter writer, long value, JsonSerializerOptions options) => writer.WriteNumberValue(value);
}
