using RealtimeAkka.Protocol;

namespace RealtimeAkka.Simulator.Audio;

/// <summary>
/// The input audio buffer: bytes in the wire format, addressed by their position on the audio clock. A position
/// counts every byte received and never decreases.
/// </summary>
internal sealed class InputAudio(SoundFormat format, double startMs = 0)
{
    private byte[] _bytes = [];
    private int _start;
    private int _end;
    private long _first;

    public SoundFormat Format { get; } = format;

    /// <summary>Position of the oldest buffered byte.</summary>
    public long First => _first;

    /// <summary>Position after the newest byte.</summary>
    public long End => _first + (_end - _start);

    /// <summary>The audio clock at a position, in milliseconds.</summary>
    public double Ms(long position) => startMs + (double)position / Format.BytesPerMillisecond;

    /// <summary>Room for <paramref name="count"/> bytes at the end; <see cref="Add"/> says how many were filled.</summary>
    public Span<byte> Reserve(int count)
    {
        if (_bytes.Length - _end < count)
        {
            // Twice the present need, so that bytes are rarely moved; an array above 8 times that is left from a long turn and is replaced.
            var held = _end - _start;
            var size = Math.Max(4096, (held + count) * 2);
            var target = _bytes.Length >= size && _bytes.Length <= 8 * size ? _bytes : new byte[size];
            _bytes.AsSpan(_start, held).CopyTo(target);
            (_bytes, _start, _end) = (target, 0, held);
        }
        return _bytes.AsSpan(_end, count);
    }

    public void Add(int count) => _end += count;

    public ReadOnlySpan<byte> Between(long from, long to)
    {
        from = Math.Max(from, First);
        to = Math.Min(to, End);
        return to <= from ? [] : _bytes.AsSpan(_start + (int)(from - _first), (int)(to - from));
    }

    public void DropBefore(long position)
    {
        var count = (int)Math.Clamp(position - _first, 0, _end - _start);
        _start += count;
        _first += count;
    }
}
