using System.Text.Json;

namespace RealtimeAkka.Protocol.Wire;

/// <summary>Reads a response in one pass, as <see cref="ConversationItemConverter"/> reads its items.</summary>
internal static class ResponseStateReader
{
    private static readonly StatusDetailsConverter Details = new();

    /// <summary>The response that begins here.</summary>
    public static ResponseState Read(ref Utf8JsonReader reader)
    {
        ResponseId? id = null;
        string? status = null, conversation = null;
        ResponseStatusDetails? details = null;
        IReadOnlyList<ConversationItem>? output = null;
        IReadOnlyDictionary<string, string>? metadata = null;
        RawJson? usage = null;
        JsonFields.Begin(ref reader, "A response");
        while (JsonFields.Next(ref reader))
        {
            if (reader.ValueTextEquals("id"u8)) id = JsonFields.Id<ResponseId>(ref reader);
            else if (reader.ValueTextEquals("status"u8)) status = JsonFields.Name(ref reader);
            else if (reader.ValueTextEquals("conversation_id"u8)) conversation = JsonFields.Name(ref reader);
            else if (reader.ValueTextEquals("output"u8)) output = JsonFields.List(ref reader, ConversationItemConverter.Read);
            else if (reader.ValueTextEquals("status_details"u8)) details = JsonFields.Object(ref reader, ReadDetails);
            else if (reader.ValueTextEquals("metadata"u8)) metadata = JsonFields.Object(ref reader, ReadMetadata);
            else if (reader.ValueTextEquals("usage"u8)) usage = JsonFields.Any(ref reader);
            else JsonFields.Skip(ref reader);
        }
        return new(id ?? throw new JsonException("A response has no id."), status, details, output, conversation, metadata, usage);
    }

    private static ResponseStatusDetails ReadDetails(ref Utf8JsonReader reader) =>
        Details.Read(ref reader, typeof(ResponseStatusDetails), WireJson.Default.Options)!;

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
