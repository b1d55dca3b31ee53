namespace RealtimeAkka.Actors.Mic;

/// <summary>
/// Buffers live audio: a fixed ring of frames between one writer, the device's callback, which may neither wait nor allocate, and
/// one reader, the actor. Writing to a full ring overwrites the oldest frame, which is lost and counted.
/// </summary>
public sealed class FrameRing
{
    private readonly byte[] _bytes;
    private readonly int _frame;
    private readonly long _capacity;
    private long _written;  // frames; written by the writer only
    private int _filled;    // bytes of the frame that is being written
    private (long Read, long Lost) _state, _checkpoint; // frames; written by the reader only
    private int _signalled;

    /// <summary>A ring of <paramref name="frames"/> frames of <paramref name="frameBytes"/> bytes; both are at least 2.</summary>
    public FrameRing(int frames, int frameBytes)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(frames, 2);
        ArgumentOutOfRangeException.ThrowIfLessThan(frameBytes, 2);
        // One frame more than can be read: the one that is being overwritten.
        (_capacity, _frame) = (frames + 1, frameBytes);
        _bytes = new byte[_capacity * frameBytes];
    }

    /// <summary>Bytes of a frame.</summary>
    public int FrameBytes => _frame;

    /// <summary>
    /// Writer: adds audio of any length. True if the reader must be signalled: a frame is complete and no signal is pending.
    /// </summary>
    public bool Write(ReadOnlySpan<byte> sound)
    {
        var whole = false;
        while (!sound.IsEmpty)
        {
            var slot = (int)(_written % _capacity) * _frame;
            var take = Math.Min(sound.Length, _frame - _filled);
            sound[..take].CopyTo(_bytes.AsSpan(slot + _filled));
            sound = sound[take..];
            _filled += take;
            if (_filled < _frame) break;

            _filled = 0;
            // A full fence: the next frame's bytes must not become visible before this frame counts as written, or the reader
            // would not notice that its slot is being overwritten.
            Interlocked.Exchange(ref _written, _written + 1);
            whole = true;
        }
        return whole && Interlocked.Exchange(ref _signalled, 1) == 0;
    }

    /// <summary>Reader: at least one frame waits.</summary>
    public bool Any => Waiting > 0;

    /// <summary>Reader: number of whole frames that wait.</summary>
    public int Waiting => (int)Math.Min(_capacity - 1, Volatile.Read(ref _written) - _state.Read);

    /// <summary>Reader: acknowledges the signal; call this before reading.</summary>
    public void Acknowledge() => Interlocked.Exchange(ref _signalled, 0);

    /// <summary>Reader: copies the oldest frame into <paramref name="frame"/>; false if there is none.</summary>
    public bool TryRead(Span<byte> frame)
    {
        while (true)
        {
            var written = Volatile.Read(ref _written);
            SkipLost(written);
            if (_state.Read == written) return false;

            _bytes.AsSpan((int)(_state.Read % _capacity) * _frame, _frame).CopyTo(frame);
            Interlocked.MemoryBarrier();
            // Overwritten during the copy: the copy mixes two frames.
            if (Volatile.Read(ref _written) - _state.Read >= _capacity) continue;
            _state.Read++;
            return true;
        }
    }

    /// <summary>Reader: frames lost since the last call.</summary>
    public long TakeLost()
    {
        var lost = _state.Lost;
        _state.Lost = 0;
        return lost;
    }

    /// <summary>Reader: makes all reads final.</summary>
    public void Checkpoint() => _checkpoint = _state;

    /// <summary>Reader: undoes all reads since <see cref="Checkpoint"/>, for frames that are not overwritten.</summary>
    public void Rollback() => _state = _checkpoint;

    private void SkipLost(long written)
    {
        var oldest = written - (_capacity - 1);
        if (_state.Read >= oldest) return;
        _state = (oldest, _state.Lost + oldest - _state.Read);
    }
}
