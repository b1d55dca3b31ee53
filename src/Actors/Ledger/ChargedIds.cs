using System.IO.Hashing;
using System.Runtime.InteropServices;

namespace RealtimeAkka.Actors.Ledger;

/// <summary>
/// Ids that were charged. They stay charged across connections: the service never uses an id twice, so one that comes again is
/// a repetition. Bounded, the oldest forgotten first; nothing is repeated after so many others. Of an id 64 bits are kept:
/// that two of a session's are alike in them will not happen in the lifetime of the service.
/// </summary>
public sealed class ChargedIds(int capacity = 1024)
{
    // Whoever names the responses shall not be able to find two that are alike.
    private static readonly long Seed = Random.Shared.NextInt64();

    private ulong[] _known = [];
    private long _count;

    /// <summary>True the first time.</summary>
    public bool Add(string id)
    {
        var name = XxHash3.HashToUInt64(MemoryMarshal.AsBytes(id.AsSpan()), Seed);
        if (_known.AsSpan(0, (int)Math.Min(_count, _known.Length)).Contains(name)) return false;
        if (_count == _known.Length && _count < capacity) Array.Resize(ref _known, (int)Math.Min(capacity, Math.Max(32, 2 * _count)));
        _known[_count++ % capacity] = name;
        return true;
    }
}
