using System.Text.Json;

namespace RealtimeAkka.Protocol.Wire;

/// <summary>
/// Reads items and responses in their usual form, in one pass: several come with every turn, and the serializer allocates more
/// for each than its content needs. Anything unusual (a repeated field, one of another JSON type, a missing one) is left to
/// the serializer, which also reports what is invalid.
/// </summary>
internal static class FastJsonReader
{
    /// <summary>The item at the reader; null if it is unusual.</summary>
    public static ConversationItem? Item(ref Utf8JsonReader reader)
    {
        if (reader.TokenType != JsonTokenType.StartObject) return null;
        string? type = null, id = null, status = null, role = null, callId = null, name = null, arguments = null, output = null;
        List<ContentPart>? content = null;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var isPlain =
                reader.ValueTextEquals("type"u8) ? TryName(ref reader, ref type)
                : reader.ValueTextEquals("id"u8) ? TryId(ref reader, ref id)
                : reader.ValueTextEquals("status"u8) ? TryName(ref reader, ref status)
                : reader.ValueTextEquals("role"u8) ? TryName(ref reader, ref role)
                : reader.ValueTextEquals("content"u8) ? TryList(ref reader, ref content, Part)
                : reader.ValueTextEquals("call_id"u8) ? TryText(ref reader, ref callId)
                : reader.ValueTextEquals("name"u8) ? TryText(ref reader, ref name)
                : reader.ValueTextEquals("arguments"u8) ? TryText(ref reader, ref arguments)
                : reader.ValueTextEquals("output"u8) ? TryText(ref reader, ref output)
                : reader.TrySkip();
            if (!isPlain) return null;
        }
        return type is null ? null
            : new ConversationItem(type, id is null ? null : ItemId.Of(id), status, role, content, callId, name, arguments, output);
    }

    /// <summary>The response at the reader; null if it is unusual, for example if it has status details.</summary>
    public static ResponseState? Response(ref Utf8JsonReader reader)
    {
        if (reader.TokenType != JsonTokenType.StartObject) return null;
        string? id = null, status = null, conversation = null, noDetails = null;
        List<ConversationItem>? output = null;
        Dictionary<string, string>? metadata = null;
        JsonElement? usage = null;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var isPlain =
                reader.ValueTextEquals("id"u8) ? TryId(ref reader, ref id)
                : reader.ValueTextEquals("status"u8) ? TryName(ref reader, ref status)
                : reader.ValueTextEquals("status_details"u8) ? TryText(ref reader, ref noDetails) && noDetails is null
                : reader.ValueTextEquals("output"u8) ? TryList(ref reader, ref output, Item)
                : reader.ValueTextEquals("conversation_id"u8) ? TryName(ref reader, ref conversation)
                : reader.ValueTextEquals("metadata"u8) ? TryNames(ref reader, ref metadata)
                : reader.ValueTextEquals("usage"u8) ? TryObject(ref reader, ref usage)
                : reader.TrySkip();
            if (!isPlain) return null;
        }
        return id is null ? null : new ResponseState(ResponseId.Of(id), status, null, output, conversation, metadata, usage);
    }

    /// <summary>An object, kept as JSON, or null.</summary>
    public static bool TryObject(ref Utf8JsonReader reader, ref JsonElement? json)
    {
        reader.Read();
        if (json is not null) return false;
        if (reader.TokenType == JsonTokenType.StartObject) json = JsonElement.ParseValue(ref reader);
        return reader.TokenType is JsonTokenType.EndObject or JsonTokenType.Null;
    }

    /// <summary>An id of valid length, or null.</summary>
    public static bool TryId(ref Utf8JsonReader reader, ref string? id) =>
        TryName(ref reader, ref id) && id is null or { Length: > 0 and <= StringIds.MaxLength };

    /// <summary>A string that does not repeat between events, or null; not interned.</summary>
    public static bool TryText(ref Utf8JsonReader reader, ref string? text)
    {
        reader.Read();
        if (text is not null) return false;
        if (reader.TokenType == JsonTokenType.String) text = reader.GetString();
        return reader.TokenType is JsonTokenType.String or JsonTokenType.Null;
    }

    // A string that often repeats, or null; interned.
    private static bool TryName(ref Utf8JsonReader reader, ref string? name)
    {
        reader.Read();
        if (name is not null) return false;
        if (reader.TokenType == JsonTokenType.String) name = StringInterner.Read(ref reader);
        return reader.TokenType is JsonTokenType.String or JsonTokenType.Null;
    }

    private delegate T? One<T>(ref Utf8JsonReader reader);

    private static bool TryList<T>(ref Utf8JsonReader reader, ref List<T>? list, One<T> readOne) where T : class
    {
        reader.Read();
        if (list is not null || reader.TokenType != JsonTokenType.StartArray) return false;
        list = [];
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            if (readOne(ref reader) is not { } one) return false;
            list.Add(one);
        }
        return true;
    }

    private static ContentPart? Part(ref Utf8JsonReader reader)
    {
        if (reader.TokenType != JsonTokenType.StartObject) return null;
        string? type = null, text = null, transcript = null;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var isPlain =
                reader.ValueTextEquals("type"u8) ? TryName(ref reader, ref type)
                : reader.ValueTextEquals("text"u8) ? TryText(ref reader, ref text)
                : reader.ValueTextEquals("transcript"u8) ? TryText(ref reader, ref transcript)
                : reader.TrySkip();
            if (!isPlain) return null;
        }
        return new ContentPart(type, text, transcript);
    }

    private static bool TryNames(ref Utf8JsonReader reader, ref Dictionary<string, string>? names)
    {
        reader.Read();
        if (names is not null) return false;
        if (reader.TokenType == JsonTokenType.Null) return true;
        if (reader.TokenType != JsonTokenType.StartObject) return false;
        names = new Dictionary<string, string>(capacity: 4, StringComparer.Ordinal);
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var name = StringInterner.Read(ref reader);
            string? value = null;
            if (!TryName(ref reader, ref value) || value is null) return false;
            names[name] = value;
        }
        return true;
    }
}
