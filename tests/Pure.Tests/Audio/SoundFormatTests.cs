using RealtimeAkka.Actors.Mic;
using RealtimeAkka.Actors.Playback;
using RealtimeAkka.Actors.Socket;
using RealtimeAkka.Actors.Stations;
using RealtimeAkka.Audio;
using RealtimeAkka.Protocol;
using RealtimeAkka.Protocol.Wire;
using static RealtimeAkka.Pure.Tests.Audio.Waves;
using static RealtimeAkka.TestSupport.Say;

namespace RealtimeAkka.Pure.Tests.Audio;

/// <summary>The formats of a session, and everything that counts, measures or converts their bytes.</summary>
public class SoundFormatTests
{
    private static readonly byte[] SubFormat = [0, 0, 0, 0, 16, 0, 128, 0, 0, 170, 0, 56, 155, 113];

    public static TheoryData<string> Laws => ["pcmu", "pcma"];

    [Theory]
    [InlineData("pcm16", "audio/pcm", 48, 24_000)]
    [InlineData("pcmu", "audio/pcmu", 8, null)]
    [InlineData("pcma", "audio/pcma", 8, null)]
    public void Every_whole_millisecond_has_its_bytes_and_back(string name, string type, int bytes, int? rate)
    {
        var format = Named(name);
        Assert.Equal(new AudioFormat(type, rate), AudioFormat.Of(format));
        Assert.Same(format, SoundFormat.OfType(type));
        for (var ms = 0; ms <= 20_000; ms++)
        {
            Assert.Equal(bytes * ms, format.Bytes(Ms(ms)));
            Assert.Equal(Ms(ms), format.Duration((long)bytes * ms));
            Assert.Equal(ms, format.Milliseconds((long)bytes * ms));
        }
    }

    [Theory]
    [MemberData(nameof(Laws))]
    public void Loudness_is_that_of_the_samples(string name)
    {
        var format = Named(name);
        var (sound, samples) = (new byte[777], new short[777]);
        new Random(7).NextBytes(sound);
        format.Decode(sound, samples);
        Assert.Equal(Math.Sqrt(samples.Average(sample => Math.Pow(sample / 32_768.0, 2))), format.Rms(sound), 12);
        var silence = AudioFrame.Of([.. Enumerable.Repeat(format.Silence, 320)], format);
        Assert.True(silence is { IsSilent: true, Duration.TotalMilliseconds: 40 });
    }

    [Theory]
    [MemberData(nameof(Laws))]
    public void The_loudest_part_of_what_was_sent_is_known(string name)
    {
        var format = Named(name);
        var level = new SpeechLevel(format);
        var sound = Coded(format, [.. new double[2400], .. Sine(400, 8000, 0.1, 0.5), .. new double[4800]]);
        foreach (var part in sound.Chunk(56)) level.Add(part);
        Assert.Equal(0, level.Loudest(0, 300)!.Value, 3);
        Assert.Equal(0.5 / Math.Sqrt(2), level.Loudest(300, 400)!.Value, 0.01);
        Assert.Equal(100, level.LoudMs(0));
    }

    [Theory]
    [MemberData(nameof(Laws))]
    public void A_pause_ends_a_turn(string name)
    {
        var format = Named(name);
        var audio = new OutgoingAudio(Seconds(60), pause: Ms(400), new FramePool(0), format);
        audio.Connect(1000, default);
        List<long> commits = [];
        foreach (var frame in Coded(format, [.. Sine(300, 8000, 0.4, 0.2), .. new double[8000]]).Chunk(320))
        {
            audio.Add(AudioFrame.Of(frame, format), at: null);
            while (audio.TakeNext() is { } next)
                if (next.Event is CommitAudio) commits.Add(format.Milliseconds(next.Position));
        }
        Assert.Equal([800L], commits);
    }

