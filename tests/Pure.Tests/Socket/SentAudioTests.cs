using RealtimeAkka.Actors.Socket;
using RealtimeAkka.Protocol.Wire;
using RealtimeAkka.Protocol;
using static RealtimeAkka.TestSupport.Say;

namespace RealtimeAkka.Pure.Tests.Socket;

public class SentAudioTests
{
    [Theory]
    [InlineData(0)]
    [InlineData(2000)]
    [InlineData(3000)] // the server may count audio before we know it to be sent
    public void Times_within_the_audio_that_was_sent_are_the_servers(long ms)
    {
        foreach (var e in new ServerEvent[] { Started("i", ms), Stopped("i", ms), TimedOut("i", ms, ms), Committed("i") })
            Assert.Same(e, Sent(2000).Correct(e));
    }

    [Theory]
    [InlineData(-1)] // not said
    [InlineData(3001)]
    [InlineData(1_790_000_000_000)] // since 1970
    [InlineData(9_007_199_254_740_991)]
    [InlineData(long.MaxValue)]
    [InlineData(long.MinValue)]
    public void Any_other_time_is_replaced_by_the_end_of_that_audio(long ms)
    {
        Assert.Equal(Started("i", 2000) with { IsEstimated = true }, Sent(2000).Correct(Started("i", ms)));
        Assert.Equal(Stopped("i", 2000) with { IsEstimated = true }, Sent(2000).Correct(Stopped("i", ms)));
        Assert.Equal(TimedOut("i", 2000, 2000) with { IsEstimated = true }, Sent(2000).Correct(TimedOut("i", 100, ms)));
        Assert.Equal(TimedOut("i", 2000, 2000) with { IsEstimated = true }, Sent(2000).Correct(TimedOut("i", ms, 100)));
    }

    private static SentAudio Sent(int ms)
    {
        var audio = new SentAudio(TimeSpan.Zero, SoundFormat.Pcm16);
        audio.Add(new byte[ms * 48]);
        return audio;
    }
}
