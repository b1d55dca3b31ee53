using System.Text.Json;

namespace RealtimeAkka.Protocol.Wire;

/// <summary>Reads a response in one pass, as <see cref="ConversationItemConverter"/> reads its items.</summary>
internal sealed class ResponseStateConverter : ServerConverter<ResponseState>
{
    private static readonly ConversationItemConverter Items = new();
    private static readonly StatusDetailsConverter Details = new();

    /// <inheritdoc/>
    public override ResponseState Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        ResponseId? id = null;
        string? status = null, conversation = null;
        ResponseStatusDetails? details = null;
        IReadOnlyList<ConversationItem>? output = null;
        IReadOnlyDictionary<string, string>? metadata = null;
        JsonElement? usage = null;
        JsonFields.Begin(ref reader, "A response");
        while (JsonFields.Next(ref reader))
        {
            if (reader.ValueTextEquals("id"u8)) id = JsonFields.Id<ResponseId>(ref reader);
            else if (reader.ValueTextEquals("status"u8)) status = JsonFields.Name(ref reader);
            else if (reader.ValueTextEquals("conversation_id"u8)) conversation = JsonFields.Name(ref reader);
            else if (reader.ValueTextEquals("output"u8)) output = JsonFields.List(ref reader, ReadItem);
            else if (reader.ValueTextEquals("status_details"u8)) details = JsonFields.IsNull(ref reader) ? null : ReadDetails(ref reader);
            else if (reader.ValueTextEquals("metadata"u8)) metadata = JsonFields.IsNull(ref reader) ? null : ReadMetadata(ref reader);
            else if (reader.ValueTextEquals("usage"u8)) usage = JsonFields.IsNull(ref reader) ? null : JsonElement.ParseValue(ref reader);
            else JsonFields.Skip(ref reader);
        }
        return new(id ?? throw new JsonException("A response has no id."), status, details, output, conversation, metadata, usage);
    }

    private static ConversationItem ReadItem(ref Utf8JsonReader reader) =>
        Items.Read(ref reader, typeof(ConversationItem), WireJson.Default.Options);

    private static ResponseStatusDetails? ReadDetails(ref Utf8JsonReader reader) =>
        Details.Read(ref reader, typeof(ResponseStatusDetails), WireJson.Default.Options);

    private static IReadOnlyDictionary<string, string> ReadMetadata(ref Utf8JsonReader reader)
    {
        JsonFields.Begin(ref reader, "metadata");
        var metadata = new Dictionary<string, string>(capacity: 4);
        while (JsonFields.Next(ref reader))
        {
            var name = StringInterner.Read(ref reader);
            metadata[name] = JsonFields.Text(ref reader)!; // a null counts as any other value that is not ours
        }
        return metadata;
    }
}
