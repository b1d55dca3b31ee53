using RealtimeAkka.Protocol.Messages;
using RealtimeAkka.Protocol.Wire;
using static RealtimeAkka.TestSupport.Say;

namespace RealtimeAkka.Pure.Tests.OutOfBand;

public class TimeTests
{
    [Theory]
    [InlineData("Please try again in 4.8s. Visit the page.", 4.8)]
    [InlineData("Please try again in 250ms.", 0.25)]
    [InlineData("Please try again in 6 s", 6)]
    [InlineData("No idea when.", 0)]
    public void A_rate_limited_request_waits_as_told(string message, double seconds)
    {
        var story = new TrackerStory().At(1).Turn(1)
            .Hears(Created("r1", Metadata("i1")),
            Done("r1", status: "failed", error: new ErrorDetail("tokens", "rate_limit_exceeded", message)));
        if (seconds > 0)
        {
            story.Decides("send oob_transcription_1_1 of all", "retry 1 rate_limit_exceeded");
            Assert.Equal(Seconds(1 + seconds), story.Tracker.NextDue(Seconds(1)));
            story.At(1 + seconds - 0.01).Decides().At(1 + seconds).Decides("send oob_transcription_1_2 of all");
        }
        else
        {
            story.Decides("send oob_transcription_1_1 of all", "retry 1 rate_limit_exceeded", "send oob_transcription_1_2 of all");
        }
    }

    [Fact]
    public void A_rate_limit_of_minutes_is_longer_than_the_deadline()
    {
        var error = new ErrorDetail("tokens", "rate_limit_exceeded", "Please try again in 1m30.5s.");
        var story = new TrackerStory().Turn(1).Hears(Created("r1", Metadata("i1")), Done("r1", status: "failed", error: error))
            .At(14.9).Decides("send oob_transcription_1_1 of all", "retry 1 rate_limit_exceeded").At(15)
            .Decides("report 1 TimedOut after 15 s");
        Assert.Null(story.Tracker.NextDue(Seconds(15))); // no result can follow
    }

    [Fact]
    public void A_request_is_rate_limited_once_and_then_says_so() =>
        new TrackerStory().Turn(1)
            .Hears(Created("r1", Metadata("i1")),
            Done("r1", status: "failed", error: new ErrorDetail("tokens", "rate_limit_exceeded", "try again in 1s"))).At(1)
            .Hears(Created("r2", Metadata("i1", 1, 2)),
            Done("r2", status: "failed", error: new ErrorDetail("tokens", "rate_limit_exceeded", "try again in 1s")))
            .Decides("send oob_transcription_1_1 of all", "retry 1 rate_limit_exceeded", "send oob_transcription_1_2 of all",
            "report 1 Failed rate_limit_exceeded");

    [Fact]
    public void A_request_that_nobody_answers_is_asked_again_once_and_then_times_out() =>
        new TrackerStory().Turn(1).Decides("send oob_transcription_1_1 of all")
            .At(4.9).Decides().At(5).Decides("retry 1 no answer", "send oob_transcription_1_2 of all")
            .At(14.9).Decides().At(15).Decides("report 1 TimedOut after 15 s").At(1000).Decides();

    [Fact]
    public void A_request_that_has_not_left_for_the_wire_is_not_asked_again() =>
        new TrackerStory().Stuck().Turn(1).Decides("send oob_transcription_1_1 of all").At(7).Decides()
            .Leaves("oob_transcription_1_1").At(11.9).Decides().At(12).Decides("retry 1 no answer", "send oob_transcription_1_2 of all");

    [Fact]
    public void A_result_after_the_deadline_is_told_a_second_time() =>
        new TrackerStory().Turn(1).Hears(Created("r1", Metadata("i1"))).At(15)
        .Decides("send oob_transcription_1_1 of all", "report 1 TimedOut after 15 s")
            .At(20).Hears(Done("r1", "one")).Decides("report 1 Completed 'one'")
            .Hears(Done("r1", "one")).At(200).Decides();

