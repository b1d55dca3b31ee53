using System.Buffers.Binary;
using RealtimeAkka.Protocol;
using RealtimeAkka.Protocol.Records;

namespace RealtimeAkka.Audio;

/// <summary>
/// Writes PCM16 mono 24 kHz into a WAV file. The header is updated after every second of audio and at the end, so that the file of a
/// killed process can be played, except for its last second.
/// </summary>
public sealed class WavWriter : IDisposable
{
    private const int HeaderBytes = 44;
    private const int Second = Pcm.SampleRate * Pcm.BytesPerSample;

    private readonly Stream _file;
    private long _inHeader;

    /// <summary>Creates or replaces the file, readable by its owner only.</summary>
    public WavWriter(string path) : this(PrivateFiles.Create(path, FileMode.Create))
    {
    }

    /// <summary>Writes into a seekable stream, and closes it.</summary>
    public WavWriter(Stream file)
    {
        _file = file;
        WriteHeader();
    }

    /// <summary>Bytes of audio so far.</summary>
    public long Bytes { get; private set; }

    /// <summary>Appends audio.</summary>
    public void Write(ReadOnlySpan<byte> pcm)
    {
        _file.Write(pcm);
        Bytes += pcm.Length;
        if (Bytes - _inHeader < Second) return;
        // The audio is flushed first: the header must never promise more than the file holds.
        _file.Flush();
        WriteHeader();
        _file.Position = HeaderBytes + Bytes;
    }

    /// <summary>Appends this many bytes of silence.</summary>
    public void WriteSilence(long bytes)
    {
        Span<byte> silence = stackalloc byte[4096];
        silence.Clear();
        for (; bytes > 0; bytes -= silence.Length) Write(silence[..(int)Math.Min(bytes, silence.Length)]);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        try
        {
            WriteHeader();
        }
        finally
        {
            _file.Dispose();
        }
    }

    private void WriteHeader()
    {
        Span<byte> h = stackalloc byte[HeaderBytes];
        _inHeader = Bytes;
        var size = (uint)Math.Min(Bytes, uint.MaxValue - HeaderBytes);
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
        _file.Position = 0;
        _file.Write(h);
        _file.Flush();
    }
}
