using RealtimeAkka.Audio;
using RealtimeAkka.Hosting;
using RealtimeAkka.Hosting.Configuration;
using RealtimeAkka.Protocol;
using static RealtimeAkka.Pure.Tests.Audio.Waves;

namespace RealtimeAkka.Pure.Tests.Audio;

public class SoundTests
{
    [Theory]
    [InlineData(2)]
    [InlineData(1920)]
    [InlineData(99_998)]
    public async Task A_file_of_our_own_format_arrives_bit_for_bit(int frame)
    {
        var samples = new byte[20_000];
        new Random(1).NextBytes(samples);
        Assert.Equal(samples, await ReadAsync(File(1, 1, 24_000, 16, samples), frame));
    }

    [Fact]
    public async Task A_truncated_file_gives_the_whole_samples_it_has() =>
        Assert.Equal([1, 0, 2, 0], await ReadAsync(Riff(Format(1, 1, 24_000, 16), Chunk("data", [1, 0, 2, 0, 3], size: 1000))[..^1]));

    [Fact]
    public async Task What_follows_the_samples_is_not_played() =>
    Assert.Equal([1, 0, 2, 0], await ReadAsync(Riff(Format(1, 1, 24_000, 16), Chunk("data", [1, 0, 2, 0]), Chunk("LIST", new byte[200]))));

    [Fact]
    public async Task A_file_without_an_end_is_read_to_its_end() =>
    Assert.Equal([1, 0, 2, 0], await ReadAsync(Riff(Format(1, 1, 24_000, 16), Chunk("data", [1, 0, 2, 0], size: uint.MaxValue))));

    [Theory]
    [InlineData(44_100)]
    [InlineData(48_000)]
    [InlineData(16_000)]
    [InlineData(8_000)]
    public async Task A_sine_at_another_rate_and_in_stereo_keeps_its_length_its_pitch_and_its_purity(int rate)
    {
        var stereo = Pcm16(Sine(1000, rate, 0.25).SelectMany(s => new[] { s, s }));
        var samples = Samples(await ReadAsync(File(1, 2, rate, 16, stereo)));
        Assert.Equal(6000, samples.Length);
        Assert.InRange(SignalToNoise(samples.AsSpan(600..5400), 1000, 24_000), 75, 200);
        Assert.InRange(samples[500..5500].Max(), 0.497, 0.503);
    }

    [Fact]
    public async Task What_the_new_rate_cannot_hold_is_gone_and_does_not_fold_back()
    {
        var samples = Samples(await ReadAsync(File(1, 1, 48_000, 16, Pcm16(Sine(15_000, 48_000, 0.1)))));
        Assert.InRange(samples[200..^200].Max(Math.Abs), 0, 0.0005);
    }

    [Fact]
    public void In_whatever_blocks_the_sound_comes_the_result_is_the_same()
    {
        float[] samples = [.. Sine(440, 44_100, 0.1).Select(s => (float)s)];
        var whole = Resample(samples, samples.Length);
        Assert.Equal((int)Math.Ceiling(samples.Length * 24_000 / 44_100.0), whole.Count);

        var random = new Random(2);
        for (var n = 0; n < 20; n++) Assert.Equal(whole, Resample(samples, random.Next(1, 700), random));
        Assert.Equal(whole, Resample(samples, 1));
    }

    [Fact]
    public void Nothing_in_gives_nothing_out() => Assert.Empty(Resample([], 1));

