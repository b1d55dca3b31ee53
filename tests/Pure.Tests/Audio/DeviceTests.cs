using PortAudioSharp;
using RealtimeAkka.Audio;
using RealtimeAkka.Protocol;
using static RealtimeAkka.Pure.Tests.Audio.Waves;

namespace RealtimeAkka.Pure.Tests.Audio;

/// <summary>Devices with other formats or missing features.</summary>
public class DeviceTests
{
    private static readonly AudioDevice Interface = new(0, "interface", 0, InputChannels: 8, OutputChannels: 1, 48_000, true, true);

    [Fact]
    public void A_device_is_asked_for_our_format_first_then_for_its_own_with_few_channels_and_then_all()
    {
        Assert.Equal([new(24_000, 1), new(48_000, 1), new(48_000, 2), new(48_000, 8)],
            DeviceFormat.Choices(Interface, input: true, own: false));
        Assert.Equal([new(24_000, 1), new(48_000, 1)], DeviceFormat.Choices(Interface, input: false, own: false));
        Assert.Equal([new(48_000, 1)], DeviceFormat.Choices(Interface, input: false, own: true));
    }

    [Fact]
    public void The_first_format_that_it_takes_is_used()
    {
        List<DeviceFormat> asked = [];
        var stream = DeviceFormat.FirstThatFits(Interface, DeviceFormat.Choices(Interface, input: true, own: false), format =>
        {
            asked.Add(format);
            return format.Channels == 2 ? "open"
                : throw new PortAudioException(format.Rate == 24_000 ? ErrorCode.InvalidSampleRate : ErrorCode.InvalidChannelCount, "no");
        });

        Assert.Equal("open", stream);
        Assert.Equal([new(24_000, 1), new(48_000, 1), new(48_000, 2)], asked);
    }

    [Fact]
    public void A_device_that_takes_none_is_one_line_that_says_what_was_tried()
    {
        var e = Assert.Throws<AudioDeviceException>(() => DeviceFormat.FirstThatFits<string>(
            Interface, DeviceFormat.Choices(Interface, input: false, own: false),
            _ => throw new PortAudioException(ErrorCode.DeviceUnavailable, "it is busy.\nmore")));

        Assert.Equal(
            "interface cannot be used, neither with 24 kHz with 1 channel nor with 48 kHz with 1 channel: it is busy. Choose another device (see devices).", e.Message);
    }

    [Fact]
    public void Our_own_format_passes_bit_for_bit()
    {
        short[] samples = [1, -2, short.MaxValue, short.MinValue];
        var microphone = DeviceConverter.FromDevice(DeviceFormat.SessionFormat, SoundFormat.Pcm16);
        Assert.Equal([1, 0, 254, 255, 255, 127, 0, 128], microphone.Take(samples).ToArray());

        var played = new short[4];
        DeviceConverter.ToDevice(DeviceFormat.SessionFormat, SoundFormat.Pcm16)
            .Fill(played, sound => new byte[] { 1, 0, 254, 255, 255, 127, 0, 128 }.CopyTo(sound));
        Assert.Equal(samples, played);
    }

    [Fact]
    public void Of_several_channels_a_microphone_gives_the_mean_which_cannot_clip()
    {
        short[] interleaved = [100, 200, short.MaxValue, short.MaxValue, 7, 8];

        Assert.Equal([.. Short(150), .. Short(short.MaxValue), .. Short(8)],
            DeviceConverter.FromDevice(new(24_000, 2), SoundFormat.Pcm16).Take(interleaved).ToArray());
    }

    [Fact]
    public void A_loudspeaker_gets_the_same_on_every_channel()
    {
        var interleaved = new short[6];
        DeviceConverter.ToDevice(new(24_000, 3), SoundFormat.Pcm16).Fill(
            interleaved, sound => ((byte[])[.. Short(5), .. Short(-6)]).CopyTo(sound));

        Assert.Equal([5, 5, 5, -6, -6, -6], interleaved);
    }

    [Theory]
    [InlineData(48_000, 2, 960)]
    [InlineData(44_100, 1, 882)]
    [InlineData(44_100, 2, 100)]
    [InlineData(16_000, 6, 320)]
    public void A_microphone_at_another_rate_is_heard_at_ours(int rate, int channels, int block)
    {
        var converter = DeviceConverter.FromDevice(new(rate, channels), SoundFormat.Pcm16);
        short[] interleaved = [.. Sine(1000, rate, 0.5).SelectMany(s => Enumerable.Repeat((short)Math.Round(s * 32767), channels))];
        List<byte> heard = [];
        for (var at = 0; at < interleaved.Length; at += block * channels)
            heard.AddRange(converter.Take(interleaved.AsSpan(at, Math.Min(block * channels, interleaved.Length - at))));

        var samples = Samples([.. heard]);
        Assert.InRange(samples.Length, 12_000 - 50, 12_000); // the resampler needs later samples for the last few
        Assert.InRange(SignalToNoise(samples.AsSpan(600..11_400), 1000, 24_000), 70, 200);
        Assert.InRange(samples[600..].Max(), 0.49, 0.51);
    }

