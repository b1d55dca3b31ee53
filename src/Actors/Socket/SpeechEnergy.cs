using RealtimeAkka.Protocol;

namespace RealtimeAkka.Actors.Socket;

/// <summary>
/// How loud the sound was that left on one connection, in windows of 100 ms on the server's audio clock, which counts what it
/// was sent. The last ten minutes are kept; not the sound itself.
/// </summary>
public sealed class SpeechEnergy
{
    private const int WindowMs = 100;
    private const int Windows = 6000;
    private const int WindowBytes = WindowMs * Pcm.BytesPerMillisecond;

    private readonly float[] _loudness = new float[Windows];
    private readonly byte[] _window = new byte[WindowBytes];
    private int _filled;
    private long _count;

    /// <summary>Sound that has left, of any length.</summary>
    public void Add(ReadOnlySpan<byte> sound)
    {
        while (!sound.IsEmpty)
        {
            var part = sound[..Math.Min(sound.Length, WindowBytes - _filled)];
            part.CopyTo(_window.AsSpan(_filled));
            _filled += part.Length;
            sound = sound[part.Length..];
            if (_filled < WindowBytes) return;
            _loudness[_count++ % Windows] = (float)Pcm.Rms(_window);
            _filled = 0;
        }
    }

    /// <summary>The loudest window between two moments, as RMS from 0 to 1; null where that is not known any more, or not yet.</summary>
    public double? Loudest(long fromMs, long toMs)
    {
        var (first, last) = (fromMs / WindowMs, Math.Min((toMs + WindowMs - 1) / WindowMs, _count));
        if (fromMs < 0 || first >= last || first < _count - Windows) return null;
        double loudest = 0;
        for (var window = first; window < last; window++) loudest = Math.Max(loudest, _loudness[window % Windows]);
        return loudest;
    }
}
