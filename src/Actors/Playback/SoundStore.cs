namespace RealtimeAkka.Actors.Playback;

/// <summary>
/// Sound by its place on a clock, in blocks that are borrowed and given back. Sound is kept for seconds: as objects of their
/// own, frames would all outlive the collections they are made between, and be copied by them.
/// </summary>
/// <param name="keeps">False: only the places are kept, and all of the sound is silence.</param>
public sealed class SoundStore(bool keeps = true)
{
    // 100 ms: what is not filled or not yet given back is at most this much at either end.
    private const int BlockBytes = 4800;

    private static readonly byte[] Silence = new byte[BlockBytes];

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
        if (!keeps) End += sound.Length;
        while (keeps && !sound.IsEmpty)
        {
            var at = (int)((End - _begin) % BlockBytes);
            if (at == 0) _blocks.Enqueue(_newest = FramePool.Shared.Borrow(BlockBytes));
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
            FramePool.Shared.Return(_blocks.Dequeue());
            _begin += BlockBytes;
        }
    }

    /// <summary>What stands from the first byte on, at most <paramref name="most"/> bytes and not beyond its block; to be used until it is dropped.</summary>
    public ReadOnlyMemory<byte> Peek(int most)
    {
        if (!keeps) return Silence.AsMemory(0, (int)Math.Min(Math.Min(most, End - First), BlockBytes));
        var at = (int)(First - _begin);
        return First == End ? default : _blocks.Peek().AsMemory(at, (int)Math.Min(Math.Min(most, End - First), BlockBytes - at));
    }
}
