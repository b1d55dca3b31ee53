using RealtimeAkka.Protocol;

namespace RealtimeAkka.Actors.Socket;

/// <summary>
/// Loudness of the audio sent on one connection, in windows of 100 ms on the server's audio clock, which counts the audio it
/// received. The last three minutes of loudness are kept, longer than anyone speaks without a pause, and no audio.
/// </summary>
/// <param name="format">The format of the audio.</param>
public sealed class SpeechLevel(SoundFormat format)
{
    private const int WindowMs = 100;
    private const int Windows = 1800;

    private readonly int _window = WindowMs * format.BytesPerMillisecond;
    private Half[] _loudness = new Half[300]; // grows with the connection: many last only seconds, most minutes
    private long _squares;
    private int _filled;
    private long _count;

    /// <summary>Adds audio that was sent; any length in whole samples.</summary>
    public void Add(ReadOnlySpan<byte> sound)
    {
        while (!sound.IsEmpty)
        {
            var part = sound[..Math.Min(sound.Length, _window - _filled)];
            _squares += format.SumOfSquares(part);
            _filled += part.Length;
            sound = sound[part.Length..];
            if (_filled < _window) return;
            if (_count == _loudness.Length && _count < Windows) Array.Resize(ref _loudness, (int)Math.Min(2 * _count, Windows));
            _loudness[_count++ % Windows] = (Half)Pcm.Rms(_squares, _window / format.BytesPerSample);
            (_squares, _filled) = (0, 0);
        }
    }

    /// <summary>The loudest window between two times, as RMS from 0 to 1; null if that is no longer known, or not yet.</summary>
    public double? Loudest(long fromMs, long toMs)
    {
        var (first, last) = (fromMs / WindowMs, Math.Min((toMs + WindowMs - 1) / WindowMs, _count));
        if (fromMs < 0 || first >= last || first < _count - Windows) return null;
        double loudest = 0;
        for (var window = first; window < last; window++) loudest = Math.Max(loudest, (double)_loudness[window % Windows]);
        return loudest;
    }

    /// <summary>How much of the audio since <paramref name="fromMs"/> is loud enough to be speech, in ms; whole windows count.</summary>
    public long LoudMs(long fromMs)
    {
        long loud = 0;
        for (var window = Math.Max(fromMs / WindowMs, _count - Windows); window < _count; window++)
        {
            if (window >= 0 && (double)_loudness[window % Windows] >= Pcm.SilenceRms) loud += WindowMs;
        }
        return loud;
    }
}
