using System.IO.Hashing;
using System.Runtime.InteropServices;

namespace RealtimeAkka.Actors;

/// <summary>
/// Ids that have been seen, the oldest forgotten first. Of an id 64 bits are kept, in one array: that two of a session's are alike in
/// them will not happen in the lifetime of the service, and a thousand strings for each session would be most of what it keeps.
/// </summary>
/// <param name="capacity">So many are known at once.</param>
public sealed class KnownIds(int capacity)
{
    // Whoever makes the ids shall not be able to find two that are alike.
    private static readonly long Seed = Random.Shared.NextInt64();

    private ulong[] _known = [];
    private long _count;

    /// <summary>True the first time.</summary>
    public bool Add(string id)
    {
        var name = Name(id);
        if (Knows(name)) return false;
        if (_count == _known.Length && _count < capacity) Array.Resize(ref _known, (int)Math.Min(capacity, Math.Max(16, 2 * _count)));
        _known[_count++ % capacity] = name;
        return true;
    }

    /// <summary>It was added, and is not forgotten.</summary>
    public bool Contains(string id) => Knows(Name(id));

    private bool Knows(ulong name) => _known.AsSpan(0, (int)Math.Min(_count, _known.Length)).Contains(name);

    private static ulong Name(string id) => XxHash3.HashToUInt64(MemoryMarshal.AsBytes(id.AsSpan()), Seed);
}