    [Theory]
    [MemberData(nameof(Laws))]
    public void A_new_connection_gets_again_what_no_turn_holds(string name)
    {
        var format = Named(name);
        var audio = new OutgoingAudio(Seconds(60), pause: null, new FramePool(0), format);
        audio.Connect(1000, default);
        byte[] Take() => [.. Pieces(audio)];
        var sound = Coded(format, Sine(300, 8000, 2, 0.2));
        foreach (var frame in sound.Chunk(320)) audio.Add(AudioFrame.Of(frame, format), at: null);
        Assert.Equal(sound, Take());
        audio.Release(beforeMs: 1000, quiet: false);
        Assert.Equal(1000, format.Milliseconds(audio.KeptFrom));
        audio.Connect(1000, default);
        Assert.Equal(sound[8000..], Take());

        static IEnumerable<byte> Pieces(OutgoingAudio audio)
        {
            while (audio.TakeNext() is { Event: AppendAudio append })
                foreach (var b in append.Audio.ToArray()) yield return b;
        }
    }

    [Theory]
    [MemberData(nameof(Laws))]
    public void What_was_heard_is_counted_in_its_bytes(string name)
    {
        var format = Named(name);
        var queue = new PlaybackQueue(format.Bytes(Seconds(10)), format.Bytes(Ms(20)), isHeard: true);
        var playout = new Playout(queue, mutes: false, default, format);
        playout.Add(new ResponseId("r1"), new ItemId("a1"), new byte[8 * 1000]);
        for (var block = 0; block < 12; block++)
        {
            Assert.IsType<PlayoutDecision.Write>(playout.Next(default));
            Assert.Equal(8 * 20, playout.Block!.Value.Sound.Length);
            playout.Taken(isTaken: true, failure: null);
        }
        var discard = Assert.IsType<PlayoutDecision.Discard>(playout.Stop(new ResponseId("r1")));
        var ended = Assert.IsType<PlayoutDecision.Report>(playout.Discarded(discard, total: 8 * 5)).Fact;
        Assert.Equal((Ms(235), Ms(765)), (ended.Heard, ended.Unheard));
    }

    [Theory]
    [InlineData("pcmu", 7, false)]
    [InlineData("pcmu", 7, true)]
    [InlineData("pcma", 6, false)]
    [InlineData("pcma", 6, true)]
    public async Task A_file_of_the_same_law_is_passed_on_as_it_is(string name, int tag, bool isExtensible)
    {
        var codes = new byte[5001];
        new Random(7).NextBytes(codes);
        var file = Riff(isExtensible ? Extensible(tag, 1, 8000) : Format(tag, 1, 8000, 8), Chunk("data", codes));
        Assert.Equal(codes, await ReadAsync(file, frame: 320, Named(name)));
    }

    [Theory]
    [InlineData(6, 8000, 1)]
    [InlineData(7, 8000, 1)]
    [InlineData(6, 16_000, 1)]
    [InlineData(7, 11_025, 2)]
    [InlineData(6, 44_100, 2)]
    [InlineData(7, 48_000, 1)]
    public async Task A_file_of_a_law_is_the_sound_that_it_was_in_every_format(int tag, int rate, int channels)
    {
        var law = tag == 6 ? SoundFormat.ALaw : SoundFormat.MuLaw;
        byte[] codes = [.. Coded(law, Sine(440, rate, 1.5)).SelectMany(code => Enumerable.Repeat(code, channels))];
        foreach (var isExtensible in (bool[])[false, true])
        {
            var file = Riff(isExtensible ? Extensible(tag, channels, rate) : Format(tag, channels, rate, 8), Chunk("data", codes));
            foreach (var format in SoundFormat.All)
            {
                var sound = await ReadAsync(file, frame: format.Bytes(Ms(40)), format);
                Assert.InRange(format.Duration(sound.Length), Seconds(1.49), Seconds(1.51));
                var ratio = SignalToNoise(Decoded(format, sound).AsSpan(format.SampleRate / 4, format.SampleRate), 440, format.SampleRate);
                Assert.InRange(ratio, format == SoundFormat.Pcm16 ? 35 : 32, 60);
            }
        }
    }

    [Theory]
    [MemberData(nameof(Laws))]
    public async Task Raw_samples_of_a_pipe_are_coded(string name)
    {
        var format = Named(name);
        var source = new StdinSource(new MemoryStream(Pcm16(Sine(440, 24_000, 1.5))), format);
        List<byte> sound = [];
        var frame = new byte[320];
        for (int read; (read = await source.ReadAsync(frame, default)) > 0;) sound.AddRange(frame.AsSpan(0, read));
        Assert.InRange(SignalToNoise(Decoded(format, [.. sound]).AsSpan(2000, 8000), 440, 8000), 35, 60);
    }

