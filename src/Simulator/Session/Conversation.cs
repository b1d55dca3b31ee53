using System.Text.Json.Nodes;
using RealtimeAkka.Protocol;

namespace RealtimeAkka.Simulator.Session;

/// <summary>One conversation item: its JSON in events, and the server's own data about it.</summary>
internal sealed class Item(string id, JsonObject json)
{
    public string Id { get; } = id;

    /// <summary>The item as sent, without audio bytes.</summary>
    public JsonObject Json { get; set; } = json;

    public string? Role => Json["role"]?.GetValue<string>();

    /// <summary>Caller turn from 1; null for items that are not a caller's committed speech.</summary>
    public int? Turn { get; init; }

    /// <summary>The words recognized in its audio; null where there are none.</summary>
    public string? Heard { get; init; }

    /// <summary>Duration of its audio in milliseconds; 0 for text.</summary>
    public double AudioMs { get; set; }

    public SoundFormat? Format { get; init; }

    /// <summary>The audio in the wire format; null once newer items need the memory.</summary>
    public byte[]? Audio { get; set; }

    /// <summary>The ASR's transcript; shown only when the item is retrieved.</summary>
    public string? Transcript { get; set; }

    /// <summary>All text in the item.</summary>
    public string Text => string.Join(' ', (Json["content"] as JsonArray ?? []).Select(p => p?["text"] ?? p?["transcript"])
        .Append(Json["output"]).Append(Json["arguments"]).OfType<JsonNode>().Select(t => t.ToString()));
}

/// <summary>The default conversation: items in order, found by id.</summary>
internal sealed class Conversation
{
    // Enough to retrieve the last few minutes of speech; a session of 1 h would otherwise hold 170 MB.
    private const int AudioMemory = 8 * 1024 * 1024;

    private readonly List<Item> _items = [];

    public IReadOnlyList<Item> Items => _items;

    /// <summary>Caller turns that a client has created with their sound instead of speaking them.</summary>
    public int EarlierTurns { get; private set; }

    public Item? Find(string? id) => _items.Find(i => i.Id == id);

    public string? LastId => _items.Count > 0 ? _items[^1].Id : null;

    /// <summary>The newest item with the role <c>user</c>, audio or text.</summary>
    public Item? LastUserItem => _items.FindLast(i => i.Role == "user");

    public string? IdBefore(Item item) => _items.IndexOf(item) is > 0 and var at ? _items[at - 1].Id : null;

    public void Append(Item item)
    {
        _items.Add(item);
        Forget();
    }

    public void Insert(int at, Item item) => _items.Insert(at, item);

    public int IndexOf(string id) => _items.FindIndex(i => i.Id == id);

    public void CountEarlier(Item item) => EarlierTurns += item is { Role: "user", AudioMs: > 0 } ? 1 : 0;

    public bool Remove(string id) => _items.RemoveAll(i => i.Id == id) > 0;

    private void Forget()
    {
        var held = 0L;
        for (var i = _items.Count - 1; i >= 0; i--)
            if (_items[i].Audio is { } audio && (held += audio.Length) > AudioMemory && i < _items.Count - 1) _items[i].Audio = null;
    }
}
