namespace RealtimeAkka.Actors.Stations;

/// <summary>
/// A list that is a value: entries come at its end and are forgotten at its beginning. Lists made of each other by adding share one array,
/// of which no place in use is written to again, so that an older list stays as it was. A tree would be an object for each entry, and a new
/// one for each level with every change: hundreds of calls have all of them looked at by the collector. For one thread at a time.
/// </summary>
public readonly record struct RecentList<T>
{
    private const int Min = 8;

    private readonly Places? _places; // null: the list is empty
    private readonly int _first;

    private RecentList(Places? places, int first, int count) => (_places, _first, Count) = (places, first, count);

    /// <summary>Number of entries.</summary>
    public int Count { get; }

    /// <summary>The entries, oldest first.</summary>
    public ReadOnlySpan<T> Span => _places is { } places ? places.Items.AsSpan(_first, Count) : [];

    /// <summary>An entry; 0 is the oldest.</summary>
    public T this[int at] => Span[at];

    /// <summary>With one more entry, as the newest.</summary>
    public RecentList<T> Add(T entry)
    {
        var end = _first + Count;
        // A place behind the end that is in use belongs to a list that was made of the same one as this.
        if (_places is not { } places || end != places.Used || end == places.Items.Length)
            return new RecentList<T>(Copy(Span, []), 0, Count).Add(entry);
        places.Items[end] = entry;
        places.Used++;
        return new(places, _first, Count + 1);
    }

    /// <summary>With one more entry, which is the one at this place then. Copies the list unless that is its end.</summary>
    public RecentList<T> Insert(int at, T entry) => at == Count ? Add(entry) : new(Copy([.. Span[..at], entry], Span[at..]), 0, Count + 1);

    /// <summary>With another entry at this place. Copies the list.</summary>
    public RecentList<T> Set(int at, T entry) => new(Copy([.. Span[..at], entry], Span[(at + 1)..]), 0, Count);

    /// <summary>Without the oldest entries.</summary>
    public RecentList<T> Forget(int count)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan((uint)count, (uint)Count);
        return new(_places, _first + count, Count - count);
    }

    /// <summary>Without the entry at this place. Copies the list unless that is the oldest.</summary>
    public RecentList<T> RemoveAt(int at) => at == 0 ? Forget(1) : new(Copy(Span[..at], Span[(at + 1)..]), 0, Count - 1);

    /// <summary>Where the newest entry that is looked for stands; -1: there is none.</summary>
    public int FindLastIndex(Predicate<T> which)
    {
        var at = Count - 1;
        while (at >= 0 && !which(this[at])) at--;
        return at;
    }

    /// <summary>
    /// Where the newest entry of this id stands; -1: there is none. A <paramref name="keyOf"/> that captures nothing allocates nothing.
    /// </summary>
    public int IndexOf<TKey>(TKey key, Func<T, TKey> keyOf) where TKey : struct, IEquatable<TKey>
    {
        var entries = Span;
        for (var at = entries.Length - 1; at >= 0; at--)
        {
            if (keyOf(entries[at]).Equals(key)) return at;
        }
        return -1;
    }

    // With room for half as many again: what was forgotten is let go of when that is used up.
    private static Places Copy(ReadOnlySpan<T> first, ReadOnlySpan<T> then)
    {
        var count = first.Length + then.Length;
        var items = new T[Math.Max(Min, count + count / 2 + 1)];
        first.CopyTo(items);
        then.CopyTo(items.AsSpan(first.Length));
        return new Places(items) { Used = count };
    }

    private sealed class Places(T[] items)
    {
        public T[] Items { get; } = items;

        public int Used { get; set; } // by any list; what stands there is not changed
    }
}
