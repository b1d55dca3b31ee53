using RealtimeAkka.Audio;
using RealtimeAkka.Protocol;
using static RealtimeAkka.Pure.Tests.Audio.Waves;

namespace RealtimeAkka.Pure.Tests.Audio;

public class WavFormatTests
{
    [Theory]
    [InlineData(1, 8, new byte[] { 0 }, -1.0)]
    [InlineData(1, 8, new byte[] { 128 }, 0.0)]
    [InlineData(1, 8, new byte[] { 192 }, 0.5)]
    [InlineData(1, 16, new byte[] { 0x00, 0x80 }, -1.0)]
    [InlineData(1, 16, new byte[] { 0x00, 0x40 }, 0.5)]
    [InlineData(1, 24, new byte[] { 0x00, 0x00, 0x80 }, -1.0)]
    [InlineData(1, 24, new byte[] { 0x00, 0x00, 0x40 }, 0.5)]
    [InlineData(1, 24, new byte[] { 0x01, 0x00, 0x00 }, 1 / 8388608.0)]
    [InlineData(1, 32, new byte[] { 0x00, 0x00, 0x00, 0xC0 }, -0.5)]
    [InlineData(3, 32, new byte[] { 0x00, 0x00, 0x00, 0x3F }, 0.5)]
    [InlineData(3, 32, new byte[] { 0x00, 0x00, 0xC0, 0x7F }, 0.0)]
    [InlineData(3, 64, new byte[] { 0, 0, 0, 0, 0, 0, 0xE0, 0xBF }, -0.5)]
    [InlineData(3, 64, new byte[] { 0, 0, 0, 0, 0, 0, 0xF0, 0x7F }, 0.0)]
    public void A_sample_of_any_kind_is_a_number_from_minus_one_to_one(int tag, int bits, byte[] sample, double value)
    {
        var (format, bytes) = WavFormat.Read(new MemoryStream(File(tag, 1, 48_000, bits, sample)));
        Assert.Equal(new WavFormat(48_000, 1, bits, tag == 3), format);
        Assert.Equal(sample.Length, bytes);
        Assert.Equal((float)value, format.Mono(sample));
    }

    [Theory]
    [InlineData(7, 0xFF, 0)]
    [InlineData(7, 0x7F, 0)]
    [InlineData(7, 0x80, 32_124)]
    [InlineData(7, 0x00, -32_124)]
    [InlineData(7, 0xDB, 524)]
    [InlineData(6, 0xD5, 8)]
    [InlineData(6, 0x55, -8)]
    [InlineData(6, 0xAA, 32_256)]
    [InlineData(6, 0x2A, -32_256)]
    [InlineData(6, 0xC5, 264)]
    public void A_sample_of_a_telephone_line_is_expanded(int tag, byte code, int value)
    {
        var (format, bytes) = WavFormat.Read(new MemoryStream(File(tag, 1, 8_000, 8, [code])));
        Assert.Equal((8_000, 1L, value / 32768f), (format.Rate, bytes, format.Mono([code])));
    }

    [Theory]
    [InlineData("RF64")]
    [InlineData("BW64")]
    public void A_file_that_may_be_larger_than_4_GiB_says_its_length_in_a_chunk_of_its_own(string magic)
    {
        byte[] sizes = [.. BitConverter.GetBytes(100L), .. BitConverter.GetBytes(5_000_000_000L), .. BitConverter.GetBytes(0L), .. new byte[4]];
        var file = Riff(Chunk("ds64", sizes), Format(1, 1, 24_000, 16), Chunk("data", [1, 2], uint.MaxValue));
        System.Text.Encoding.ASCII.GetBytes(magic).CopyTo(file, 0);
        Assert.Equal(5_000_000_000L, WavFormat.Read(new MemoryStream(file)).DataBytes);
    }

    [Fact]
    public void Metadata_after_samples_of_length_0_are_not_taken_for_samples()
    {
        var file = Riff(Format(1, 1, 24_000, 16), Chunk("data", []), Chunk("LIST", new byte[500]));
        Assert.Equal("it holds no samples", Assert.Throws<InvalidDataException>(() => WavFormat.Read(new MemoryStream(file))).Message);
    }

    [Fact]
    public void What_of_a_file_is_not_read_is_said()
    {
        string? Warning(byte[] file)
        {
            var path = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName());
            System.IO.File.WriteAllBytes(path, file);
            try
            {
                using var source = WavSource.Open(path, SoundFormat.Pcm16);
                return source.Warning;
            }
            finally
            {
                System.IO.File.Delete(path);
            }
        }

