using System.Text.Json;

namespace RealtimeAkka.Protocol.Wire;

/// <summary>Writes a truncation: a string without figures, an object with them.</summary>
internal sealed class TruncationConverter : ClientConverter<Truncation>
{
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
