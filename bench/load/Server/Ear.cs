using RealtimeAkka.Protocol;

namespace RealtimeAkka.Bench.Load.Server;

/// <summary>Speech edge found in a window of audio.</summary>
internal enum Edge { None, Started, Stopped }

/// <summary>
/// The simulator's speech detection for audio that is either a tone or digital silence, judged by a few base64 characters in the middle
/// of a window: speech starts with 60 ms of tone and stops after <see cref="SilenceMs"/>. Positions are milliseconds of received audio.
/// </summary>
internal sealed class Ear
{
    private const int StartMs = 60;
    private const int Characters = 8;

    private long _bytes, _loudUntil, _silentUntil;
    private bool _speaking;

    /// <summary>Base64 characters of 20 ms of audio.</summary>
    public const int Window = 20 * Pcm.BytesPerMillisecond / 3 * 4;

    /// <summary>Silence that ends speech, in milliseconds.</summary>
    public int SilenceMs { get; set; } = 200;

    /// <summary>Start of the speech just detected.</summary>
    public long StartedAt => Ms(_bytes) - StartMs;

    /// <summary>End of the speech just stopped, including the silence.</summary>
    public long StoppedAt => Ms(_loudUntil) + SilenceMs;

    /// <summary>Processes one window or less.</summary>
    public Edge Hear(ReadOnlySpan<byte> base64)
    {
        var middle = base64[(Math.Max(0, base64.Length / 2 - Characters) / 4 * 4)..];
        var loud = middle[..Math.Min(middle.Length, Characters)].ContainsAnyExcept((byte)'A', (byte)'=');
        _bytes += base64.Length / 4 * 3 - base64.Count((byte)'=');
        if (loud) _loudUntil = _bytes;
        else _silentUntil = _bytes;

        if (!_speaking && Ms(_bytes - _silentUntil) >= StartMs)
        {
            _speaking = true;
            return Edge.Started;
        }
        if (_speaking && Ms(_bytes - _loudUntil) >= SilenceMs)
        {
            _speaking = false;
            return Edge.Stopped;
        }
        return Edge.None;
    }

    private static long Ms(long bytes) => bytes / Pcm.BytesPerMillisecond;
}
