using RealtimeAkka.Actors.Turns;
using static RealtimeAkka.TestSupport.Say;

namespace RealtimeAkka.Pure.Tests.Turns;

/// <summary>Speech at times that the server's audio clock cannot show.</summary>
public class EstimatedTimesTests
{
    [Fact]
    public void The_audio_since_the_last_item_is_kept_for_a_replay_and_the_notice_comes_once()
    {
        var story = new TurnStory().Hears(Started("i1", 0), Stopped("i1", 1000), Committed("i1"), Asr("i1", "one")).Transcribed("i1", "one")
            .Decides("ask 1 i1", "tell 1 i1: one | one");
        var started = story.Join.On(Started("i2", 3000) with { IsEstimated = true }, default);
        Assert.Equal("audio_times_replaced", Assert.IsType<TurnDecision.Warn>(Assert.Single(started.Decisions)).Notice.Code);
        Assert.Equal(new AudioRetention(1000, IsIdle: false), started.Next.Retention);

        var stopped = started.Next.On(Stopped("i2", 3500) with { IsEstimated = true }, default);
        Assert.Empty(stopped.Decisions);
        Assert.Equal(new AudioRetention(1000, IsIdle: false), stopped.Next.On(Committed("i2"), default).Next.Retention);
    }

    [Fact]
    public void A_begin_after_the_end_is_moved_to_the_end()
    {
        var story = new TurnStory().Hears(Started("i1", 3000), Stopped("i1", 2000), Committed("i1"), Asr("i1", "one"))
            .Transcribed("i1", "one");
        Assert.Equal((2000L, 2000L), (story.Records[0].AudioStartMs, story.Records[0].AudioEndMs));
    }

    [Fact]
    public void An_idle_item_at_such_a_time_is_told_too() =>
        Assert.IsType<TurnDecision.Warn>(Assert.Single(
            new TurnStory().Join.On(TimedOut("i1", 500, 500) with { IsEstimated = true }, default).Decisions));
}
