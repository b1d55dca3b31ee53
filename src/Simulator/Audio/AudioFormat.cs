using System.Buffers.Binary;

namespace RealtimeAkka.Simulator.Audio;

/// <summary>One of the three wire formats (docs/protocol.md 3.3), with conversion to and from PCM16.</summary>
internal sealed class AudioFormat
{
    public static readonly AudioFormat Pcm = new("audio/pcm", Protocol.Pcm.SampleRate, 2, null);
    public static readonly AudioFormat MuLaw = new("audio/pcmu", 8000, 1, MuLawSample);
    public static readonly AudioFormat ALaw = new("audio/pcma", 8000, 1, ALawSample);

    private readonly short[]? _decoded;

    private AudioFormat(string name, int sampleRate, int bytesPerSample, Func<byte, short>? decode)
    {
        Name = name;
        SampleRate = sampleRate;
        BytesPerSample = bytesPerSample;
        if (decode is not null) _decoded = [.. Enumerable.Range(0, 256).Select(b => decode((byte)b))];
    }

    public string Name { get; }
    public int SampleRate { get; }
    public int BytesPerSample { get; }
    public int BytesPerMs => SampleRate * BytesPerSample / 1000;

    public static AudioFormat Named(string? name) => name switch { "audio/pcmu" => MuLaw, "audio/pcma" => ALaw, _ => Pcm };

    /// <summary>PCM16 little-endian at this format's sample rate; returns the input itself for <see cref="Pcm"/>.</summary>
    public ReadOnlySpan<byte> ToPcm(ReadOnlySpan<byte> wire)
    {
        if (_decoded is null) return wire;
        var pcm = new byte[wire.Length * 2];
        for (var i = 0; i < wire.Length; i++) BinaryPrimitives.WriteInt16LittleEndian(pcm.AsSpan(i * 2), _decoded[wire[i]]);
        return pcm;
    }

    /// <summary>Converts 24 kHz PCM16 to this format; for G.711 every third sample, as the nearest code.</summary>
    public byte[] FromPcm24(ReadOnlySpan<byte> pcm)
    {
        if (_decoded is null) return pcm.ToArray();
        var wire = new byte[pcm.Length / 6];
        for (var i = 0; i < wire.Length; i++) wire[i] = Nearest(BinaryPrimitives.ReadInt16LittleEndian(pcm[(i * 6)..]));
        return wire;
    }

    private byte Nearest(short sample)
    {
        var best = 0;
        for (var code = 1; code < 256; code++)
            if (Math.Abs(_decoded![code] - sample) < Math.Abs(_decoded[best] - sample)) best = code;
        return (byte)best;
    }

    // ITU-T G.711: sign, 3 bits exponent, 4 bits mantissa; mu-law is sent inverted, A-law with every other bit inverted.
    private static short MuLawSample(byte code)
    {
        code = (byte)~code;
        var magnitude = ((((code & 0x0F) << 3) + 0x84) << ((code >> 4) & 7)) - 0x84;
        return (short)((code & 0x80) != 0 ? -magnitude : magnitude);
    }

    private static short ALawSample(byte code)
    {
        code ^= 0x55;
        var exponent = (code >> 4) & 7;
        var magnitude = ((code & 0x0F) << 4) + 8;
        if (exponent > 0) magnitude = (magnitude + 0x100) << (exponent - 1);
        return (short)((code & 0x80) != 0 ? magnitude : -magnitude);
    }
}
