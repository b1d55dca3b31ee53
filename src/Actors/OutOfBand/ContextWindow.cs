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
    private readonly record struct Entry(ItemId Id, bool User);

    private RecentList<Entry> Entries { get; init; }

    // Of these items the server has not sent conversation.item.added: they may not be referenced yet (docs/protocol.md 6.3).
    private ImmutableArray<ItemId> NotAdded { get; init; } = [];

    /// <summary>The window after <paramref name="e"/>; the same instance if the event does not concern items.</summary>
    public ContextWindow On(ServerEvent e) => e switch
    {
        InputCommitted c => Place(new Entry(c.ItemId, User: true), isAdded: false, c.PreviousItemId),
        ItemAdded { Item.Id: { } id } a when IsTurn(a.Item) => Place(new Entry(id, a.Item.Role == "user"), isAdded: true, a.PreviousItemId),
        ItemDone { Item.Id: { } id } d when IsTurn(d.Item) => Place(new Entry(id, d.Item.Role == "user"), isAdded: true, d.PreviousItemId),
        ItemDeleted d when IndexOf(d.ItemId) is >= 0 and var at => Without(at),
        _ => this,
    };

    /// <summary>Whether this is the newest user item, so that a request for "the latest turn" refers to it.</summary>
    public bool IsNewestUserItem(ItemId item) =>
        Entries.FindLastIndex(static entry => entry.User) is >= 0 and var at && Entries[at].Id == item;

    /// <summary>The item, or the newest user item that may be referenced if only an earlier connection knew it; null: none.</summary>
    public ItemId? Standing(ItemId item) =>
        IndexOf(item) >= 0 ? item
        : Entries.FindLastIndex(entry => entry.User && !NotAdded.Contains(entry.Id)) is >= 0 and var at ? Entries[at].Id : null;

    /// <summary>Whether the item may be referenced.</summary>
    public bool IsAdded(ItemId item) => IndexOf(item) >= 0 && !NotAdded.Contains(item);

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
        var references = ImmutableArray.CreateBuilder<ItemId>(end - start + 1);
        foreach (var entry in Entries.Span[start..(end + 1)])
        {
            if (entry.Id == item || !NotAdded.Contains(entry.Id)) references.Add(entry.Id);
        }
        return references.ToImmutable();
    }

    private static bool IsTurn(ConversationItem item) => item is { Type: "message", Role: "user" or "assistant" };

    private ContextWindow Place(Entry entry, bool isAdded, ItemId? previous)
    {
        if (IndexOf(entry.Id) >= 0)
            return isAdded && NotAdded.Contains(entry.Id) ? this with { NotAdded = NotAdded.Remove(entry.Id) } : this;
        var after = previous is { } p ? IndexOf(p) : -1;
        var next = this with
        {
            Entries = after >= 0 ? Entries.Insert(after + 1, entry) : Entries.Add(entry),
            NotAdded = isAdded ? NotAdded : NotAdded.Add(entry.Id),
        };
        // The oldest item is dropped first: a transcript does not need context that old.
        return next.Entries.Count > Capacity ? next.Without(0) : next;
    }

    private ContextWindow Without(int at) =>
        this with { Entries = Entries.RemoveAt(at), NotAdded = NotAdded.Remove(Entries[at].Id) };

    private int IndexOf(ItemId id) => Entries.IndexOf(id, static entry => entry.Id);
}
