using System.Text.Json;
using System.Text.Json.Nodes;

namespace RealtimeAkka.Simulator.Session;

/// <summary>The four <c>conversation.item.*</c> commands of a client (docs/protocol.md 4.1 and 4.3).</summary>
internal sealed class ItemCommands(SessionContext session)
{
    public void Create(JsonObject e)
    {
        if (e["item"] is not JsonObject given) throw RequestError.NoObject(e, "item");
        var item = ItemReader.Read(given, "item", session.Ids, session.Config.InputFormat);
        if (session.Conversation.Find(item.Id) is not null)
            throw new RequestError("item_create_duplicate_item_id", $"Error adding item: an item with id '{item.Id}' already exists.",
                "item.id");

        var after = OptionalText(e, "previous_item_id");
        if (after is null) session.Conversation.Append(item);
        else if (after == "root") session.Conversation.Insert(0, item);
        else if (session.Conversation.IndexOf(after) is >= 0 and var at) session.Conversation.Insert(at + 1, item);
        else
        {
            throw new RequestError("item_create_invalid_previous_item_id",
                $"Error adding item: the previous item with id '{after}' does not exist.", "previous_item_id");
        }

        session.Conversation.CountEarlier(item);
        var before = session.Conversation.IdBefore(item);
        session.Out.Emit(default, "conversation.item.added", ("previous_item_id", before), ("item", item.Json));
        session.Out.Emit(default, "conversation.item.done", ("previous_item_id", before), ("item", item.Json));
    }

    public void Delete(JsonObject e)
    {
        var id = ItemId(e);
        if (!session.Conversation.Remove(id))
            throw new RequestError("item_delete_invalid_item_id", $"Error deleting item: the item with id '{id}' does not exist.");
        session.Out.Emit(default, "conversation.item.deleted", ("item_id", id));
    }

    public void Retrieve(JsonObject e)
    {
        var id = ItemId(e);
        var item = session.Conversation.Find(id)
            ?? throw new RequestError("item_retrieve_invalid_item_id", $"Error retrieving item: the item with id '{id}' does not exist.");
        var json = (JsonObject)item.Json.DeepClone();
        // A user item is returned with audio and transcript, an assistant item with its transcript only.
        if (item.Role == "user" && item.Audio is { } audio
            && (json["content"] as JsonArray)?.FirstOrDefault(p => p!["type"]!.GetValue<string>() == "input_audio") is JsonObject part)
        {
            part["audio"] = Convert.ToBase64String(audio);
            part["transcript"] = item.Transcript;
        }
        session.Out.Emit(default, "conversation.item.retrieved", ("item", json));
    }

    public void Truncate(JsonObject e)
    {
        var id = ItemId(e);
        var contentIndex = Whole(e, "content_index");
        var endMs = Whole(e, "audio_end_ms");
        var item = session.Conversation.Find(id)
            ?? throw new RequestError("item_truncate_invalid_item_id", $"Error truncating item: the item with id '{id}' does not exist.");
        if (item is not { Role: "assistant", AudioMs: > 0 })
            throw new RequestError("invalid_value", "Only model output audio messages can be truncated.", "item_id");
        if (contentIndex != 0) throw RequestError.InvalidValue("content_index", $"{contentIndex}", ["0"]);
        if (endMs > item.AudioMs)
            throw new RequestError("invalid_value", $"Audio content of {(int)item.AudioMs}ms is already shorter than {endMs}ms",
                "audio_end_ms");

        item.AudioMs = endMs;
        if ((item.Json["content"] as JsonArray)?.FirstOrDefault() is JsonObject part) part["transcript"] = null;
        session.Out.Emit(default, "conversation.item.truncated", ("item_id", id), ("content_index", 0), ("audio_end_ms", endMs));
    }

    private static string ItemId(JsonObject e) => OptionalText(e, "item_id") ?? throw RequestError.Missing("item_id");

    public static string? OptionalText(JsonObject e, string name) => e[name] switch
    {
        null => null,
        JsonValue value when value.GetValueKind() == JsonValueKind.String => value.GetValue<string>(),
        _ => throw RequestError.InvalidType(name, "a string"),
    };

    private static int Whole(JsonObject e, string name)
    {
        if (e[name] is not { } value) throw RequestError.Missing(name);
        if (value is not JsonValue given || !given.TryGetValue<int>(out var number)) throw RequestError.InvalidType(name, "an integer");
        if (number < 0) throw RequestError.Range(name, "integer", number, 0, int.MaxValue);
        return number;
    }
}
