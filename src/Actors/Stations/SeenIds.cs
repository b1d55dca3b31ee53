using System.IO.Hashing;
using System.Runtime.InteropServices;

namespace RealtimeAkka.Actors.Stations;

/// <summary>
/// A bounded set of ids; the oldest is forgotten first. A value that shares its array with its successor: only the newest value and its
/// predecessor may be used, which is enough for a rollback. Of each id a 64-bit hash is kept: a collision within a session will not
/// happen in the lifetime of the service, and 1,000 strings would be most of a session's memory.
/// </summary>
/// <param name="Capacity">Maximum number of ids known at once.</param>
public readonly record struct SeenIds(int Capacity)
{
    private const int Min = 16;

    // Random, so that whoever makes the ids cannot construct a collision.
    private static readonly long Seed = Random.Shared.NextInt64();

    // One slot more than known ids: the slot written next belongs to no value yet.
    private ulong[] Ring { get; init; } = [];
    private long Count { get; init; }

    /// <summary>The set with this id; the same set if the id is known.</summary>
    public SeenIds With(string id)
    {
        var name = Name(id);
        if (Knows(name)) return this;
        var ring = Ring;
        if (Count == ring.Length && ring.Length <= Capacity) Array.Resize(ref ring, Math.Min(Capacity + 1, Math.Max(Min, 2 * ring.Length)));
        ring[Count % ring.Length] = name;
        return this with { Ring = ring, Count = Count + 1 };
    }

    /// <summary>The id was added and is not forgotten.</summary>
    public bool Contains(string id) => Knows(Name(id));

    private bool Knows(ulong name)
    {
        if (Count < Ring.Length) return Ring.AsSpan(0, (int)Count).Contains(name);
        var next = Ring.Length <= Capacity ? Ring.Length : (int)(Count % Ring.Length);
        return Ring.AsSpan(0, next).Contains(name) || (next < Ring.Length && Ring.AsSpan(next + 1).Contains(name));
    }

    private static ulong Name(string id) => XxHash3.HashToUInt64(MemoryMarshal.AsBytes(id.AsSpan()), Seed);
}
