using System.Buffers;

namespace RealtimeAkka.Actors.Mic;

/// <summary>
/// Sound by its place on a clock, in blocks that are borrowed and given back. Sound is kept for seconds: as objects of their
/// own, frames would all outlive the collections they are made between, and be copied by them.
/// </summary>
public sealed class SoundStore
{
    // Three frames of 100 ms; what is not filled or not yet given back is at most this much at either end.
    private const int BlockBytes = 16 * 1024;

    // One for all sessions: what one gives back when its turn is joined, others need at once. The shared pool of the runtime
    // keeps too few for that.
    private static readonly ArrayPool<byte> Pool = ArrayPool<byte>.Create(BlockBytes, maxArraysPerBucket: 1024);

    private readonly Queue<byte[]> _blocks = new();
    private byte[] _newest = [];
    private long _begin; // of the oldest block

    /// <summary>Where the oldest byte that is kept stands.</summary>
    public long First { get; private set; }

    /// <summary>Where the next byte will stand.</summary>
    public long End { get; private set; }

    /// <summary>Adds sound that follows what is here; an empty store begins anew at <paramref name="start"/>.</summary>
    public void Add(long start, ReadOnlySpan<byte> sound)
    {
        if (First == End)
        {
            DropBefore(End);
            First = End = _begin = start;
        }
        ArgumentOutOfRangeException.ThrowIfNotEqual(start, End);
        while (!sound.IsEmpty)
        {
            var at = (int)((End - _begin) % BlockBytes);
            if (at == 0) _blocks.Enqueue(_newest = Pool.Rent(BlockBytes));
            var take = Math.Min(sound.Length, BlockBytes - at);
            sound[..take].CopyTo(_newest.AsSpan(at));
            sound = sound[take..];
            End += take;
        }
    }

    /// <summary>Forgets what stands before this place.</summary>
    public void DropBefore(long place)
    {
        First = Math.Clamp(place, First, End);
        // All of it: also the block that is not full.
        while (_blocks.Count > 0 && (First - _begin >= BlockBytes || First == End))
        {
            Pool.Return(_blocks.Dequeue());
            _begin += BlockBytes;
        }
    }

    /// <summary>A copy of what stands here.</summary>
    public byte[] Copy(long start, int length)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(start, First);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(start + length, End);
        var copy = new byte[length];
        var blocks = _blocks.ToArray();
        for (var done = 0; done < length;)
        {
            var (block, at) = Math.DivRem(start + done - _begin, BlockBytes);
            var take = (int)Math.Min(length - done, BlockBytes - at);
            blocks[block].AsSpan((int)at, take).CopyTo(copy.AsSpan(done));
            done += take;
        }
        return copy;
    }
}
