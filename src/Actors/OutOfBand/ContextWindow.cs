using System.Collections.Immutable;
using RealtimeAkka.Actors.Stations;
using RealtimeAkka.Protocol;
using RealtimeAkka.Protocol.Messages;
using RealtimeAkka.Protocol.Wire;

namespace RealtimeAkka.Actors.OutOfBand;

/// <summary>
/// The conversation's items in server order, as far as a request may need to name them. <c>previous_item_id</c> says where the
/// server placed an item. At most <c>Capacity</c> items are kept.
/// </summary>
public sealed record ContextWindow(int Capacity)
{
    // Added: the server sent conversation.item.added, so the item may be referenced (docs/protocol.md 6.3).
    private readonly record struct Entry(ItemId Id, bool User, bool Added);

    private ImmutableList<Entry> Entries { get; init; } = [];

    /// <summary>The window after <paramref name="e"/>; the same instance if the event does not concern items.</summary>
    public ContextWindow On(ServerEvent e) => e switch
    {
        InputCommitted c => Place(new Entry(c.ItemId, User: true, Added: false), c.PreviousItemId),
        ItemAdded { Item.Id: { } id } a when IsTurn(a.Item) => Place(new Entry(id, a.Item.Role == "user", Added: true), a.PreviousItemId),
        ItemDone { Item.Id: { } id } d when IsTurn(d.Item) => Place(new Entry(id, d.Item.Role == "user", Added: true), d.PreviousItemId),
        ItemDeleted d => this with { Entries = Entries.RemoveAll(entry => entry.Id == d.ItemId) },
        _ => this,
    };

    /// <summary>Whether this is the newest user item, so that a request for "the latest turn" refers to it.</summary>
    public bool IsNewestUserItem(ItemId item) => Entries.FindLast(entry => entry.User).Id == item;

    /// <summary>The item, or the newest user item that may be referenced if only an earlier connection knew it; null: none.</summary>
    public ItemId? Standing(ItemId item) =>
        Entries.Exists(entry => entry.Id == item) ? item
        : Entries.FindLast(entry => entry is { User: true, Added: true }) is { Id.Value: not null } newest ? newest.Id : null;

    /// <summary>Whether the item may be referenced.</summary>
    public bool IsAdded(ItemId item) => Entries.Exists(entry => entry.Id == item && entry.Added);

    /// <summary>
    /// The items to reference in a request about <paramref name="item"/>, oldest first, <paramref name="item"/> last. Items that
    /// may not be referenced yet are left out, except <paramref name="item"/> itself: the caller waits for it.
    /// </summary>
    public ImmutableArray<ItemId> References(ItemId item, ContextScope scope)
    {
        var end = IndexOf(item);
        if (end < 0) return [item];

        var start = 0;
        if (scope is ContextScope.Last last)
        {
            // A turn is a user item and what follows it, so the window starts at the N-th user item from the end.
            var users = 0;
            for (start = end; start > 0; start--)
            {
                if (Entries[start].User && ++users == last.Turns) break;
            }
        }
        return [.. Entries.GetRange(start, end - start + 1).Where(entry => entry.Added || entry.Id == item).Select(entry => entry.Id)];
    }

    private static bool IsTurn(ConversationItem item) => item is { Type: "message", Role: "user" or "assistant" };

    private ContextWindow Place(Entry entry, ItemId? previous)
    {
        var at = IndexOf(entry.Id);
        if (at >= 0)
        {
            return entry.Added && !Entries[at].Added ? this with { Entries = Entries.SetItem(at, entry) } : this;
        }
        var after = previous is { } p ? IndexOf(p) : -1;
        var placed = after >= 0 ? Entries.Insert(after + 1, entry) : Entries.Add(entry);
        // The oldest item is dropped first: a transcript does not need context that old.
        return this with { Entries = placed.Count > Capacity ? placed.RemoveAt(0) : placed };
    }

    private int IndexOf(ItemId id) => Entries.IndexOf(id, static entry => entry.Id);
}
