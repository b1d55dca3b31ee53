using RealtimeAkka.Actors.Stations;

namespace RealtimeAkka.Actors.Playback;

/// <summary>
/// Audio by its position on a clock, in blocks rented from the pool. Audio is kept for seconds: as objects of their own, all frames
/// would survive the collections between which they are allocated, and be copied by them. All changes since the last
/// <see cref="Checkpoint"/> can be undone.
/// </summary>
/// <param name="keeps">False: only the positions are kept, and all bytes are zero.</param>
public sealed class AudioBlockStore(bool keeps = true)
{
    // 100 ms of PCM16: at most this much is not filled, or not yet returned, at either end.
    private const int BlockBytes = 4800;

    private static readonly byte[] Zeros = new byte[BlockBytes];

    private readonly RollbackQueue<byte[]> _blocks = new(FramePool.Shared.Return);
    private (long First, long End, long Begin) _state, _checkpoint; // Begin: of the oldest block

    /// <summary>Position of the oldest byte kept.</summary>
    public long First => _state.First;

    /// <summary>Position of the next byte.</summary>
    public long End => _state.End;

    /// <summary>Adds audio that must begin at the end, or it throws; an empty store starts anew at <paramref name="start"/>.</summary>
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
            if (at == 0) _blocks.Enqueue(FramePool.Shared.Rent(BlockBytes));
            var take = Math.Min(sound.Length, BlockBytes - at);
            // Bytes behind the end are not visible until the end is moved.
            sound[..take].CopyTo(_blocks[_blocks.Count - 1].AsSpan(at));
            sound = sound[take..];
            _state.End += take;
        }
    }

    /// <summary>Forgets the audio before this position.</summary>
    public void DropBefore(long place)
    {
        _state.First = Math.Clamp(place, First, End);
        // An emptied store also returns its last block, which is not full.
        while (_blocks.Count > 0 && (First - _state.Begin >= BlockBytes || First == End))
        {
            _blocks.Dequeue();
            _state.Begin += BlockBytes;
        }
    }

    /// <summary>Audio from the first byte on, up to <paramref name="most"/> bytes or the end of its block; valid until dropped.</summary>
    public ReadOnlyMemory<byte> Peek(int most)
    {
        if (!keeps) return Zeros.AsMemory(0, (int)Math.Min(Math.Min(most, End - First), BlockBytes));
        var at = (int)(First - _state.Begin);
        return First == End ? default : _blocks[0].AsMemory(at, (int)Math.Min(Math.Min(most, End - First), BlockBytes - at));
    }

    /// <summary>Makes all changes final: unused blocks are returned.</summary>
    public void Checkpoint()
    {
        _checkpoint = _state;
        _blocks.Checkpoint();
    }

    /// <summary>Undoes all changes since <see cref="Checkpoint"/>.</summary>
    public void Rollback()
    {
        _state = _checkpoint;
        _blocks.Rollback();
    }
}
