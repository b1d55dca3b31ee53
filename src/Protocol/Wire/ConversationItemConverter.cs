using System.Text.Json;
using System.Text.Json.Serialization;

namespace RealtimeAkka.Protocol.Wire;

/// <summary>
/// Reads and writes an item in one pass. Items come with every step of a turn, and what the serializer keeps while it reads a record of so
/// many fields is larger than the item.
/// </summary>
internal sealed class ConversationItemConverter : JsonConverter<ConversationItem>
{
    /// <inheritdoc/>
    public override ConversationItem Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => Read(ref reader);

    internal static ConversationItem Read(ref Utf8JsonReader reader)
    {
        string? type = null, status = null, role = null, callId = null, name = null, arguments = null, output = null;
        ItemId? id = null;
        IReadOnlyList<ContentPart>? content = null;
        JsonFields.Begin(ref reader, "An item");
        while (JsonFields.Next(ref reader))
        {
            if (reader.ValueTextEquals("type"u8)) type = JsonFields.Name(ref reader);
            else if (reader.ValueTextEquals("id"u8)) id = JsonFields.Id<ItemId>(ref reader);
            else if (reader.ValueTextEquals("status"u8)) status = JsonFields.Name(ref reader);
            else if (reader.ValueTextEquals("role"u8)) role = JsonFields.Name(ref reader);
            else if (reader.ValueTextEquals("content"u8)) content = JsonFields.List(ref reader, ReadPart);
            else if (reader.ValueTextEquals("call_id"u8)) callId = JsonFields.Text(ref reader);
            else if (reader.ValueTextEquals("name"u8)) name = JsonFields.Name(ref reader);
            else if (reader.ValueTextEquals("arguments"u8)) arguments = JsonFields.Text(ref reader);
            else if (reader.ValueTextEquals("output"u8)) output = JsonFields.Text(ref reader);
            else JsonFields.Skip(ref reader);
        }
        return new(type ?? throw new JsonException("An item has no type."), id, status, role, content, callId, name, arguments, output);
    }

    /// <inheritdoc/>
    public override void Write(Utf8JsonWriter writer, ConversationItem value, JsonSerializerOptions options)
    {
        writer.WriteStartObject();
        writer.WriteString("type"u8, value.Type);
        if (value.Id is { } id) writer.WriteString("id"u8, id.Value);
        if (value.Status is { } status) writer.WriteString("status"u8, status);
        if (value.Role is { } role) writer.WriteString("role"u8, role);
        if (value.Content is { } content)
        {
            writer.WritePropertyName("content"u8);
            JsonSerializer.Serialize(writer, content, WireJson.Default.IReadOnlyListContentPart);
        }
        if (value.CallId is { } callId) writer.WriteString("call_id"u8, callId);
        if (value.Name is { } name) writer.WriteString("name"u8, name);
        if (value.Arguments is { } arguments) writer.WriteString("arguments"u8, arguments);
        if (value.Output is { } output) writer.WriteString("output"u8, output);
        writer.WriteEndObject();
    }

    private static ContentPart ReadPart(ref Utf8JsonReader reader)
    {
        string? type = null, text = null, transcript = null;
        JsonFields.Begin(ref reader, "A part of an item");
        while (JsonFields.Next(ref reader))
        {
            if (reader.ValueTextEquals("type"u8)) type = JsonFields.Name(ref reader);
            else if (reader.ValueTextEquals("text"u8)) text = JsonFields.Text(ref reader);
            else if (reader.ValueTextEquals("transcript"u8)) transcript = JsonFields.Text(ref reader);
            else JsonFields.Skip(ref reader);
        }
        return new(type, text, transcript);
    }
}
