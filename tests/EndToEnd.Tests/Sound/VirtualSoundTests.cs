namespace RealtimeAkka.EndToEnd.Tests.VirtualDevices;

/// <summary>The virtual devices have the properties that the other tests rely on.</summary>
[Collection(SoundCollection.Name)]
public sealed class VirtualSoundTests
{
    private static readonly byte[] Noise = Sound.Noise(500, 0.2);

    [SoundFact]
    public async Task What_is_spoken_reaches_the_microphone_bit_for_bit_and_the_loudspeaker_not_at_all()
    {
        await using var sound = await VirtualSound.StartAsync();
        await using var microphone = await sound.RecordMicrophoneAsync();
        await using var speaker = await sound.RecordSpeakerAsync();

        await sound.SpeakAsync(TestCall.Wav(Noise));

        await microphone.UntilAsync(heard => Likeness.Find(heard, Noise) >= 0);
        Assert.All(await speaker.StopAsync(), sample => Assert.Equal(0, sample));
    }

    [SoundFact]
    public async Task Each_has_devices_of_its_own()
    {
        await using var one = await VirtualSound.StartAsync();
        await using var other = await VirtualSound.StartAsync();
        await using var elsewhere = await other.RecordMicrophoneAsync();

        await one.SpeakAsync(TestCall.Wav(Noise));

        Assert.All(await elsewhere.StopAsync(), sample => Assert.Equal(0, sample));
    }

    [SoundFact]
    public async Task A_dead_server_ends_what_is_recorded()
    {
        await using var sound = await VirtualSound.StartAsync();
        await using var speaker = await sound.RecordSpeakerAsync();

        await sound.KillAsync();

        var e = await Assert.ThrowsAsync<TimeoutException>(() => speaker.UntilAsync(heard => Likeness.Find(heard, Noise) >= 0));
        Assert.Contains("went away", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_sound_is_found_where_it_is()
    {
        byte[] recording = [.. Sound.Silence(300), .. Noise, .. Sound.Silence(100)];

        Assert.Equal(7_200, Likeness.Find(recording, Noise));
        var (correlation, at) = Likeness.Best(recording, Noise);
        Assert.Equal(7_200, at);
        Assert.Equal(1, correlation, 1e-9);
    }

    [Fact]
    public void A_quieter_sound_is_like_it_but_not_the_same()
    {
        byte[] recording = [.. Sound.Silence(300), .. Sound.Noise(500, 0.02)];

        Assert.Equal(-1, Likeness.Find(recording, Noise));
        Assert.InRange(Likeness.Best(recording, Noise).Correlation, 0.999, 1);
    }

    [Fact]
    public void Another_sound_is_not_like_it()
    {
        Assert.InRange(Likeness.Best(Sound.Speech(1_000), Noise).Correlation, 0, 0.2);
    }

    [Fact]
    public void A_sound_is_whole_with_a_gap_but_not_with_a_piece_missing()
    {
        Assert.True(Likeness.IsWhole(
            [.. Sound.Silence(300), .. Noise[..12_000], .. Sound.Silence(10), .. Noise[12_000..], .. Sound.Silence(100)], Noise));
        Assert.False(Likeness.IsWhole([.. Sound.Silence(300), .. Noise[..12_000], .. Noise[12_480..], .. Sound.Silence(100)], Noise));
        Assert.False(Likeness.IsWhole(Sound.Silence(1_000), Noise));
    }

    [Fact]
    public void A_sound_with_a_gap_is_less_like_it()
    {
        byte[] recording = [.. Noise[..12_000], .. Noise[12_480..], .. Sound.Silence(100)];

        Assert.InRange(Likeness.Best(recording, Noise).Correlation, 0.3, 0.8);
    }
}
