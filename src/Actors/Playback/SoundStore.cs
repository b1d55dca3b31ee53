namespace RealtimeAkka.Actors.Playback;

/// <summary>
/// Sound by its place on a clock, in blocks that are borrowed and given back. Sound is kept for seconds: as objects of their
/// own, frames would all outlive the collections they are made between, and be copied by them. What was done since the last
/// <see cref="Checkpoint"/> can be undone.
/// </summary>
/// <param name="keeps">False: only the places are kept, and all of the sound is silence.</param>
public sealed class SoundStore(bool keeps = true)
{
    // 100 ms: what is not filled or not yet given back is at most this much at either end.
    private const int BlockBytes = 4800;

    private static readonly byte[] Silence = new byte[BlockBytes];

    private readonly RollbackQueue<byte[]> _blocks = new(FramePool.Shared.Return);
    private (long First, long End, long Begin) _state, _checkpoint; // Begin: of the oldest block

    /// <summary>Where the oldest byte that is kept stands.</summary>
    public long First => _state.First;

    /// <summary>Where the next byte will stand.</summary>
    public long End => _state.End;

    /// <summary>Adds sound that follows what is here; an empty store begins anew at <paramref name="start"/>.</summary>
    public void Add(long start, ReadOnlySpan<byte> sound)
    {
        if (First == End)
        {
            DropBefore(End);
            _state = (start, start, start);
        }
        ArgumentOutOfRangeException.ThrowIfNotEqual(start, End);
        if (!keeps) _state.End += sound.Length;
        while (keeps && !sound.IsEmpty)
        {
            var at = (int)((End - _state.Begin) % BlockBytes);
            if (at == 0) _blocks.Enqueue(FramePool.Shared.Borrow(BlockBytes));
            var take = Math.Min(sound.Length, BlockBytes - at);
            // What is written behind the end is nobody's until the end is moved.
            sound[..take].CopyTo(_blocks[_blocks.Count - 1].AsSpan(at));
            sound = sound[take..];
            _state.End += take;
        }
    }

    /// <summary>Forgets what stands before this place.</summary>
    public void DropBefore(long place)
    {
        _state.First = Math.Clamp(place, First, End);
        // All of it: also the block that is not full.
        while (_blocks.Count > 0 && (First - _state.Begin >= BlockBytes || First == End))
        {
            _blocks.Dequeue();
            _state.Begin += BlockBytes;
        }
    }

    /// <summary>What stands from the first byte on, at most <paramref name="most"/> bytes and not beyond its block; to be used until it is dropped.</summary>
    public ReadOnlyMemory<byte> Peek(int most)
    {
        if (!keeps) return Silence.AsMemory(0, (int)Math.Min(Math.Min(most, End - First), BlockBytes));
        var at = (int)(First - _state.Begin);
        return First == End ? default : _blocks[0].AsMemory(at, (int)Math.Min(Math.Min(most, End - First), BlockBytes - at));
    }

    /// <summary>What was done holds: blocks that are not needed are given back.</summary>
    public void Checkpoint()
    {
        _checkpoint = _state;
        _blocks.Checkpoint();
    }

    /// <summary>What was done since <see cref="Checkpoint"/> was not.</summary>
    public void Rollback()
    {
        _state = _checkpoint;
        _blocks.Rollback();
    }
}