    [Theory]
    [InlineData(48_000, 2, 960)]
    [InlineData(44_100, 1, 882)]
    [InlineData(8_000, 2, 160)]
    public void A_loudspeaker_at_another_rate_plays_what_we_say(int rate, int channels, int block)
    {
        var converter = DeviceConverter.ToDevice(new(rate, channels), SoundFormat.Pcm16);
        var sine = Pcm16(Sine(1000, 24_000, 1));
        var taken = 0;
        List<double> played = [];
        var interleaved = new short[block * channels];
        while (played.Count < rate / 2)
        {
            converter.Fill(interleaved, sound =>
            {
                sine.AsSpan(taken, sound.Length).CopyTo(sound);
                taken += sound.Length;
            });
            for (var i = 0; i < interleaved.Length; i += channels) played.Add(interleaved[i] / 32768.0);
        }

        Assert.InRange(SignalToNoise([.. played[(rate / 20)..]], 1000, rate), 70, 200);
        // The converter reads no earlier than needed: apart from one window, the audio taken equals the audio played.
        Assert.InRange(taken / 2 - played.Count * 24_000L / rate, 0, 60);
    }

    [Fact]
    public void The_conversion_allocates_nothing()
    {
        var microphone = DeviceConverter.FromDevice(new(48_000, 2), SoundFormat.Pcm16);
        var loudspeaker = DeviceConverter.ToDevice(new(48_000, 2), SoundFormat.Pcm16);
        var block = new short[1920];
        DeviceConverter.Source silence = static sound => sound.Clear();

        Assert.Equal(0, Allocation.Of(() =>
        {
            microphone.Take(block);
            loudspeaker.Fill(block, silence);
        }));
    }

    [Fact]
    public void A_device_that_has_gone_is_looked_for_by_its_name_and_else_the_default_is_taken()
    {
        List<AudioDevice> there = [new(0, "laptop", 0, 1, 1, 48_000, true, true), new(1, "headset", 0, 1, 1, 48_000, false, false)];
        var refreshed = 0;
        var wanted = new DeviceSelector(
            name => there.Find(device => name == "default" ? device.IsDefaultInput : device.Name == name || $"{device.Index}" == name)
            ?? throw new AudioDeviceException(name), () => refreshed++, "1");
        Assert.Equal(("headset", 0), (wanted.Find().Name, refreshed));

        there.RemoveAt(1);
        Assert.Equal(("laptop", 1), (wanted.Find().Name, refreshed));
        there.Insert(0, new(0, "headset", 0, 1, 1, 48_000, false, false));
        Assert.Equal("headset", wanted.Find().Name);
        there.Clear();
        Assert.Throws<AudioDeviceException>(wanted.Find);
    }

    [Fact]
    public void The_next_device_is_the_one_after_the_present_one_and_stays_the_one_to_open()
    {
        // The same name under two sound systems is two devices.
        List<AudioDevice> there = [new(0, "laptop", 0, 1, 1, 48_000, true, true), new(1, "headset", 0, 1, 1, 48_000, false, false),
            new(2, "headset", 1, 1, 1, 48_000, false, false)];
        var selector = new DeviceSelector(
            name => there.Find(device => name == "default" ? device.IsDefaultInput : device.Name == name)
            ?? throw new AudioDeviceException(name), () => { }, "default") { List = () => there };
        Assert.Equal(0, selector.Find().Index);

        Assert.Equal(1, selector.FindNext().Index);
        Assert.Equal("headset", selector.Find().Name);
        Assert.Equal(2, selector.FindNext().Index);
        Assert.Equal(0, selector.FindNext().Index);
        there.RemoveAt(0);
        Assert.Equal(1, selector.FindNext().Index);
        there.Clear();
        Assert.Throws<AudioDeviceException>(selector.FindNext);
    }

    [Fact]
    public async Task A_native_call_that_hangs_keeps_nobody_waiting_and_what_comes_of_it_late_is_not_kept()
    {
        using var thawed = new ManualResetEventSlim();
        var unwanted = new TaskCompletionSource<string>();
        var brief = TimeSpan.FromMilliseconds(50);

        await Assert.ThrowsAsync<AudioDeviceException>(
            () => NativeCalls.RunAsync(() => { thawed.Wait(); return "late"; }, brief, unwanted.SetResult));
        var called = false;
        await Assert.ThrowsAsync<AudioDeviceException>(() => NativeCalls.RunAsync(() => called = true, brief, _ => { }));
        Assert.False(NativeCalls.Wait(brief));
        thawed.Set();

        Assert.Equal("late", await unwanted.Task.WaitAsync(TimeSpan.FromSeconds(10)));
        Assert.Equal("works again", await NativeCalls.RunAsync(() => "works again", TimeSpan.FromSeconds(10), _ => { }));
        Assert.False(called);
    }
}
