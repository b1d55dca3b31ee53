using System.Buffers.Binary;
using System.Runtime.InteropServices;
using RealtimeAkka.Protocol;
using RealtimeAkka.Protocol.Records;

namespace RealtimeAkka.Audio;

/// <summary>
/// Writes the sound of a session into a WAV file, as PCM16 at the rate of its format. The header is updated after every second of audio and
/// at the end, so that the file of a killed process can be played, except for its last second.
/// </summary>
public sealed class WavWriter : IDisposable
{
    private const int HeaderBytes = 44;
    private const int BytesPerSample = sizeof(short);

    private readonly Stream _file;
    private readonly int _rate;
    private readonly G711Law? _law;
    private long _bytes;
    private long _inHeader;

    /// <summary>Creates or replaces the file, readable by its owner only.</summary>
    public WavWriter(string path, SoundFormat format) : this(PrivateFiles.Create(path, FileMode.Create), format)
    {
    }

    /// <summary>Writes into a seekable stream, and closes it.</summary>
    public WavWriter(Stream file, SoundFormat format) : this(file, format.SampleRate, format.Law)
    {
    }

    /// <summary>Creates or replaces the file, for PCM16 at another rate.</summary>
    public WavWriter(string path, int rate) : this(PrivateFiles.Create(path, FileMode.Create), rate, law: null)
    {
    }

    private WavWriter(Stream file, int rate, G711Law? law)
    {
        (_file, _rate, _law) = (file, rate, law);
        WriteHeader();
    }

    /// <summary>Length of the audio so far.</summary>
    public TimeSpan Length => TimeSpan.FromTicks(_bytes / BytesPerSample * TimeSpan.TicksPerSecond / _rate);

    /// <summary>Appends audio in the format of the session.</summary>
    public void Write(ReadOnlySpan<byte> sound)
    {
        if (_law is not { } law)
        {
            WritePcm(sound);
            return;
        }
        Span<short> samples = stackalloc short[1024];
        for (; !sound.IsEmpty; sound = sound[Math.Min(sound.Length, samples.Length)..])
        {
            var part = sound[..Math.Min(sound.Length, samples.Length)];
            G711.Decode(law, part, samples);
            WritePcm(MemoryMarshal.AsBytes(samples[..part.Length]));
        }
    }

    /// <summary>Appends silence of this length.</summary>
    public void WriteSilence(TimeSpan length)
    {
        Span<byte> silence = stackalloc byte[4096];
        silence.Clear();
        for (var bytes = length.Ticks * _rate / TimeSpan.TicksPerSecond * BytesPerSample; bytes > 0; bytes -= silence.Length)
            WritePcm(silence[..(int)Math.Min(bytes, silence.Length)]);
    }

    private void WritePcm(ReadOnlySpan<byte> pcm)
    {
        _file.Write(pcm);
        _bytes += pcm.Length;
        if (_bytes - _inHeader < _rate * BytesPerSample) return;
        // The audio is flushed first: the header must never promise more than the file holds.
        _file.Flush();
        WriteHeader();
        _file.Position = HeaderBytes + _bytes;
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
        _inHeader = _bytes;
        var size = (uint)Math.Min(_bytes, uint.MaxValue - HeaderBytes);
        "RIFF"u8.CopyTo(h);
        BinaryPrimitives.WriteUInt32LittleEndian(h[4..], size + HeaderBytes - 8);
        "WAVEfmt "u8.CopyTo(h[8..]);
        BinaryPrimitives.WriteUInt32LittleEndian(h[16..], 16);
        BinaryPrimitives.WriteUInt16LittleEndian(h[20..], 1);
        BinaryPrimitives.WriteUInt16LittleEndian(h[22..], 1);
        BinaryPrimitives.WriteUInt32LittleEndian(h[24..], (uint)_rate);
        BinaryPrimitives.WriteUInt32LittleEndian(h[28..], (uint)(_rate * BytesPerSample));
        BinaryPrimitives.WriteUInt16LittleEndian(h[32..], BytesPerSample);
        BinaryPrimitives.WriteUInt16LittleEndian(h[34..], BytesPerSample * 8);
        "data"u8.CopyTo(h[36..]);
        BinaryPrimitives.WriteUInt32LittleEndian(h[40..], size);
        _file.Position = 0;
        _file.Write(h);
        _file.Flush();
    }
}
