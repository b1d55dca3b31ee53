using System.Text.Json;
using System.Text.Json.Serialization;

namespace RealtimeAkka.Protocol.Wire;

/// <summary>Writes a truncation: a string without figures, an object with them.</summary>
internal sealed class TruncationConverter : JsonConverter<Truncation>
{
    /// <inheritdoc/>
    public override Truncation Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        throw new NotSupportedException("Only clients say this.");

    /// <inheritdoc/>
    public override void Write(Utf8JsonWriter writer, Truncation value, JsonSerializerOptions options)
    {
        if (value.RetentionRatio is not { } ratio)
        {
            writer.WriteStringValue(value.Type);
            return;
        }
        writer.WriteStartObject();
        writer.WriteString("type", value.Type);
        writer.WriteNumber("retention_ratio", ratio);
        if (value.PostInstructions is { } tokens)
        {
            writer.WriteStartObject("token_limits");
            writer.WriteNumber("post_instructions", tokens);
            writer.WriteEndObject();
        }
        writer.WriteEndObject();
    }
}
