using System.Buffers.Binary;
using RealtimeAkka.Host.Sinks;
using RealtimeAkka.Protocol;

namespace RealtimeAkka.Host.Audio;

/// <summary>Writes PCM16 mono 24 kHz into a WAV file; the header is right when it is disposed.</summary>
public sealed class WavWriter : IDisposable
{
    private const int HeaderBytes = 44;

    private readonly FileStream _file;
    private long _bytes;

    /// <summary>Creates or replaces the file, readable by its owner only.</summary>
    public WavWriter(string path)
    {
        _file = PrivateFiles.Create(path, FileMode.Create);
        WriteHeader();
    }

    /// <summary>Appends sound.</summary>
    public void Write(ReadOnlySpan<byte> pcm)
    {
        _file.Write(pcm);
        _bytes += pcm.Length;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _file.Position = 0;
        WriteHeader();
        _file.Dispose();
    }

    private void WriteHeader()
    {
        Span<byte> h = stackalloc byte[HeaderBytes];
        var size = (uint)Math.Min(_bytes, uint.MaxValue - HeaderBytes);
        "RIFF"u8.CopyTo(h);
        BinaryPrimitives.WriteUInt32LittleEndian(h[4..], size + HeaderBytes - 8);
        "WAVEfmt "u8.CopyTo(h[8..]);
        BinaryPrimitives.WriteUInt32LittleEndian(h[16..], 16);
        BinaryPrimitives.WriteUInt16LittleEndian(h[20..], 1);
        BinaryPrimitives.WriteUInt16LittleEndian(h[22..], 1);
        BinaryPrimitives.WriteUInt32LittleEndian(h[24..], Pcm.SampleRate);
        BinaryPrimitives.WriteUInt32LittleEndian(h[28..], Pcm.SampleRate * Pcm.BytesPerSample);
        BinaryPrimitives.WriteUInt16LittleEndian(h[32..], Pcm.BytesPerSample);
        BinaryPrimitives.WriteUInt16LittleEndian(h[34..], Pcm.BytesPerSample * 8);
        "data"u8.CopyTo(h[36..]);
        BinaryPrimitives.WriteUInt32LittleEndian(h[40..], size);
        _file.Write(h);
    }
}
