using RealtimeAkka.Protocol;

namespace RealtimeAkka.Actors.Mic;

/// <summary>
/// What a live source has said and nobody has taken yet. While its device is away there is silence instead, in real time, so that
/// the server's clock stays true. Each opening writes into a ring of its own: a device that was frozen may write long after.
/// </summary>
/// <param name="frame">Sound that is taken at once.</param>
/// <param name="capacity">Sound that may wait; beyond it the oldest is lost.</param>
public sealed class LiveInput(TimeSpan frame, TimeSpan capacity)
{
    private readonly byte[] _silence = new byte[Pcm.Bytes(frame)];
    private FrameRing? _device;
    private FrameRing? _before; // what waited when the device went away, and the silence since
    private TimeSpan _heardUntil;
    private TimeSpan _next; // when the frame that is read next was said
    private bool _away;
    private bool _isNew = true;
    private long _lost;

    /// <summary>Bytes of a frame.</summary>
    public int FrameBytes => _silence.Length;

    /// <summary>Something waits.</summary>
    public bool Any => Waiting > TimeSpan.Zero;

    /// <summary>How much.</summary>
    public TimeSpan Waiting => frame * ((_before?.Waiting ?? 0) + (_away ? 0 : _device?.Waiting ?? 0));

    /// <summary>The ring for an opening of the device.</summary>
    public FrameRing Open() => _device = NewRing(1);

    /// <summary>A ring has something; true where it is the first of its opening. Signals of an opening that is over mean nothing.</summary>
    public bool Heard(FrameRing ring, TimeSpan now)
    {
        if (ring != _device) return false;
        ring.Heard();
        if (_away) Fill(now - frame);
        if (_isNew) _next = now - Waiting;
        var isFirst = _away || _isNew;
        (_heardUntil, _away, _isNew) = (now, false, false);
        return isFirst;
    }

    /// <summary>The device is away.</summary>
    public void Lost()
    {
        if (_away) return;
        _away = true;
        _before ??= NewRing(2); // until a frozen device is known to be, a second's silence is owed
        var waiting = new byte[_silence.Length];
        while (_device?.TryRead(waiting) == true) _before.Write(waiting);
        _lost += _device?.TakeLost() ?? 0;
        _device = null;
    }

    /// <summary>Adds the silence that is due; how long until the next is, null while the device is there.</summary>
    public TimeSpan? Fill(TimeSpan now)
    {
        if (!_away) return null;
        for (; _heardUntil + frame <= now; _heardUntil += frame) _before!.Write(_silence);
        return _heardUntil + frame - now;
    }

    /// <summary>
    /// Copies the oldest frame into <paramref name="to"/>; false where there is none. <paramref name="lost"/> frames were lost
    /// before it, and it was said at <paramref name="at"/>: the device's frames are the clock.
    /// </summary>
    public bool TryRead(Span<byte> to, out long lost, out TimeSpan at)
    {
        (lost, at) = (0, _next);
        if (_before?.TryRead(to) != true && (_away || _device?.TryRead(to) != true)) return false;

        lost = _lost + (_before?.TakeLost() ?? 0) + (_away ? 0 : _device?.TakeLost() ?? 0);
        _lost = 0;
        at += lost * frame;
        _next = at + frame;
        return true;
    }

    private FrameRing NewRing(int times) => new(Math.Max(2, (int)(times * capacity / frame)), _silence.Length);
}
