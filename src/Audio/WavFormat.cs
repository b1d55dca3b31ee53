using System.Buffers.Binary;

namespace RealtimeAkka.Audio;

/// <summary>The sample format of a WAV file.</summary>
/// <param name="Rate">Samples per second and channel, 1,000 to 768,000.</param>
/// <param name="Channels">1 to 64.</param>
/// <param name="Bits">Per sample: 8, 16, 24 or 32; 32 or 64 if <paramref name="IsFloat"/>.</param>
/// <param name="IsFloat">IEEE floating point; else integers, unsigned if they have 8 bits.</param>
public sealed record WavFormat(int Rate, int Channels, int Bits, bool IsFloat)
{
    /// <summary>Bytes at the beginning of a file by which <see cref="IsWav"/> recognizes it.</summary>
    public const int MagicBytes = 12;

    /// <summary>The law of a telephone by which 8 bits stand for more; null: samples are linear.</summary>
    public G711Law? Law { get; init; }

    /// <summary>Bytes of one sample of all channels.</summary>
    public int FrameBytes => Channels * Bits / 8;

    /// <summary>Whether these <see cref="MagicBytes"/> begin a WAV file; RF64 and BW64 are those above 4 GiB.</summary>
    public static bool IsWav(ReadOnlySpan<byte> magic) =>
        magic.Length >= MagicBytes && magic[8..].StartsWith("WAVE"u8)
        && (magic.StartsWith("RIFF"u8) || magic.StartsWith("RF64"u8) || magic.StartsWith("BW64"u8));

    /// <summary>
    /// Reads the header of a file and leaves the stream at the first sample; returns how many bytes of samples follow
    /// (<see cref="long.MaxValue"/> if the header does not say, as in a pipe). Throws <see cref="InvalidDataException"/>
    /// with the reason if this is no WAV that can be read.
    /// </summary>
    public static (WavFormat Format, long DataBytes) Read(Stream stream)
    {
        Span<byte> magic = stackalloc byte[MagicBytes];
        return TryFill(stream, magic) && IsWav(magic) ? ReadChunks(stream)
            : throw new InvalidDataException("it does not begin with a RIFF/WAVE header");
    }

    /// <summary>The same for a stream whose <see cref="MagicBytes"/> have been read.</summary>
    public static (WavFormat Format, long DataBytes) ReadChunks(Stream stream)
    {
        Span<byte> header = stackalloc byte[8];
        WavFormat? format = null;
        var largeSize = long.MaxValue;
        while (TryFill(stream, header))
        {
            var size = BinaryPrimitives.ReadUInt32LittleEndian(header[4..]);
            if (header.StartsWith("data"u8))
            {
                if (format is null) throw new InvalidDataException("its samples come before their format");
                if (size == 0 && HasOnlyChunks(stream)) throw new InvalidDataException("it holds no samples");
                return (format, size switch { 0 => long.MaxValue, uint.MaxValue => largeSize, _ => size });
            }
            if (header.StartsWith("ds64"u8)) largeSize = ReadLargeSize(stream, size);
            else if (header.StartsWith("fmt "u8)) format = ReadFormat(stream, size);
            else Skip(stream, (long)size + (size & 1)); // chunks are padded to even length
        }
        throw new InvalidDataException("it holds no samples");
    }

    // The size in bytes of the samples of a file above 4 GiB: the second of three 64-bit numbers.
    private static long ReadLargeSize(Stream stream, uint size)
    {
        if (size is < 24 or > 4096) throw new InvalidDataException($"its ds64 chunk has {size} bytes");
        var chunk = new byte[size + (size & 1)];
        if (!TryFill(stream, chunk)) throw new InvalidDataException("it ends in its header");
        return BinaryPrimitives.ReadInt64LittleEndian(chunk.AsSpan(8)) is > 0 and var bytes ? bytes : long.MaxValue;
    }

    /// <summary>
    /// Whether what follows in a file is a chain of chunks to its end, such as the metadata after samples of length 0; a recorder that was
    /// killed leaves a length of 0 and samples. The stream stays where it is.
    /// </summary>
    private static bool HasOnlyChunks(Stream stream)
    {
        if (!stream.CanSeek) return false;
        var start = stream.Position;
        var chunks = Chunks(stream).Count();
        var isChain = chunks > 0 && stream.Position >= stream.Length;
        stream.Position = start;
        return isChain;
    }

