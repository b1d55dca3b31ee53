using System.Runtime.InteropServices;
using RealtimeAkka.Audio;

namespace RealtimeAkka.Protocol;

/// <summary>
/// How the sound of a session is coded, on the wire and between its stations (docs/protocol.md 3.3): mono, the same in both directions.
/// Everything that counts sound counts bytes of this format.
/// </summary>
public sealed class SoundFormat
{
    private const int TelephoneRate = 8000;

    private SoundFormat(string name, string type, int sampleRate, G711Law? law)
    {
        (Name, Type, SampleRate, Law) = (name, type, sampleRate, law);
        BytesPerSample = law is null ? sizeof(short) : 1;
        BytesPerMillisecond = sampleRate * BytesPerSample / 1000;
        Silence = law is { } g711 ? G711.Encode(g711, 0) : (byte)0;
    }

    /// <summary>PCM16 little-endian, 24 kHz: <c>audio/pcm</c>.</summary>
    public static SoundFormat Pcm16 { get; } = new("pcm16", "audio/pcm", Pcm.SampleRate, law: null);

    /// <summary>G.711 mu-law, 8 kHz: <c>audio/pcmu</c>.</summary>
    public static SoundFormat MuLaw { get; } = new("pcmu", "audio/pcmu", TelephoneRate, G711Law.MuLaw);

    /// <summary>G.711 A-law, 8 kHz: <c>audio/pcma</c>.</summary>
    public static SoundFormat ALaw { get; } = new("pcma", "audio/pcma", TelephoneRate, G711Law.ALaw);

    /// <summary>All formats.</summary>
    public static IReadOnlyList<SoundFormat> All { get; } = [Pcm16, MuLaw, ALaw];

    /// <summary>Its name in the configuration.</summary>
    public string Name { get; }

    /// <summary>Its type on the wire.</summary>
    public string Type { get; }

    /// <summary>Samples per second.</summary>
    public int SampleRate { get; }

    /// <summary>The law by which samples are coded; null: they are PCM16.</summary>
    public G711Law? Law { get; }

    /// <summary>Bytes per sample.</summary>
    public int BytesPerSample { get; }

    /// <summary>Bytes per millisecond of sound.</summary>
    public int BytesPerMillisecond { get; }

    /// <summary>The byte of which silence consists.</summary>
    public byte Silence { get; }

    /// <summary>The format with this type on the wire; null: there is none.</summary>
    public static SoundFormat? OfType(string? type) => All.FirstOrDefault(format => format.Type == type);

    /// <summary>Bytes of sound that last <paramref name="duration"/>, rounded down to a whole sample.</summary>
    public int Bytes(TimeSpan duration) => checked((int)(duration.Ticks * SampleRate / TimeSpan.TicksPerSecond) * BytesPerSample);

    /// <summary>How long <paramref name="bytes"/> of sound last.</summary>
    public TimeSpan Duration(long bytes) => TimeSpan.FromTicks(bytes * TimeSpan.TicksPerMillisecond / BytesPerMillisecond);

    /// <summary>How long <paramref name="bytes"/> of sound last, in whole milliseconds.</summary>
    public long Milliseconds(long bytes) => bytes / BytesPerMillisecond;

    /// <summary>The number of bytes, rounded down to whole samples.</summary>
    public int WholeSamples(int bytes) => bytes - bytes % BytesPerSample;

    /// <summary>Root mean square of the samples, 0 (silence) to 1 (full scale). An empty span is silent.</summary>
    public double Rms(ReadOnlySpan<byte> sound) => Pcm.Rms(SumOfSquares(sound), sound.Length / BytesPerSample);

    /// <summary>The sum of the squares of the samples, at 16 bits.</summary>
    public long SumOfSquares(ReadOnlySpan<byte> sound) => Law is { } law ? G711.SumOfSquares(law, sound) : Pcm.SumOfSquares(sound);

    /// <summary>The samples as 16 bits; <paramref name="to"/> has room for them.</summary>
    public void Decode(ReadOnlySpan<byte> from, Span<short> to)
    {
        if (Law is { } law) G711.Decode(law, from, to);
        else MemoryMarshal.Cast<byte, short>(from).CopyTo(to);
    }

    /// <summary>Codes samples of 16 bits; <paramref name="to"/> has room for them.</summary>
    public void Encode(ReadOnlySpan<short> from, Span<byte> to)
    {
        if (Law is { } law) G711.Encode(law, from, to);
        else MemoryMarshal.AsBytes(from).CopyTo(to);
    }

    /// <inheritdoc/>
    public override string ToString() => Name;
}
