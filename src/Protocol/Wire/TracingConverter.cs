using System.Text.Json;

namespace RealtimeAkka.Protocol.Wire;

/// <summary>Writes a tracing: the string <c>auto</c> without names, an object with them.</summary>
internal sealed class TracingConverter : ClientConverter<Tracing>
{
    /// <inheritdoc/>
    public override void Write(Utf8JsonWriter writer, Tracing value, JsonSerializerOptions options)
    {
        if (value is { WorkflowName: null, GroupId: null })
        {
            writer.WriteStringValue("auto");
            return;
        }
        writer.WriteStartObject();
        if (value.WorkflowName is { } workflow) writer.WriteString("workflow_name", workflow);
        if (value.GroupId is { } group) writer.WriteString("group_id", group);
        writer.WriteEndObject();
    }
}