    /// <summary>The names of the chunks from the position of a file on, up to the first thing that is none.</summary>
    internal static IEnumerable<string> Chunks(Stream file)
    {
        var header = new byte[8];
        while (file.Length - file.Position >= header.Length)
        {
            file.ReadExactly(header);
            var size = BinaryPrimitives.ReadUInt32LittleEndian(header.AsSpan(4));
            var isChunk = header.AsSpan(0, 4).IndexOfAnyExceptInRange((byte)' ', (byte)'~') < 0 && file.Position + size <= file.Length;
            if (!isChunk)
            {
                file.Position -= header.Length;
                yield break;
            }
            file.Position = Math.Min(file.Length, file.Position + size + (size & 1));
            yield return System.Text.Encoding.ASCII.GetString(header, 0, 4);
        }
    }

    private static WavFormat ReadFormat(Stream stream, uint size)
    {
        if (size is < 16 or > 4096) throw new InvalidDataException($"its format chunk has {size} bytes");
        var chunk = new byte[size + (size & 1)];
        if (!TryFill(stream, chunk)) throw new InvalidDataException("it ends in its header");

        var tag = BinaryPrimitives.ReadUInt16LittleEndian(chunk);
        // WAVE_FORMAT_EXTENSIBLE: the true tag is the beginning of the sub-format's GUID.
        if (tag == 0xFFFE && size >= 26) tag = BinaryPrimitives.ReadUInt16LittleEndian(chunk.AsSpan(24));
        var channels = BinaryPrimitives.ReadUInt16LittleEndian(chunk.AsSpan(2));
        var rate = BinaryPrimitives.ReadUInt32LittleEndian(chunk.AsSpan(4));
        var bits = BinaryPrimitives.ReadUInt16LittleEndian(chunk.AsSpan(14));

        var known = (tag, bits) is (1, 8 or 16 or 24 or 32) or (3, 32 or 64) or (6 or 7, 8);
        if (!known)
            throw new InvalidDataException(
                $"its samples are format {tag} with {bits} bits; only PCM, floating point, mu-law and A-law are read");
        if (channels is < 1 or > 64 || rate is < 1_000 or > 768_000)
            throw new InvalidDataException($"it says {channels} channels at {rate} Hz");
        return new WavFormat((int)rate, channels, bits, IsFloat: tag == 3)
            { Law = tag switch { 6 => G711Law.ALaw, 7 => G711Law.MuLaw, _ => null } };
    }

    /// <summary>The mean of all channels of the frame at the beginning of <paramref name="frame"/>, -1 to 1.</summary>
    public float Mono(ReadOnlySpan<byte> frame)
    {
        var sum = 0.0;
        var bytes = Bits / 8;
        for (var channel = 0; channel < Channels; channel++) sum += Sample(frame.Slice(channel * bytes, bytes));
        return (float)(sum / Channels);
    }

    private double Sample(ReadOnlySpan<byte> s) => (Bits, IsFloat) switch
    {
        (8, _) when Law is { } law => G711.Decode(law, s[0]) / 32768.0,
        (8, _) => (s[0] - 128) / 128.0,
        (16, _) => BinaryPrimitives.ReadInt16LittleEndian(s) / 32768.0,
        (24, _) => ((s[0] << 8 | s[1] << 16 | s[2] << 24) >> 8) / 8388608.0,
        (32, false) => BinaryPrimitives.ReadInt32LittleEndian(s) / 2147483648.0,
        (32, true) => Finite(BinaryPrimitives.ReadSingleLittleEndian(s)),
        _ => Finite(BinaryPrimitives.ReadDoubleLittleEndian(s)),
    };

    private static double Finite(double value) => double.IsFinite(value) ? value : 0;

    private static bool TryFill(Stream stream, Span<byte> buffer) =>
        stream.ReadAtLeast(buffer, buffer.Length, throwOnEndOfStream: false) == buffer.Length;

    private static void Skip(Stream stream, long bytes)
    {
        Span<byte> discarded = stackalloc byte[512];
        while (bytes > 0)
        {
            var read = stream.Read(discarded[..(int)Math.Min(bytes, discarded.Length)]);
            if (read == 0) return;
            bytes -= read;
        }
    }
}