        var format = Format(1, 1, 24_000, 16);
        Assert.Null(Warning(Riff(format, Chunk("data", new byte[4800]), Chunk("LIST", new byte[9]))));
        Assert.Equal("ends after 0.1 s, although its header says 1.0 s", Warning(Riff(format, Chunk("data", new byte[4800], 48_000))));
        Assert.Equal("has a second block of samples, which is not read",
            Warning(Riff(format, Chunk("data", new byte[48]), Chunk("LIST", new byte[9]), Chunk("data", new byte[48]))));
    }

    [Fact]
    public void Channels_are_mixed_to_their_mean() => Assert.Equal(0.25f, new WavFormat(8000, 2, 16, false).Mono([0x00, 0x40, 0x00, 0x00]));

    [Fact]
    public void An_extensible_format_is_what_its_sub_format_says()
    {
        byte[] Extension(int tag) =>
            [.. Short(22), .. Short(24), .. Number(3), .. Short(tag), 0, 0, 0, 0, 16, 0, 128, 0, 0, 170, 0, 56, 155, 113];
        Assert.Equal(new WavFormat(96_000, 2, 24, false),
            WavFormat.Read(new MemoryStream(Riff(Format(0xFFFE, 2, 96_000, 24, Extension(1)), Chunk("data", [1])))).Format);
        Assert.Equal(new WavFormat(96_000, 2, 32, true),
            WavFormat.Read(new MemoryStream(Riff(Format(0xFFFE, 2, 96_000, 32, Extension(3)), Chunk("data", [1])))).Format);
    }

    [Fact]
    public void Other_chunks_are_skipped_with_their_padding()
    {
        var file = Riff(Chunk("LIST", new byte[7]), Format(1, 1, 24_000, 16), Chunk("data", [1, 2], size: 2), Chunk("id3 ", [1, 2, 3]));
        var stream = new MemoryStream([.. file[..12], .. Chunk("bext", new byte[601]), .. file[12..]]);
        Assert.Equal(2, WavFormat.Read(stream).DataBytes);
        Assert.Equal(1, stream.ReadByte()); // the stream is at the first sample
    }

    [Theory]
    [InlineData(0u)]
    [InlineData(uint.MaxValue)]
    public void A_length_that_a_pipe_could_not_know_is_as_long_as_it_lasts(uint size) =>
        Assert.Equal(
        long.MaxValue, WavFormat.Read(new MemoryStream(Riff(Format(1, 1, 24_000, 16), Chunk("data", [1, 2], size)))).DataBytes);

    public static TheoryData<byte[], string> NotAudio => new()
    {
        { [], "it does not begin with a RIFF/WAVE header" },
        { "RIFF"u8.ToArray(), "it does not begin with a RIFF/WAVE header" },
        { new byte[100], "it does not begin with a RIFF/WAVE header" },
        { "RIFF\0\0\0\0AVI LIST"u8.ToArray(), "it does not begin with a RIFF/WAVE header" },
        { Riff(), "it holds no samples" },
        { Riff(Format(1, 1, 24_000, 16)), "it holds no samples" },
        { Riff(Chunk("data", [1, 2])), "its samples come before their format" },
        { Riff(Chunk("fmt ", new byte[4])), "its format chunk has 4 bytes" },
        { Riff(Chunk("fmt ", new byte[4], 100_000)), "its format chunk has 100000 bytes" },
        { Riff(Chunk("fmt ", new byte[4], 16)), "it ends in its header" },
        { Riff(Chunk("junk", new byte[4], uint.MaxValue)), "it holds no samples" },
        { Riff(Chunk("junk", [.. Format(1, 1, 24_000, 16), .. Chunk("data", [1, 2])], uint.MaxValue)), "it holds no samples" },
        { File(17, 1, 8000, 4, [1]), "its samples are format 17 with 4 bits; only PCM, floating point, mu-law and A-law are read" },
        { File(1, 1, 8000, 12, [1]), "its samples are format 1 with 12 bits; only PCM, floating point, mu-law and A-law are read" },
        { File(0xFFFE, 1, 8000, 16, [1]), "its samples are format 65534 with 16 bits; only PCM, floating point, mu-law and A-law are read" },
        { File(1, 0, 8000, 16, [1]), "it says 0 channels at 8000 Hz" },
        { File(1, 65, 8000, 16, [1]), "it says 65 channels at 8000 Hz" },
        { File(1, 1, 999, 16, [1]), "it says 1 channels at 999 Hz" },
        { File(1, 1, 1_000_000, 16, [1]), "it says 1 channels at 1000000 Hz" },
    };

    [Theory]
    [MemberData(nameof(NotAudio))]
    public void What_is_no_PCM_WAV_says_why(byte[] file, string reason) =>
    Assert.Equal(reason, Assert.Throws<InvalidDataException>(() => WavFormat.Read(new MemoryStream(file))).Message);

    [Fact]
    public void Cut_anywhere_a_header_is_refused_and_nothing_else_happens()
    {
        var file = Riff(Chunk("LIST", new byte[5]), Format(1, 1, 24_000, 16), Chunk("data", [1, 2]));
        for (var length = 0; length < file.Length - 2; length++)
        {
            Assert.Throws<InvalidDataException>(() => WavFormat.Read(new MemoryStream(file, 0, length)));
        }
        Assert.NotNull(WavFormat.Read(new MemoryStream(file)).Format);
    }
}
