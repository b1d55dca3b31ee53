using RealtimeAkka.Actors.Socket;
using RealtimeAkka.Protocol;
using RealtimeAkka.Protocol.Messages;
using RealtimeAkka.Protocol.Wire;

namespace RealtimeAkka.Pure.Tests.Socket;

public class ItemLoudnessTests
{
    private static readonly ItemId One = new("one"), Two = new("two");

    [Fact]
    public void An_item_is_measured_when_its_speech_ends()
    {
        var loudness = Second();
        Assert.Null(loudness.Measure(new SpeechStarted(One) { AudioStartMs = 0 }));
        Assert.Null(loudness.Measure(new SpeechStarted(Two) { AudioStartMs = 400 }));
        Assert.Equal(0.0, loudness.Measure(Stopped(Two, 900))!.Loudest, 3);
        var measured = loudness.Measure(Stopped(One, 400))!;
        Assert.Equal((One, 0.25), (measured.Item, Math.Round(measured.Loudest, 3)));
    }

    [Fact]
    public void What_did_not_begin_or_was_measured_before_or_not_sent_is_not_measured()
    {
        var loudness = Second();
        Assert.Null(loudness.Measure(Stopped(One, 400)));
        loudness.Measure(new SpeechStarted(One) { AudioStartMs = 0 });
        loudness.Measure(new SpeechStarted(Two) { AudioStartMs = 1000 });
        Assert.NotNull(loudness.Measure(Stopped(One, 400)));
        Assert.Null(loudness.Measure(Stopped(One, 400)));
        Assert.Null(loudness.Measure(Stopped(Two, 1400)));
        Assert.Null(loudness.Measure(new RateLimitsUpdated()));
    }

    [Fact]
    public void Of_items_that_never_end_a_bounded_number_is_remembered()
    {
        var loudness = Second();
        for (var n = 0; n <= 256; n++) loudness.Measure(new SpeechStarted(new ItemId($"i{n}")) { AudioStartMs = 0 });
        Assert.Null(loudness.Measure(Stopped(new ItemId("i256"), 400)));
        Assert.NotNull(loudness.Measure(Stopped(new ItemId("i255"), 400)));
    }

    [Fact]
    public void An_item_is_spoken_once_it_was_loud_for_long_enough()
    {
        var loudness = new ItemLoudness(TimeSpan.FromMilliseconds(300), SoundFormat.Pcm16);
        var (quiet, loud) = (new byte[100 * Pcm.BytesPerMillisecond], Loud(100));
        Assert.Null(loudness.Add(loud)); // nobody speaks: the server has not said so
        loudness.Measure(new SpeechStarted(new ItemId("i1"), 0));
        Assert.Null(loudness.Add(loud));
        Assert.Null(loudness.Add(quiet));
        Assert.Equal(new ItemId("i1"), loudness.Add(loud)?.Item);
        Assert.Null(loudness.Add(loud));

        loudness.Measure(Stopped(new ItemId("i1"), 600));
        loudness.Measure(new SpeechStarted(new ItemId("i2"), 500));
        Assert.Null(loudness.Add(loud));
        Assert.Null(loudness.Add(loud));
        Assert.Equal(new ItemId("i2"), loudness.Add(loud)?.Item);
    }

    [Fact]
    public void Two_items_whose_end_is_lost_are_spoken_once_each()
    {
        var loudness = new ItemLoudness(TimeSpan.FromMilliseconds(100), SoundFormat.Pcm16);
        loudness.Measure(new SpeechStarted(new ItemId("i1"), 0));
        loudness.Measure(new SpeechStarted(new ItemId("i2"), 0));
        var spoken = Enumerable.Range(0, 10).Select(_ => loudness.Add(Loud(100))).OfType<ConnectionFacts.Spoken>();
        Assert.Equal([new ItemId("i1"), new ItemId("i2")], spoken.Select(fact => fact.Item));
    }

    private static byte[] Loud(int ms)
    {
        var audio = new byte[ms * Pcm.BytesPerMillisecond];
        for (var i = 1; i < audio.Length; i += 2) audio[i] = 0x20;
        return audio;
    }

    private static SpeechStopped Stopped(ItemId item, int endMs) => new(item, endMs);

    // 1 s of silence, with 100 ms at a quarter of full scale from 300 ms on.
    private static ItemLoudness Second()
    {
        var audio = new byte[1000 * Pcm.BytesPerMillisecond];
        for (var i = 300 * Pcm.BytesPerMillisecond; i < 400 * Pcm.BytesPerMillisecond; i += 2) audio[i + 1] = 0x20;
        var loudness = new ItemLoudness(TimeSpan.Zero, SoundFormat.Pcm16);
        loudness.Add(audio);
        return loudness;
    }
}
