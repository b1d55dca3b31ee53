using System.Buffers.Binary;
using System.Runtime.InteropServices;
using RealtimeAkka.Protocol;

namespace RealtimeAkka.Simulator.Audio;

/// <summary>Sound on the wire (docs/protocol.md 3.3), from and to PCM16.</summary>
internal static class WireSound
{
    /// <summary>The format of this name; PCM16 if it has none.</summary>
    public static SoundFormat Named(string? type) => SoundFormat.OfType(type) ?? SoundFormat.Pcm16;

    /// <summary>PCM16 little-endian at the format's sample rate; returns the input itself where that is the format.</summary>
    public static ReadOnlySpan<byte> ToPcm(this SoundFormat format, ReadOnlySpan<byte> wire)
    {
        if (format.Law is null) return wire;
        var pcm = new byte[wire.Length * sizeof(short)];
        format.Decode(wire, MemoryMarshal.Cast<byte, short>(pcm.AsSpan()));
        return pcm;
    }

    /// <summary>
    /// Converts 24 kHz PCM16 to the format; for G.711 every third sample, as the voice has nothing above 4 kHz. Returns the input itself
    /// where nothing is to be converted.
    /// </summary>
    public static byte[] FromPcm24(this SoundFormat format, byte[] pcm)
    {
        var every = Pcm.SampleRate / format.SampleRate;
        if (every == 1) return pcm;
        var samples = new short[pcm.Length / Pcm.BytesPerSample / every];
        for (var i = 0; i < samples.Length; i++)
            samples[i] = BinaryPrimitives.ReadInt16LittleEndian(pcm.AsSpan(i * every * Pcm.BytesPerSample));
        var wire = new byte[samples.Length];
        format.Encode(samples, wire);
        return wire;
    }
}
