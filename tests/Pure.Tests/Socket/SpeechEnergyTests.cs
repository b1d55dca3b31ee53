using RealtimeAkka.Actors.Socket;
using RealtimeAkka.Protocol;

namespace RealtimeAkka.Pure.Tests.Socket;

public class SpeechEnergyTests
{
    [Theory]
    [InlineData(0, 300, 0.0)]
    [InlineData(0, 400, 0.25)]
    [InlineData(300, 400, 0.25)]
    [InlineData(350, 360, 0.25)]
    [InlineData(400, 1000, 0.0)]
    public void The_loudest_part_between_two_moments_is_known(int from, int to, double loudest) =>
    Assert.Equal(loudest, Second(frame: 40).Loudest(from, to)!.Value, 3);

    [Theory]
    [InlineData(7)]
    [InlineData(40)]
    [InlineData(333)]
    [InlineData(1000)]
    public void Frames_of_any_length_are_the_same_sound(int frame) => Assert.Equal(0.25, Second(frame).Loudest(300, 400)!.Value, 3);

    [Fact]
    public void What_was_not_sent_yet_or_lies_too_far_back_is_not_known()
    {
        var energy = new SpeechLevel(SoundFormat.Pcm16);
        Assert.Null(energy.Loudest(0, 100));
        var minute = new byte[60_000 * Pcm.BytesPerMillisecond];
        for (var n = 0; n < 11; n++) energy.Add(minute);
        Assert.Null(energy.Loudest(0, 100));
        Assert.Equal(0.0, energy.Loudest(600_000, 660_000));
        Assert.Null(energy.Loudest(660_000, 660_100));
        Assert.Null(energy.Loudest(-1, 100));
    }

    // 1 s of silence, with 100 ms at a quarter of full scale from 300 ms on.
    private static SpeechLevel Second(int frame)
    {
        var sound = new byte[1000 * Pcm.BytesPerMillisecond];
        for (var i = 300 * Pcm.BytesPerMillisecond; i < 400 * Pcm.BytesPerMillisecond; i += 2) sound[i + 1] = 0x20;
        var energy = new SpeechLevel(SoundFormat.Pcm16);
        foreach (var part in sound.Chunk(frame * Pcm.BytesPerMillisecond)) energy.Add(part);
        return energy;
    }
}
