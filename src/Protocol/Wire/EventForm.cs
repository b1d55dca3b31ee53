using System.Text.Json;

namespace RealtimeAkka.Protocol.Wire;

/// <summary>The fields that the events of a turn have. Each event uses some of them; the others are passed over in it.</summary>
[Flags]
internal enum EventParts
{
    ItemId = 1,
    PreviousItemId = 2,
    ResponseId = 4,
    Item = 8,
    Response = 16,
    Usage = 32,
}

/// <summary>
/// How an event of a turn is read: in one pass, without the serializer, which keeps more while it reads an event than the event is large.
/// </summary>
/// <param name="parts">The fields it uses.</param>
/// <param name="make">Makes the event; asking for a field that is absent is a <see cref="JsonException"/>.</param>
/// <param name="words">Name of its field with words; null: it has none.</param>
/// <param name="time">Name of its field with a time; null: it has none.</param>
internal sealed class EventForm(EventParts parts, EventForm.Maker make, string? words = null, string? time = null)
{
    /// <summary>Makes an event of its fields.</summary>
    public delegate ServerEvent Maker(in EventFields fields);

    /// <summary>Reads an event whose type is known to be of this form.</summary>
    public ServerEvent Read(ref Utf8JsonReader reader)
    {
        var fields = new EventFields(words);
        reader.Read();
        while (JsonFields.Next(ref reader))
        {
            if (Is(EventParts.ItemId, ref reader, "item_id"u8)) fields.Item = JsonFields.Id<ItemId>(ref reader);
            else if (Is(EventParts.ResponseId, ref reader, "response_id"u8)) fields.Response = JsonFields.Id<ResponseId>(ref reader);
            else if (words is not null && reader.ValueTextEquals(words)) fields.Words = JsonFields.Name(ref reader);
            else if (time is not null && reader.ValueTextEquals(time)) fields.Ms = JsonFields.Milliseconds(ref reader);
            else if (Is(EventParts.PreviousItemId, ref reader, "previous_item_id"u8)) fields.Previous = JsonFields.Id<ItemId>(ref reader);
            else if (Is(EventParts.Item, ref reader, "item"u8))
                fields.Content = JsonFields.Object(ref reader, ConversationItemConverter.Read);
            else if (Is(EventParts.Response, ref reader, "response"u8))
                fields.State = JsonFields.Object(ref reader, ResponseStateReader.Read);
            else if (Is(EventParts.Usage, ref reader, "usage"u8)) fields.Usage = JsonFields.Any(ref reader);
            else JsonFields.Skip(ref reader);
        }
        reader.Read(); // throws if anything follows the object
        return make(fields);
    }

    private bool Is(EventParts part, ref Utf8JsonReader reader, ReadOnlySpan<byte> name) =>
        (parts & part) != 0 && reader.ValueTextEquals(name);
}

/// <summary>What was read of an event.</summary>
/// <param name="words">Name of its field with words.</param>
internal struct EventFields(string? words)
{
    public ItemId? Item, Previous;
    public ResponseId? Response;
    public string? Words;
    public long Ms = MillisecondsConverter.Unknown;
    public ConversationItem? Content;
    public ResponseState? State;
    public RawJson? Usage;

    public readonly ItemId ItemId => Item ?? throw Missing("item_id");

    public readonly ResponseId ResponseId => Response ?? throw Missing("response_id");

    public readonly string Text => Words ?? throw Missing(words ?? "words");

    public readonly ConversationItem ConversationItem => Content ?? throw Missing("item");

    public readonly ResponseState ResponseState => State ?? throw Missing("response");

    private static JsonException Missing(string field) => new($"The event has no {field}.");
}
