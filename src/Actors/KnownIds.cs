using System.IO.Hashing;
using System.Runtime.InteropServices;

namespace RealtimeAkka.Actors;

/// <summary>
/// Ids that have been seen, the oldest forgotten first. A value, but one that shares its memory with the next: only the newest one and
/// its predecessor may be used, which is what a rollback needs. Of an id 64 bits are kept: that two of a session's are alike in them will
/// not happen in the lifetime of the service, and a thousand strings for each session would be most of what it keeps.
/// </summary>
/// <param name="Capacity">So many are known at once.</param>
public readonly record struct KnownIds(int Capacity)
{
    private const int Least = 16;

    // Whoever makes the ids shall not be able to find two that are alike.
    private static readonly long Seed = Random.Shared.NextInt64();

    // One more than are known: the place of the next one is part of no value yet.
    private ulong[] Ring { get; init; } = [];
    private long Count { get; init; }

    /// <summary>With this one; the same where it is known.</summary>
    public KnownIds With(string id)
    {
        var name = Name(id);
        if (Knows(name)) return this;
        var ring = Ring;
        if (Count == ring.Length && ring.Length <= Capacity) Array.Resize(ref ring, Math.Min(Capacity + 1, Math.Max(Least, 2 * ring.Length)));
        ring[Count % ring.Length] = name;
        return this with { Ring = ring, Count = Count + 1 };
    }

    /// <summary>It was added, and is not forgotten.</summary>
    public bool Contains(string id) => Knows(Name(id));

    private bool Knows(ulong name)
    {
        if (Count < Ring.Length) return Ring.AsSpan(0, (int)Count).Contains(name);
        var next = Ring.Length <= Capacity ? Ring.Length : (int)(Count % Ring.Length);
        return Ring.AsSpan(0, next).Contains(name) || (next < Ring.Length && Ring.AsSpan(next + 1).Contains(name));
    }

    private static ulong Name(string id) => XxHash3.HashToUInt64(MemoryMarshal.AsBytes(id.AsSpan()), Seed);
}
