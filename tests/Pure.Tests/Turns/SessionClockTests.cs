using RealtimeAkka.Actors.Mic;
using RealtimeAkka.Actors.Turns;
using RealtimeAkka.Protocol;

namespace RealtimeAkka.Pure.Tests.Turns;

public class SessionClockTests
{
    [Fact]
    public void Audio_after_a_pause_of_the_input_is_later_by_the_pause()
    {
        var clock = new SessionClock().Open(Ms(5000)).With(0, 0).With(1000, 3500).With(2000, 6000);
        Assert.Equal([0, 999, 3500, 4499, 6500], new long?[] { 0, 999, 1000, 1999, 2500 }.Select(ms => clock.Of(ms)));
        Assert.Equal(2500, clock.Of(Ms(7500)));
    }

    [Fact]
    public void Speech_stands_where_it_ends_although_the_silence_before_it_lies_before_a_pause()
    {
        var clock = new SessionClock().Open(Ms(0)).With(0, 0).With(1000, 3500);
        Assert.Equal((3300, 4000), clock.Of(800, 1500));
        Assert.Equal((800, null), clock.Of(800, null));
        Assert.Equal((null, null), clock.Of(null, null));
    }

    [Fact]
    public void Without_real_time_there_is_no_clock()
    {
        Assert.Null(new SessionClock().Of(1000));
        Assert.Null(new SessionClock().Open(Ms(1)).Of((long?)null));
        Assert.Null(new SessionClock().Of(Ms(1000)));
    }

    [Fact]
    public void A_frame_that_begins_late_stands_after_a_pause_and_one_that_is_a_little_late_does_not()
    {
        var timeline = new SentTimeline().Open(Ms(100));
        (timeline, var first) = timeline.Add(Frame().Duration, Ms(100));
        (timeline, var second) = timeline.Add(Frame().Duration, Ms(150)); // 10 ms late
        (timeline, var third) = timeline.Add(Frame().Duration, Ms(2000));
        (_, var last) = timeline.Add(Frame().Duration, at: null);
        Assert.Equal([null, null, Ms(1900), null], new[] { first, second, third, last });
    }

    private static TimeSpan Ms(double ms) => TimeSpan.FromMilliseconds(ms);

    private static AudioFrame Frame() => AudioFrame.Of(new byte[Pcm.Bytes(Ms(40))], SoundFormat.Pcm16);
}