    [Fact]
    public void An_answer_that_only_begins_after_the_deadline_is_still_wanted() =>
        new TrackerStory().Turn(1).At(16).Hears(Created("r2", Metadata("i1", 1, 2)), Done("r2", "one"))
            .Decides("send oob_transcription_1_1 of all", "retry 1 no answer", "send oob_transcription_1_2 of all",
            "report 1 TimedOut after 15 s", "report 1 Completed 'one'");

    [Fact]
    public void What_comes_later_than_that_is_nobodys()
    {
        var story = new TrackerStory().Turn(1).Hears(Created("r1", Metadata("i1"))).At(75)
            .Decides("send oob_transcription_1_1 of all", "report 1 TimedOut after 15 s")
            .Hears(Done("r1", "one")).Decides();
        Assert.Null(story.Tracker.NextDue(Seconds(75)));
    }

    [Fact]
    public void A_request_that_is_answered_is_not_asked_again_while_the_answer_takes_its_time() =>
        new TrackerStory().Turn(1).At(4).Hears(Created("r1", Metadata("i1"))).At(14).Decides("send oob_transcription_1_1 of all")
        .Hears(Done("r1", "one")).Decides("report 1 Completed 'one'");

    [Fact]
    public void No_more_than_the_limit_are_at_the_server_and_the_oldest_goes_next() =>
        new TrackerStory(TrackerStory.Settings with { MaxInFlight = 1, Context = new ContextScope.Last(1) })
            .Turn(1).Turn(2).Turn(3).Decides("send oob_transcription_1_1 of i1")
            .Hears(Created("r1", Metadata("i1")), Done("r1", "one")).Decides("report 1 Completed 'one'", "send oob_transcription_2_1 of i2")
            .Hears(Error("server_error", "oob_transcription_2_1")).Decides("retry 2 server_error", "send oob_transcription_2_2 of i2")
            .Hears(Error("server_error", "oob_transcription_2_2"))
            .Decides("report 2 Failed server_error", "send oob_transcription_3_1 of i3");

    [Fact]
    public void Transcription_goes_before_all_other_tasks() =>
        new TrackerStory(TrackerStory.Settings with { MaxInFlight = 1, TasksInFlight = 1, Context = new ContextScope.Last(1) })
            .Turn(1).Turn(2).Asks(1, "i1", "summary").Asks(1, "i1", "validation").Decides("send oob_transcription_1_1 of i1")
            .Hears(Created("r1", Metadata("i1")), Done("r1", "one"))
            .Decides("report 1 Completed 'one'", "send oob_transcription_2_1 of i2", "send oob_summary_1_1 of i1")
            .Hears(Created("r2", Metadata("i2", 2)), Done("r2", "two")).Decides("report 2 Completed 'two'");

    [Fact]
    public void One_that_waits_for_its_item_does_not_hold_up_the_others() =>
        new TrackerStory(TrackerStory.Settings with { Context = new ContextScope.Last(1) }).Hears(Committed("i1")).Asks(1, "i1").Turn(2)
        .Decides("send oob_transcription_2_1 of i2");

    [Fact]
    public void More_than_may_wait_are_refused_at_once()
    {
        var story = new TrackerStory(TrackerStory.Settings with { Queue = 2, MaxInFlight = 1, Context = new ContextScope.Last(1) });
        for (var n = 1; n <= 4; n++) story.Turn(n);
        story.Decides("send oob_transcription_1_1 of i1", "report 4 Failed queue_full");
    }

    [Fact]
    public void On_a_tight_budget_requests_show_their_own_item_only() =>
        new TrackerStory().Turn(1).Limits(new ContextScope.Last(1)).Turn(2)
        .Decides("send oob_transcription_1_1 of all", "send oob_transcription_1_2 of i1", "send oob_transcription_2_1 of i2");

    [Fact]
    public void When_the_budget_is_spent_what_waits_is_disabled_what_runs_may_finish_and_nothing_more_is_asked() =>
        new TrackerStory(TrackerStory.Settings with { MaxInFlight = 1, Context = new ContextScope.Last(1) })
            .Turn(1).Turn(2).Decides("send oob_transcription_1_1 of i1")
            .Limits(null).Decides("report 2 Disabled budget")
            .Turn(3).Decides("report 3 Disabled budget")
            .Hears(Created("r1", Metadata("i1")), Done("r1", "one")).Decides("report 1 Completed 'one'");

