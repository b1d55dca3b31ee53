using System.Text.Json;

namespace RealtimeAkka.Protocol.Wire;

/// <summary>Writes a tool choice: a string for a mode, an object for a function.</summary>
internal sealed class ToolChoiceConverter : ClientConverter<ToolChoice>
{
    /// <inheritdoc/>
    public override void Write(Utf8JsonWriter writer, ToolChoice value, JsonSerializerOptions options)
    {
        if (value.Function is not { } function)
        {
            writer.WriteStringValue(value.Mode);
            return;
        }
        writer.WriteStartObject();
        writer.WriteString("type", value.Mode);
        writer.WriteString("name", function);
        writer.WriteEndObject();
    }
}