    [Fact]
    public async Task What_is_written_reads_back()
    {
        var path = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName());
        try
        {
            byte[] samples = [1, 0, 2, 0, 3, 0];
            using (var writer = new WavWriter(path, SoundFormat.Pcm16))
            {
                writer.Write(samples.AsSpan(0, 4));
                writer.Write(samples.AsSpan(4));
            }
            var file = await System.IO.File.ReadAllBytesAsync(path);
            Assert.Equal(File(1, 1, 24_000, 16, samples), file);
            Assert.Equal(samples, await ReadAsync(file));
            if (!OperatingSystem.IsWindows())
                Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, System.IO.File.GetUnixFileMode(path));
        }
        finally
        {
            System.IO.File.Delete(path);
        }
    }

    [Fact]
    public void A_file_that_cannot_be_used_is_one_line_with_its_name()
    {
        Assert.StartsWith("--input nowhere.wav cannot be used: ",
            Assert.Throws<ConfigException>(() => SessionAudioPorts.OpenInput("nowhere.wav", SoundFormat.Pcm16)).Message, StringComparison.Ordinal);
        var text = Repository.At("README.md");
        if (!System.IO.File.Exists(text)) text = Repository.At("LICENSE");
        Assert.Equal($"--input {text} cannot be used: it does not begin with a RIFF/WAVE header. Give a WAV file.",
            Assert.Throws<ConfigException>(() => SessionAudioPorts.OpenInput(text, SoundFormat.Pcm16)).Message);
    }

    [Fact]
    public async Task A_pipe_gives_whole_frames_and_at_the_end_whole_samples()
    {
        var source = new StdinSource(new Trickle([1, 2, 3, 4, 5, 6, 7]), SoundFormat.Pcm16);
        var frame = new byte[4];
        Assert.Equal(4, await source.ReadAsync(frame, default));
        Assert.Equal([1, 2, 3, 4], frame);
        Assert.Equal(2, await source.ReadAsync(frame, default));
        Assert.Equal([5, 6], frame[..2]);
        Assert.Equal(0, await source.ReadAsync(frame, default));
    }

    [Fact]
    public async Task A_pipe_that_begins_as_a_WAV_file_is_read_as_one()
    {
        byte[] samples = [1, 2, 3, 4, 5, 6];
        var file = Waves.Riff(Waves.Format(1, 1, 24_000, 16), Waves.Chunk("LIST", new byte[26]), Waves.Chunk("data", samples, uint.MaxValue));
        var source = new StdinSource(new Pipe(file), SoundFormat.Pcm16);
        var frame = new byte[4];
        Assert.Equal(4, await source.ReadAsync(frame, default));
        Assert.Equal([1, 2, 3, 4], frame);
        Assert.Equal(2, await source.ReadAsync(frame, default));
        Assert.Equal(0, await source.ReadAsync(frame, default));
    }

    [Theory]
    [InlineData("OggS00000000", "Ogg")]
    [InlineData("ID3\u0004    more", "MP3")]
    public async Task A_pipe_with_another_kind_of_file_is_refused_by_name(string text, string name)
    {
        var source = new StdinSource(new Pipe(System.Text.Encoding.ASCII.GetBytes(text)), SoundFormat.Pcm16);
        var refused = await Assert.ThrowsAsync<InvalidDataException>(async () => await source.ReadAsync(new byte[4], default));
        Assert.Contains($"in the format {name};", refused.Message, StringComparison.Ordinal);
    }

    private static List<float> Resample(float[] samples, int block, Random? random = null)
    {
        var resampler = new Resampler(44_100, 24_000, samples.Length);
        var made = new float[resampler.Max(samples.Length)];
        List<float> output = [];
        for (var at = 0; at < samples.Length;)
        {
            var length = Math.Min(samples.Length - at, random?.Next(block + 1) ?? block);
            output.AddRange(made.AsSpan(0, resampler.Add(samples.AsSpan(at, length), made)));
            at += length;
        }
        output.AddRange(made.AsSpan(0, resampler.Finish(made)));
        return output;
    }

    private sealed class Pipe(byte[] bytes) : MemoryStream(bytes)
    {
        public override bool CanSeek => false;
    }

    /// <summary>A pipe that returns one byte per read.</summary>
    private sealed class Trickle(byte[] bytes) : MemoryStream(bytes)
    {
        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
            base.ReadAsync(buffer[..Math.Min(1, buffer.Length)], cancellationToken);
    }
}