    [Fact]
    public void A_failure_after_the_budget_is_spent_is_not_asked_again() =>
        new TrackerStory().Turn(1).Limits(null).Hears(Error("server_error", "oob_transcription_1_1"))
        .Decides("send oob_transcription_1_1 of all", "report 1 Failed server_error");

    [Fact]
    public void After_the_budget_is_spent_one_that_nobody_answers_waits_for_its_deadline() =>
        new TrackerStory().Turn(1).Limits(null).At(14.9).Decides("send oob_transcription_1_1 of all").At(15)
        .Decides("report 1 TimedOut after 15 s");

    [Fact]
    public void A_request_that_is_overtaken_after_the_budget_is_spent_is_disabled() =>
        new TrackerStory().Turn(1).Limits(null).Hears(Committed("i2", "i1"))
        .Decides("send oob_transcription_1_1 of all", "report 1 Disabled budget");

    [Fact]
    public void When_the_connection_is_lost_everything_open_is_told_and_nothing_is_asked_without_one() =>
        new TrackerStory(TrackerStory.Settings with { MaxInFlight = 1, Context = new ContextScope.Last(1) })
            .Turn(1).Turn(2).Disconnects()
            .Decides("send oob_transcription_1_1 of i1", "report 1 Failed connection_lost", "report 2 Failed connection_lost")
            .Asks(3, "i3").Decides("report 3 Failed no_connection");

    [Fact]
    public void A_new_connection_knows_nothing_of_the_old_ones_ids() =>
        new TrackerStory().Turn(1).Hears(Created("r1", Metadata("i1"))).Disconnects().Opens()
        .Decides("send oob_transcription_1_1 of all", "report 1 Failed connection_lost")
            .Hears(Done("r1", "old")).Decides()
            .Turn(2).Decides("send oob_transcription_2_1 of all");

    [Fact]
    public void Whatever_happens_when_the_next_moment_is_never_in_the_past_and_every_request_is_told_in_the_end()
    {
        var random = new Random(7);
        for (var run = 0; run < 300; run++)
        {
            var story = new TrackerStory(TrackerStory.Settings with
                { MaxInFlight = random.Next(1, 4), Retries = random.Next(3), Queue = random.Next(1, 5) });
            var (turns, now) = (0, 0.0);
            for (var step = 0; step < 40; step++)
            {
                var (turn, attempt) = (random.Next(1, turns + 2), random.Next(1, 4));
                switch (random.Next(8))
                {
                    case 0: turns++; story.Turn(turns); break;
                    case 1: story.Hears(Created($"r{turn}_{attempt}", Metadata($"i{turn}", turn, attempt))); break;
                    case 2: story.Hears(Done($"r{turn}_{attempt}", "text")); break;
                    case 3: story.Hears(
                        Done($"r{turn}_{attempt}", status: "failed",
                        error: new ErrorDetail("tokens", "rate_limit_exceeded", "try again in 3s"))); break;
                    case 4: story.Hears(Error("server_error", $"oob_transcription_{turn}_{attempt}")); break;
                    case 5: story.Hears(Committed($"i{turn}")); break;
                    default: story.At(now += random.NextDouble() * 6); break;
                }
                if (story.Tracker.NextDue(Seconds(now)) is { } due) Assert.True(due > Seconds(now));
            }
            story.At(now + 100);
            Assert.Null(story.Tracker.NextDue(Seconds(now + 100)));
            foreach (var told in story.Results.GroupBy(r => r.Request.Turn))
            {
                // Published once, or again after a timeout.
                Assert.All(told.SkipLast(1), r => Assert.Equal(Protocol.Records.ResultStatus.TimedOut, r.Status));
                Assert.InRange(told.Count(), 1, 2);
            }
            Assert.Equal(turns, story.Results.DistinctBy(r => r.Request.Turn).Count());
        }
    }
}
