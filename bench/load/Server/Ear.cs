using System.Buffers;
using RealtimeAkka.Protocol;

namespace RealtimeAkka.Bench.Load.Server;

/// <summary>Speech edge found in a window of audio.</summary>
internal enum Edge { None, Started, Stopped }

/// <summary>
/// The simulator's speech detection for audio that is either a tone or digital silence, judged by a few base64 characters in the middle
/// of a window: speech starts with 60 ms of tone and stops after <see cref="SilenceMs"/>. Positions are milliseconds of received audio,
/// PCM16 24 kHz or µ-law 8 kHz.
/// </summary>
internal sealed class Ear
{
    private const int StartMs = 60;
    private const int Characters = 8;

    // Of base64: bytes of 0 in PCM16, of 255 in µ-law, and what fills up the end.
    private static readonly SearchValues<byte> PcmSilence = SearchValues.Create("A="u8), LawSilence = SearchValues.Create("/8="u8);

    private long _bytes, _loudUntil, _silentUntil;
    private bool _speaking;

    /// <summary>How the audio is coded.</summary>
    public SoundFormat Format { get; set; } = SoundFormat.Pcm16;

    /// <summary>Base64 characters of a window: 20 ms of PCM16, or 15 ms of µ-law, which are whole groups of three bytes too.</summary>
    public int Window => (Format.Law is null ? 20 : 15) * Format.BytesPerMillisecond / 3 * 4;

    /// <summary>Silence that ends speech, in milliseconds.</summary>
    public int SilenceMs { get; set; } = 200;

    /// <summary>Start of the speech just detected.</summary>
    public long StartedAt => Format.Milliseconds(_bytes) - StartMs;

    /// <summary>End of the speech just stopped, including the silence.</summary>
    public long StoppedAt => Format.Milliseconds(_loudUntil) + SilenceMs;

    /// <summary>Processes one window or less.</summary>
    public Edge Hear(ReadOnlySpan<byte> base64)
    {
        var middle = base64[(Math.Max(0, base64.Length / 2 - Characters) / 4 * 4)..];
        var loud = middle[..Math.Min(middle.Length, Characters)].ContainsAnyExcept(Format.Law is null ? PcmSilence : LawSilence);
        _bytes += base64.Length / 4 * 3 - base64.Count((byte)'=');
        if (loud) _loudUntil = _bytes;
        else _silentUntil = _bytes;

        if (!_speaking && Format.Milliseconds(_bytes - _silentUntil) >= StartMs)
        {
            _speaking = true;
            return Edge.Started;
        }
        if (_speaking && Format.Milliseconds(_bytes - _loudUntil) >= SilenceMs)
        {
            _speaking = false;
            return Edge.Stopped;
        }
        return Edge.None;
    }
}