    [Theory]
    [MemberData(nameof(Laws))]
    public void A_recording_is_PCM_at_8_kHz(string name)
    {
        var format = Named(name);
        using var file = new MemoryStream();
        var codes = new byte[3000];
        new Random(7).NextBytes(codes);
        using (var writer = new WavWriter(file, format))
        {
            var track = new RecordingTrack(writer, start: Ms(1000), format);
            track.Add(codes.AsSpan(0, 160), Ms(1000));
            track.Add(codes.AsSpan(160), Ms(1100)); // 80 ms later
            Assert.Equal(Ms(80) + format.Duration(3000), writer.Length);
        }
        var written = new MemoryStream(file.ToArray());
        var (wav, bytes) = WavFormat.Read(written);
        Assert.Equal((new WavFormat(8000, 1, 16, IsFloat: false), 2L * (3000 + 640)), (wav, bytes));
        var samples = Samples(file.ToArray()[44..]);
        Assert.Equal([.. Decoded(format, codes[..160]), .. new double[640], .. Decoded(format, codes[160..])], samples);
    }

    [Theory]
    [InlineData("pcmu", 24_000, 1)]
    [InlineData("pcma", 24_000, 1)]
    [InlineData("pcmu", 8000, 1)]
    [InlineData("pcma", 44_100, 2)]
    public void A_device_is_converted(string name, int rate, int channels)
    {
        var format = Named(name);
        var microphone = DeviceConverter.FromDevice(new(rate, channels), format);
        short[] spoken = [.. Sine(440, rate, 1.5).SelectMany(sample => Enumerable.Repeat((short)(sample * 32_767), channels))];
        List<byte> sent = [];
        foreach (var block in spoken.Chunk(960 * channels)) sent.AddRange(microphone.Take(block));
        Assert.InRange(SignalToNoise(Decoded(format, [.. sent]).AsSpan(2000, 8000), 440, 8000), 35, 60);

        var loudspeaker = DeviceConverter.ToDevice(new(rate, channels), format);
        var (voice, at) = (Coded(format, Sine(440, 8000, 3)), 0);
        var played = new short[rate * channels];
        for (var done = 0; done < played.Length; done += 100 * channels)
        {
            loudspeaker.Fill(played.AsSpan(done, 100 * channels), sound =>
            {
                voice.AsSpan(at, sound.Length).CopyTo(sound);
                at += sound.Length;
            });
        }
        double[] first = [.. played.Where((_, i) => i % channels == 0).Select(sample => sample / 32_768.0)];
        Assert.InRange(SignalToNoise(first.AsSpan(rate / 4, rate / 2), 440, rate), 33, 60);
    }

    [Theory]
    [MemberData(nameof(Laws))]
    public void What_a_loudspeaker_gets_between_answers_is_silence(string name)
    {
        var format = Named(name);
        var buffer = new PlaybackBuffer(100, format.Silence);
        buffer.Write([1, 2, 3]);
        var taken = new byte[6];
        Assert.Equal(3, buffer.Read(taken));
        Assert.Equal([1, 2, 3, format.Silence, format.Silence, format.Silence], taken);
    }

    private static SoundFormat Named(string name) => SoundFormat.All.Single(format => format.Name == name);

    private static byte[] Extensible(int tag, int channels, int rate) =>
        Format(0xFFFE, channels, rate, 8, [.. Short(22), .. Short(8), .. Number(channels == 1 ? 4u : 3u), .. Short(tag), .. SubFormat]);

    private static byte[] Coded(SoundFormat format, IEnumerable<double> samples)
    {
        short[] values = [.. samples.Select(sample => (short)Math.Round(sample * 32_767))];
        var codes = new byte[values.Length * format.BytesPerSample];
        format.Encode(values, codes);
        return codes;
    }

    private static double[] Decoded(SoundFormat format, byte[] sound)
    {
        var samples = new short[sound.Length / format.BytesPerSample];
        format.Decode(sound, samples);
        return [.. samples.Select(sample => sample / 32_768.0)];
    }
}
