using RealtimeAkka.Protocol;

namespace RealtimeAkka.Actors.Mic;

/// <summary>
/// What a live source has said and nobody has taken yet. While its device is away there is silence instead, in real time, so that
/// the server's clock stays true. Each opening writes into a ring of its own: a device that was frozen may write long after.
/// What was done since the last <see cref="Checkpoint"/> can be undone.
/// </summary>
/// <param name="frame">Sound that is taken at once.</param>
/// <param name="capacity">Sound that may wait; beyond it the oldest is lost.</param>
public sealed class LiveInput(TimeSpan frame, TimeSpan capacity)
{
    private readonly byte[] _silence = new byte[Pcm.Bytes(frame)];
    private readonly RollbackQueue<byte[]> _before = new(); // what waited when the device went away, and the silence since
    private State _state = new() { IsNew = true }, _checkpoint = new() { IsNew = true };

    /// <summary>Bytes of a frame.</summary>
    public int FrameBytes => _silence.Length;

    /// <summary>Something waits.</summary>
    public bool Any => Waiting > TimeSpan.Zero;

    /// <summary>How much.</summary>
    public TimeSpan Waiting => frame * (_before.Count + (_state.IsAway ? 0 : _state.Device?.Waiting ?? 0));

    private int Frames => Math.Max(2, (int)(capacity / frame));

    /// <summary>The ring for an opening of the device.</summary>
    public FrameRing Open() => _state.Device = new FrameRing(Frames, _silence.Length);

    /// <summary>A ring has something; true where it is the first of its opening. Signals of an opening that is over mean nothing.</summary>
    public bool Heard(FrameRing ring, TimeSpan now)
    {
        if (ring != _state.Device) return false;
        ring.Heard();
        if (_state.IsAway) Fill(now - frame);
        if (_state.IsNew) _state.Next = now - Waiting;
        var isFirst = _state.IsAway || _state.IsNew;
        (_state.HeardUntil, _state.IsAway, _state.IsNew) = (now, false, false);
        return isFirst;
    }

    /// <summary>The device is away.</summary>
    public void Lost()
    {
        if (_state.IsAway) return;
        _state.IsAway = true;
        for (var waiting = new byte[_silence.Length]; _state.Device?.TryRead(waiting) == true; waiting = new byte[_silence.Length]) Add(waiting);
        _state.Lost += _state.Device?.TakeLost() ?? 0;
        _state.Device = null;
    }

    /// <summary>Adds the silence that is due; how long until the next is, null while the device is there.</summary>
    public TimeSpan? Fill(TimeSpan now)
    {
        if (!_state.IsAway) return null;
        for (; _state.HeardUntil + frame <= now; _state.HeardUntil += frame) Add(_silence);
        return _state.HeardUntil + frame - now;
    }

    /// <summary>
    /// Copies the oldest frame into <paramref name="to"/>; false where there is none. <paramref name="lost"/> frames were lost
    /// before it, and it was said at <paramref name="at"/>: the device's frames are the clock.
    /// </summary>
    public bool TryRead(Span<byte> to, out long lost, out TimeSpan at)
    {
        (lost, at) = (0, _state.Next);
        if (_before.Count > 0) _before.Dequeue().CopyTo(to);
        else if (_state.IsAway || _state.Device?.TryRead(to) != true) return false;

        lost = _state.Lost + (_state.IsAway ? 0 : _state.Device?.TakeLost() ?? 0);
        _state.Lost = 0;
        at += lost * frame;
        _state.Next = at + frame;
        return true;
    }

    /// <summary>What was done holds.</summary>
    public void Checkpoint()
    {
        _checkpoint = _state;
        _before.Checkpoint();
        _state.Device?.Checkpoint();
    }

    /// <summary>What was done since <see cref="Checkpoint"/> was not: what was read is to be read again.</summary>
    public void Rollback()
    {
        _state = _checkpoint;
        _before.Rollback();
        _state.Device?.Rollback();
    }

    // Until a frozen device is known to be, a second's silence is owed besides.
    private void Add(byte[] sound)
    {
        if (_before.Count == 2 * Frames)
        {
            _before.Dequeue();
            _state.Lost++;
        }
        _before.Enqueue(sound);
    }

    private record struct State
    {
        public FrameRing? Device;
        public TimeSpan HeardUntil;
        public TimeSpan Next; // when the frame that is read next was said
        public bool IsAway;
        public bool IsNew;
        public long Lost;
    }
}
