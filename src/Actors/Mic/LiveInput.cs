using RealtimeAkka.Actors.Stations;
using RealtimeAkka.Protocol;

namespace RealtimeAkka.Actors.Mic;

/// <summary>
/// Audio of a live source that waits to be read. While its device is away, silence is added in real time, so that the server's audio
/// clock stays true. Each opening of the device writes into a ring of its own: a frozen device may write long after.
/// All changes since the last <see cref="Checkpoint"/> can be undone.
/// </summary>
/// <param name="frame">Length of a frame.</param>
/// <param name="capacity">Maximum audio waiting; beyond it the oldest is lost.</param>
/// <param name="format">The format of the session.</param>
public sealed class LiveInput(TimeSpan frame, TimeSpan capacity, SoundFormat format)
{
    private readonly byte[] _silence = [.. Enumerable.Repeat(format.Silence, format.Bytes(frame))];
    private readonly RollbackQueue<byte[]> _before = new(); // audio that waited when the device went away, and the silence since
    private State _state = new() { IsNew = true }, _checkpoint = new() { IsNew = true };

    /// <summary>Bytes of a frame.</summary>
    public int FrameBytes => _silence.Length;

    /// <summary>Audio waits.</summary>
    public bool Any => Waiting > TimeSpan.Zero;

    /// <summary>No device has delivered audio so far.</summary>
    public bool IsNew => _state.IsNew;

    /// <summary>Whether this is the ring of the latest opening, and its device has not gone away.</summary>
    public bool IsCurrent(FrameRing ring) => ring == _state.Device;

    /// <summary>Length of the audio that waits.</summary>
    public TimeSpan Waiting => frame * (_before.Count + (_state.IsAway ? 0 : _state.Device?.Waiting ?? 0));

    private int Frames => Math.Max(2, (int)(capacity / frame));

    /// <summary>Creates the ring for an opening of the device.</summary>
    public FrameRing Open() => _state.Device = new FrameRing(Frames, _silence.Length);

    /// <summary>A ring has audio; true if it is the first of its opening. Signals of an earlier opening are ignored.</summary>
    public bool Acknowledge(FrameRing ring, TimeSpan now)
    {
        if (ring != _state.Device) return false;
        ring.Acknowledge();
        if (_state.IsAway) Fill(now - frame);
        if (_state.IsNew) _state.Next = now - Waiting;
        var isFirst = _state.IsAway || _state.IsNew;
        (_state.HeardUntil, _state.IsAway, _state.IsNew) = (now, false, false);
        return isFirst;
    }

    /// <summary>The device went away.</summary>
    public void OnDeviceLost()
    {
        if (_state.IsAway) return;
        _state.IsAway = true;
        for (var waiting = new byte[_silence.Length]; _state.Device?.TryRead(waiting) == true; waiting = new byte[_silence.Length])
            Add(waiting);
        _state.Lost += _state.Device?.TakeLost() ?? 0;
        _state.Device = null;
    }

    /// <summary>Adds the silence that is due; returns the time until the next frame of it, null while the device is present.</summary>
    public TimeSpan? Fill(TimeSpan now)
    {
        if (!_state.IsAway) return null;
        for (; _state.HeardUntil + frame <= now; _state.HeardUntil += frame) Add(_silence);
        return _state.HeardUntil + frame - now;
    }

    /// <summary>
    /// Copies the oldest frame into <paramref name="to"/>; false if there is none. <paramref name="lost"/> frames were lost before it,
    /// and it was said at <paramref name="at"/>, counted in frames of the device.
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

    /// <summary>Makes all changes final.</summary>
    public void Checkpoint()
    {
        _checkpoint = _state;
        _before.Checkpoint();
        _state.Device?.Checkpoint();
    }

    /// <summary>Undoes all changes since <see cref="Checkpoint"/>: what was read is read again.</summary>
    public void Rollback()
    {
        _state = _checkpoint;
        _before.Rollback();
        _state.Device?.Rollback();
    }

    // Twice the capacity: until a frozen device is detected, a second of silence becomes due besides.
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
