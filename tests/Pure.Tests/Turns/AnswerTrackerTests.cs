using RealtimeAkka.Actors.Stations;
using System.Collections.Immutable;
using RealtimeAkka.Actors.Turns;
using RealtimeAkka.Protocol;
using RealtimeAkka.Protocol.Messages;
using RealtimeAkka.Protocol.Records;
using RealtimeAkka.Protocol.Wire;
using static RealtimeAkka.TestSupport.Say;

namespace RealtimeAkka.Pure.Tests.Turns;

public class AnswerTrackerTests
{
    [Fact]
    public void An_answer_is_played_as_it_comes_and_told_when_it_was_heard() =>
        new AnswerStory()
            .Hears(Created("r1"), Output("r1", "a1"), Sound("r1", "a1"), Sound("r1", "a1", 480)).Decides("play r1 a1 960", "play r1 a1 480")
            .Hears(Done("r1", "Hello.")).Decides("finish r1")
            .Heard("r1", "a1", 30).Decides("tell r1 a1 of turn 1: completed 'Hello.' 30 ms");

    [Fact]
    public void An_answer_that_nobody_hears_any_more_is_told_at_its_end_as_far_as_it_was_heard() =>
        new AnswerStory()
            .Hears(Created("r1"), Output("r1", "a1"), Sound("r1", "a1")).Decides("play r1 a1 960")
            .Heard("r1", "a1", 20).Decides()
            .Hears(Sound("r1", "a1")).Decides()
            .Hears(Done("r1", "Hello there.")).Decides("tell r1 a1 of turn 1: completed 'Hello there.' 20 ms heard 'Hello'");

    [Fact]
    public void An_answer_without_sound_is_told_when_it_is_done() =>
        new AnswerStory().Hears(Created("r1"), Done("r1", "Just text.")).Decides("tell r1 of turn 1: completed 'Just text.' 0 ms");

    [Fact]
    [Trait("Cookbook", "15")]
    public void Barge_in_stops_the_sound_cancels_the_answer_truncates_it_and_drops_late_audio() =>
        new AnswerStory()
            .Hears(Created("r1"), Output("r1", "a1"), Sound("r1", "a1")).Decides("play r1 a1 960")
            .Hears(Started("i2")).Decides("silence r1", "cancel r1")
            .Hears(Sound("r1", "a1")).Decides()
            .Heard("r1", "a1", 480).Decides("truncate a1 480")
            .Hears(Done("r1", "Once upon a", "cancelled", reason: "turn_detected"))
            .Decides("tell r1 a1 of turn 1: cancelled 'Once upon a' 480 ms turn_detected heard 'Once upon'");

    [Fact]
    [Trait("Cookbook", "15")]
    public void An_answer_that_the_model_has_finished_is_silenced_and_truncated_but_not_cancelled() =>
        new AnswerStory()
            .Hears(Created("r1"), Sound("r1", "a1"), Done("r1", "Once upon a time.")).Decides("play r1 a1 960", "finish r1")
            .Hears(Started("i2")).Decides("silence r1")
            .Heard("r1", "a1", 20).Decides("truncate a1 20", "tell r1 a1 of turn 1: cancelled 'Once upon a time.' 20 ms");

    [Fact]
    public void An_answer_that_is_cut_off_before_anything_was_heard_is_deleted() =>
        new AnswerStory()
            .Hears(Created("r1"), Sound("r1", "a1"), Started("i2")).Decides("play r1 a1 960", "silence r1", "cancel r1")
            .Heard("r1", null, 0).Decides("delete a1")
            .Hears(Done("r1", "", "cancelled")).Decides("tell r1 a1 of turn 1: cancelled '' 0 ms");

    [Fact]
    public void The_truncation_names_the_item_that_was_heard_last() =>
        new AnswerStory()
            .Hears(Created("r1"), Sound("r1", "preamble"), Sound("r1", "answer"), Started("i2"))
            .Decides("play r1 preamble 960", "play r1 answer 960", "silence r1", "cancel r1")
            .Heard("r1", "answer", 5).Decides("truncate answer 5");

    [Fact]
    public void Speaking_on_does_not_stop_it_twice() =>
        new AnswerStory().Hears(Created("r1"), Sound("r1", "a1"), Started("i2"), Started("i3"))
        .Decides("play r1 a1 960", "silence r1", "cancel r1");

    [Fact]
    public void Nothing_is_stopped_where_nothing_sounds()
    {
        new AnswerStory().Hears(Started("i2")).Decides();
        new AnswerStory().Hears(Created("r1"), Sound("r1", "a1"), Done("r1", "x")).Heard("r1", "a1", 20).Hears(Started("i2"))
            .Decides("play r1 a1 960", "finish r1", "tell r1 a1 of turn 1: completed 'x' 20 ms");
    }

    [Fact]
    public void Sound_of_a_live_answer_allocates_nothing_but_the_order_to_play_it()
    {
        var desk = new AnswerStory().Hears(Created("r1"), Sound("r1", "a1"), Created("r2"), Sound("r2", "a2")).Tracker;
        var sound = Sound("r2", "a2");

        Assert.Equal(Allocation.Of(() => Decided([new AnswerDecision.Play(sound)])),
            Allocation.Of(() => Decided(desk.On(sound, null, _ => null, default).Decisions)));

        static void Decided(ImmutableArray<AnswerDecision> decisions) => Assert.Single(decisions);
    }

    [Fact]
    public void Orders_name_the_answer_so_that_a_refusal_finds_its_way_back()
    {
        var story = new AnswerStory().Hears(Created("r1"), Sound("r1", "a1"), Started("i2")).Heard("r1", "a1", 480);
        Assert.Equal(["turn_cancel_r1", "turn_truncate_r1"], story.Sent.Select(e => e.EventId?.Value));
        Assert.Equal(new TruncateItem(new ItemId("a1"), 0, 480) { EventId = new EventId("turn_truncate_r1") }, story.Sent[1]);
    }

    [Fact]
    public void Two_answers_are_kept_apart() =>
        new AnswerStory()
            .Hears(Created("r1"), Sound("r1", "a1"), Done("r1", "one")).Newest(2).Hears(Created("r2"), Sound("r2", "a2"), Done("r2", "two"))
            .Heard("r2", "a2", 20).Heard("r1", "a1", 10)
            .Decides("play r1 a1 960", "finish r1", "play r2 a2 960", "finish r2", "tell r2 a2 of turn 2: completed 'two' 20 ms",
            "tell r1 a1 of turn 1: completed 'one' 10 ms");

    [Fact]
    public void Where_the_item_names_its_predecessor_that_decides_which_turn_was_answered() =>
        new AnswerStory().Newest(2).Hears(Created("r1"), Output("r1", "a1"), Added("a1", "assistant", after: "i1"), Done("r1", "x"))
        .Decides("tell r1 a1 of turn 1: completed 'x' 0 ms heard ''");

    [Fact]
    public void An_answer_to_nobody_has_no_turn() =>
    new AnswerStory().Newest(null).Hears(Created("r1"), Done("r1", "Hi!")).Decides("tell r1 of no turn: completed 'Hi!' 0 ms");

    [Fact]
    public void Repeats_and_strangers_change_nothing()
    {
        var story = new AnswerStory()
            .Hears(Sound("r9", "a9"), Done("r9", "x"), Output("r9", "a9")).Heard("r9", "a9", 5).Decides()
            .Hears(Created("r1"), Created("r1"), Sound("r1", "a1"), Done("r1", "x"), Done("r1", "y")).Decides("play r1 a1 960", "finish r1")
            .Heard("r1", "a1", 20).Heard("r1", "a1", 40).Hears(Sound("r1", "a1"), Done("r1", "z"))
            .Decides("tell r1 a1 of turn 1: completed 'x' 20 ms");
        Assert.True(story.Tracker.IsIdle);
    }

    [Fact]
    public void Why_an_answer_failed_is_told_and_what_it_cost()
    {
        var story = new AnswerStory().Hears(Created("r1"), Done(
            "r1", status: "failed", error: new ErrorDetail("tokens", "rate_limit_exceeded"),
            usage: """{"input_tokens":100,"output_tokens":50,"input_token_details":{"text_tokens":100},"output_token_details":{"audio_tokens":50}}"""));
        story.Decides("tell r1 of turn 1: failed '' 0 ms rate_limit_exceeded", "ask");
        Assert.Equal(0.0036m, story.Told[0].CostUsd);
        Assert.Null(new AnswerStory().Hears(Created("r1"), Done("r1", "x")).Told[0].CostUsd);
    }

    [Fact]
    public void When_the_connection_is_lost_the_answer_is_heard_as_far_as_it_came_and_told_as_failed() =>
        new AnswerStory().Hears(Created("r1"), Sound("r1", "a1"), Created("r2")).Disconnects()
            .Decides("play r1 a1 960", "finish r1", "tell r2 of turn 1: failed '' 0 ms connection_lost")
            .Heard("r1", "a1", 20).Decides("tell r1 a1 of turn 1: failed '' 20 ms connection_lost");

    [Fact]
    public void What_a_lost_answer_had_said_is_told() =>
        new AnswerStory().Hears(Created("r1"), Sound("r1", "a1"), Said("r1", "Good "), Said("r1", "day")).Disconnects()
        .Heard("r1", "a1", 20)
            .Decides("play r1 a1 960", "finish r1", "tell r1 a1 of turn 1: failed 'Good day' 20 ms connection_lost");

    [Fact]
    public void On_a_new_connection_nothing_is_said_of_the_items_of_the_old() =>
        new AnswerStory().Hears(Created("r1"), Sound("r1", "a1"), Done("r1", "Hello."), Started("i2")).Disconnects().Heard("r1", "a1", 10)
            .Decides("play r1 a1 960", "finish r1", "silence r1", "tell r1 a1 of turn 1: cancelled 'Hello.' 10 ms");

    [Fact]
    public void A_turn_of_whose_answer_nothing_came_is_answered_on_the_new_connection()
    {
        new AnswerStory().Disconnects().Resumes().Decides("ask");
        new AnswerStory().Hears(Created("r1")).Disconnects().Resumes().Decides("tell r1 of turn 1: failed '' 0 ms connection_lost", "ask");
        new AnswerStory().Newest(null).Disconnects().Resumes().Decides();
    }

    [Fact]
    public void A_turn_that_was_answered_is_not_answered_again()
    {
        new AnswerStory().Hears(Created("r1"), Sound("r1", "a1"), Done("r1", "Hello.")).Disconnects().Resumes()
            .Decides("play r1 a1 960", "finish r1");
        new AnswerStory().Hears(Created("r1"), Sound("r1", "a1")).Disconnects().Resumes().Decides("play r1 a1 960", "finish r1");
        new AnswerStory().Hears(Created("r1"), Done("r1", "")).Disconnects().Resumes().Decides("tell r1 of turn 1: completed '' 0 ms");
    }

    [Fact]
    public void An_answer_refused_for_the_rate_is_asked_for_once_more_when_the_server_says()
    {
        var limit = new ErrorDetail("tokens", "rate_limit_exceeded", "Please try again in 4.8s.");
        var story = new AnswerStory().Hears(Created("r1"), Done("r1", status: "failed", error: limit))
            .Decides("tell r1 of turn 1: failed '' 0 ms rate_limit_exceeded");
        Assert.Equal(Seconds(4.8), story.Tracker.NextDue(default));
        Assert.False(story.Tracker.IsIdle);

        story.At(4.7).Decides().At(4.8).Decides("ask");
        story.Hears(Created("r2"), Done("r2", status: "failed", error: limit))
            .Decides(
            "tell r2 of turn 1: failed '' 0 ms rate_limit_exceeded",
            "answer_failed: The answer to turn 1 failed again: rate_limit_exceeded.");
        Assert.True(story.Tracker.IsIdle);
    }

    [Fact]
    public void A_server_that_begins_responses_without_end_fills_nothing()
    {
        var story = new AnswerStory();
        for (var n = 0; n < 1000; n++) story.Hears(Created($"r{n}"), Sound($"r{n}", "a"));
        Assert.InRange(story.Count("play"), 1, 64);
    }

    [Fact]
    public void A_function_is_called_once_however_often_the_call_is_told_and_what_it_came_to_lets_the_model_go_on() =>
        new AnswerStory()
            .Hears(Created("r1"), new FunctionCallDone(new ResponseId("r1"), "{}", CallId: "c1", Name: "f"), Called("r1", "{}", "f", "c1"),
            Called("r1", "{}", "f", "c1"))
            .Decides("tell r1 of turn 1: completed '' 0 ms", "call f c1 {} of turn 1").Busy()
            .Returns("c1", "done").Decides("output c1 done", "ask").Returns("c1", "again").Decides()
            .Hears(Created("r2"), Called("r2", "{}", "f", "c1")).Decides("tell r2 of turn 1: completed '' 0 ms").Idle();

    [Fact]
    public void The_model_goes_on_when_all_it_called_at_once_are_back() =>
        new AnswerStory().Hears(Created("r1"), CalledBoth("r1"))
        .Decides("tell r1 of turn 1: completed '' 0 ms", "call f c1 {} of turn 1", "call g c2 {} of turn 1")
            .Returns("c2", "two").Decides("output c2 two").Returns("c1", "one").Decides("output c1 one", "ask");

    [Fact]
    public void The_model_is_asked_to_go_on_only_when_nothing_else_is_being_said() =>
        new AnswerStory().Hears(Created("r1"), Called("r1", "{}", "f", "c1"), Created("r2")).Returns("c1", "done")
        .Decides("tell r1 of turn 1: completed '' 0 ms", "call f c1 {} of turn 1", "output c1 done")
            .Hears(Done("r2", "Wait.")).Decides("tell r2 of turn 1: completed 'Wait.' 0 ms", "ask");

    [Fact]
    public void A_call_in_a_response_that_was_cut_off_is_not_carried_out() =>
        new AnswerStory().Hears(Created("r1"), new FunctionCallDone(new ResponseId("r1"), "{", CallId: "c1", Name: "f"),
        Done("r1", status: "cancelled", reason: "turn_detected"))
            .Decides("tell r1 of turn 1: cancelled '' 0 ms turn_detected");

    [Fact]
    public void When_the_connection_is_lost_what_a_function_comes_to_is_told_to_nobody() =>
        new AnswerStory().Hears(Created("r1"), Called("r1", "{}", "f", "c1")).Disconnects().Returns("c1", "done")
        .Decides("tell r1 of turn 1: completed '' 0 ms", "call f c1 {} of turn 1").Idle();

    [Fact]
    public void An_answer_that_has_not_sounded_yet_is_cut_off_too_and_what_comes_of_it_is_removed() =>
        new AnswerStory()
            .Hears(Created("r1"), Output("r1", "a1"), Started("i2")).Decides("cancel r1")
            .Hears(Said("r1", "Once"), Sound("r1", "a1"), SoundDone("r1", "a1")).Decides()
            .Hears(Done("r1", "Once", "cancelled", reason: "turn_detected"))
            .Decides("delete a1", "tell r1 a1 of turn 1: cancelled 'Once' 0 ms turn_detected heard ''").Idle();

    [Fact]
    public void A_function_call_that_the_caller_speaks_over_is_carried_out_if_it_was_complete() =>
        new AnswerStory().Hears(Created("r1"), Started("i2"), Called("r1", "{}", "f", "c1"))
            .Decides("cancel r1", "tell r1 of turn 1: completed '' 0 ms", "call f c1 {} of turn 1");

    [Fact]
    public void An_answer_requested_before_the_caller_spoke_is_not_heard_over_the_caller()
    {
        new AnswerStory().Wants().Hears(Started("i2"), Created("r1"), Sound("r1", "a1")).Decides("ask", "cancel r1");
        new AnswerStory().Wants().Hears(Started("i2"), Committed("i2"), Created("r1"), Sound("r1", "a1")).Decides("ask", "play r1 a1 960");
    }

    [Fact]
    public void An_answer_that_the_server_cut_off_for_the_caller_is_stopped_here_too() =>
        new AnswerStory()
            .Hears(Created("r1"), Said("r1", "Once upon a time"), Sound("r1", "a1", 4800),
            Done("r1", "Once upon a time", "cancelled", reason: "turn_detected"))
            .Decides("play r1 a1 4800", "silence r1")
            .Heard("r1", "a1", 50, unheard: 50)
            .Decides("truncate a1 50", "tell r1 a1 of turn 1: cancelled 'Once upon a time' 50 ms turn_detected heard 'Once'");

    [Fact]
    public void Of_two_items_the_first_is_truncated_where_it_was_heard_and_the_second_deleted() =>
        new AnswerStory()
            .Hears(Created("r1"), Output("r1", "a1"), Said("r1", "Let me see."), Sound("r1", "a1"), SoundDone("r1", "a1"),
            Output("r1", "a2"), Said("r1", "It is ten.", "a2"), Sound("r1", "a2"), SoundDone("r1", "a2"), Done("r1"), Started("i2"))
            .Decides("play r1 a1 960", "pause r1", "play r1 a2 960", "pause r1", "finish r1", "silence r1")
            .Heard("r1", "a1", 15, unheard: 5)
            .Decides("truncate a1 15", "delete a2", "tell r1 a1 of turn 1: cancelled 'Let me see. It is ten.' 15 ms heard 'Let me'");

    [Fact]
    public void The_items_before_the_one_that_is_cut_are_kept_and_one_that_comes_late_is_deleted() =>
        new AnswerStory()
            .Hears(Created("r1"), Said("r1", "Let me see."), Sound("r1", "a1"), Said("r1", "It is ten.", "a2"), Sound("r1", "a2"),
            Started("i2")).Decides("play r1 a1 960", "play r1 a2 960", "silence r1", "cancel r1")
            .Heard("r1", "a2", 10, unheard: 10).Decides("truncate a2 10")
            .Hears(Output("r1", "a3"), Sound("r1", "a3"), Done("r1", status: "cancelled", reason: "turn_detected"))
            .Decides("delete a3", "tell r1 a1 of turn 1: cancelled 'Let me see. It is ten.' 10 ms turn_detected heard 'Let me see. It is'");

    [Fact]
    public void An_item_that_was_heard_to_its_end_stays_as_it_is() =>
        new AnswerStory()
            .Hears(Created("r1"), Said("r1", "Hello."), Sound("r1", "a1"), SoundDone("r1", "a1"), Started("i2")).Heard("r1", "a1", 20)
            .Hears(Done("r1", "Hello."))
            .Decides("play r1 a1 960", "pause r1", "silence r1", "cancel r1", "tell r1 a1 of turn 1: completed 'Hello.' 20 ms");

    [Fact]
    public void Sound_that_came_after_the_interruption_counts_as_not_heard() =>
        new AnswerStory()
            .Hears(Created("r1"), Said("r1", "one two three four"), Sound("r1", "a1", 4800), Started("i2")).Heard("r1", "a1", 50, unheard: 50)
            .Hears(Sound("r1", "a1", 4800), Done("r1", "one two three four", "cancelled"))
            .Decides("play r1 a1 4800", "silence r1", "cancel r1", "truncate a1 50",
            "tell r1 a1 of turn 1: cancelled 'one two three four' 50 ms heard 'one'");

    [Fact]
    public void A_cut_answer_is_told_as_heard_when_the_connection_is_lost() =>
        new AnswerStory()
            .Hears(Created("r1"), Sound("r1", "a1", 9600), Done("r1", "one two three four"), Started("i2")).Disconnects()
            .Heard("r1", "a1", 110, unheard: 90)
            .Decides("play r1 a1 9600", "finish r1", "silence r1",
            "tell r1 a1 of turn 1: cancelled 'one two three four' 110 ms heard 'one two'");

    [Fact]
    public void A_request_that_is_not_answered_is_given_up_and_made_once_more()
    {
        var story = new AnswerStory().Wants().Decides("ask");
        Assert.Equal(Seconds(15), story.Tracker.NextDue(default));
        story.At(14.9).Decides().At(15)
            .Decides("answer_missing: No answer to turn 1 began within 15 s.", "ask")
            .At(30).Decides("answer_missing: No answer to turn 1 began within 15 s.").Idle()
            .Newest(2).Wants().Hears(Created("r2"), Done("r2", "Hello."))
            .Decides("ask", "tell r2 of turn 2: completed 'Hello.' 0 ms").Idle();
    }

    [Fact]
    public void What_waits_for_a_request_that_is_not_answered_is_requested_then() =>
        new AnswerStory().Wants().Newest(2).Wants().Newest(3).Wants().Decides("ask").At(15)
            .Decides("answer_missing: No answer to turn 3 began within 15 s.", "ask")
            .Hears(Created("r1"), Done("r1")).Decides("tell r1 of turn 3: completed '' 0 ms").Idle();

    [Fact]
    public void The_answer_to_a_result_has_the_same_deadline() =>
        new AnswerStory().Hears(Created("r1"), Called("r1", "{}", "f", "c1")).Returns("c1", "done").At(15)
            .Decides("tell r1 of turn 1: completed '' 0 ms", "call f c1 {} of turn 1", "output c1 done", "ask",
            "answer_missing: No answer to turn 1 began within 15 s.", "ask").At(30)
            .Decides("answer_missing: No answer to turn 1 began within 15 s.").Idle();

    [Fact]
    public void An_answer_that_does_not_end_is_incomplete_with_what_was_heard()
    {
        var story = new AnswerStory().Hears(Created("r1"), Said("r1", "Hello."), Sound("r1", "a1"), SoundDone("r1", "a1"))
            .Decides("play r1 a1 960", "pause r1").Wants().At(14).Decides().Busy();
        story.At(15).Decides(
                "cancel r1", "answer_unfinished: The answer to turn 1 did not end within 15 s: incomplete.", "finish r1", "ask")
            .Heard("r1", "a1", 20).Decides("tell r1 a1 of turn 1: incomplete 'Hello.' 20 ms timed_out")
            .Hears(Done("r1", "Hello.")).Decides();
    }

    [Fact]
    public void An_answer_that_goes_on_is_not_overdue_however_long_it_takes()
    {
        var story = new AnswerStory().Hears(Created("r1"));
        for (var at = 10; at < 100; at += 10) story.At(at).Hears(Sound("r1", "a1"));
        Assert.Equal(9, story.Count("play"));
        story.At(104).Decides([.. Enumerable.Repeat("play r1 a1 960", 9)]).At(105)
            .Decides("cancel r1", "answer_unfinished: The answer to turn 1 did not end within 15 s: incomplete.", "finish r1");
    }

    [Fact]
    public void An_answer_of_which_nothing_comes_is_requested_once_more() =>
        new AnswerStory().Hears(Created("r1")).At(15)
            .Decides("cancel r1", "answer_unfinished: The answer to turn 1 did not end within 15 s: failed.",
            "tell r1 of turn 1: failed '' 0 ms timed_out", "ask")
            .Hears(Created("r2")).At(30)
            .Decides("cancel r2", "answer_unfinished: The answer to turn 1 did not end within 15 s: failed.",
            "tell r2 of turn 1: failed '' 0 ms timed_out").Idle();

    [Fact]
    public void An_answer_that_was_interrupted_and_never_ends_is_cancelled() =>
        new AnswerStory().Hears(Created("r1"), Sound("r1", "a1"), Started("i2")).Heard("r1", "a1", 10, 10).At(15)
            .Decides("play r1 a1 960", "silence r1", "cancel r1", "truncate a1 10", "tell r1 a1 of turn 1: cancelled '' 10 ms timed_out").Idle();

    [Fact]
    public void An_answer_that_was_heard_before_the_caller_spoke_and_never_ends_is_incomplete() =>
        new AnswerStory().Hears(Created("r1"), Said("r1", "Hi."), Sound("r1", "a1"), SoundDone("r1", "a1"), Started("i2")).Heard("r1", "a1", 20)
            .Decides("play r1 a1 960", "pause r1", "silence r1", "cancel r1").At(15)
            .Decides("answer_unfinished: The answer to turn 1 did not end within 15 s: incomplete.",
            "tell r1 a1 of turn 1: incomplete 'Hi.' 20 ms timed_out").Idle();

    [Fact]
    public void A_failed_answer_without_output_is_requested_once_more_and_then_a_notice_says_so()
    {
        var error = new ErrorDetail("server_error", "server_error");
        new AnswerStory().Hears(Created("r1"), Done("r1", status: "failed", error: error))
            .Decides("tell r1 of turn 1: failed '' 0 ms server_error", "ask")
            .Hears(Created("r2"), Done("r2", status: "failed", error: error))
            .Decides("tell r2 of turn 1: failed '' 0 ms server_error", "answer_failed: The answer to turn 1 failed again: server_error.").Idle()
            .Newest(2).Hears(Created("r3"), Done("r3", status: "failed", error: error))
            .Decides("tell r3 of turn 2: failed '' 0 ms server_error", "ask");
    }

    [Theory]
    [InlineData("insufficient_quota", "requests")]
    [InlineData("any", "invalid_request_error")]
    public void A_failure_that_a_repetition_cannot_mend_is_not_repeated(string code, string type) =>
        new AnswerStory().Hears(Created("r1"), Done("r1", status: "failed", error: new ErrorDetail(type, code)))
            .Decides($"tell r1 of turn 1: failed '' 0 ms {code}", $"answer_failed: The answer to turn 1 failed: {code}.").Idle();

    [Fact]
    public void A_failed_answer_of_which_something_was_heard_is_not_repeated_and_neither_is_one_to_an_older_turn()
    {
        var error = new ErrorDetail("server_error", "server_error");
        new AnswerStory().Hears(Created("r1"), Sound("r1", "a1"), Done("r1", status: "failed", error: error)).Heard("r1", "a1", 20)
            .Decides("play r1 a1 960", "finish r1", "tell r1 a1 of turn 1: failed '' 20 ms server_error");
        new AnswerStory().Hears(Created("r1")).Newest(2).Hears(Done("r1", status: "failed", error: error))
            .Decides("tell r1 of turn 1: failed '' 0 ms server_error");
    }

    [Fact]
    public void A_refusal_for_a_response_we_do_not_see_is_repeated_after_short_waits_and_then_given_up()
    {
        var story = new AnswerStory().Wants().Decides("ask");
        var at = 0.0;
        foreach (var wait in new[] { 0.25, 0.5, 1, 2, 4 })
        {
            story.Hears(Overlap(null)).Hears(Overlap(null)).Decides().Busy();
            Assert.Equal(Seconds(at + wait), story.Tracker.NextDue(Seconds(at)));
            story.At(at += wait).Decides("ask");
        }
        story.Hears(Overlap(null)).Decides("answer_missing: No answer to turn 1: invalid_request_error.").Idle();
        story.Newest(2).Wants().Decides("ask");
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_refusal_for_a_response_that_we_see_waits_for_its_end(bool createdFirst)
    {
        ServerEvent[] race = createdFirst ? [Created("r1"), Overlap(null)] : [Overlap("turn_answer_1"), Created("r1")];
        new AnswerStory().Wants().Hears(race).Decides("ask").At(3).Decides()
            .Hears(Done("r1", "Other.")).Decides("tell r1 of turn 1: completed 'Other.' 0 ms", "ask")
            .Hears(Created("r2"), Done("r2", "Ours.")).Decides("tell r2 of turn 1: completed 'Ours.' 0 ms").Idle();
    }

    [Fact]
    public void A_refusal_that_is_not_for_our_last_request_changes_nothing() =>
        new AnswerStory().Hears(Overlap(null)).Wants().Hears(Overlap("turn_answer_7")).Decides("ask").At(14).Decides();

    [Fact]
    public void A_request_that_is_refused_for_another_reason_is_made_once_more() =>
        new AnswerStory().Wants().Hears(Error("server_error", "turn_answer_1", type: "server_error")).Decides("ask", "ask")
            .Hears(Error("server_error", "turn_answer_2", type: "server_error"))
            .Decides("answer_failed: The answer to turn 1 failed again: server_error.").Idle();

    [Fact]
    public void An_answer_in_writing_is_removed_and_requested_once_as_sound() =>
        new AnswerStory()
            .Hears(Created("r1"), Output("r1", "a1"), Text("r1", "a1", "Hello."), Done("r1", "Hello."))
            .Decides("tell r1 a1 of turn 1: completed 'Hello.' 0 ms heard ''",
            "answer_not_spoken: The answer to turn 1 came as text without sound: nobody hears it.", "delete a1", "ask for audio")
            .Hears(Created("r2"), Text("r2", "a2", "Hello."), Done("r2", "Hello."))
            .Decides("tell r2 a2 of turn 1: completed 'Hello.' 0 ms heard ''",
            "answer_not_spoken: The answer to turn 1 came as text without sound: nobody hears it.", "delete a2").Idle();

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Where_the_end_repeats_nothing_the_words_and_calls_are_those_that_came(bool isNull)
    {
        var end = new ResponseDone(new ResponseState(new ResponseId("r1"), "completed", Output: isNull ? null : []));
        new AnswerStory()
            .Hears(Created("r1"), Said("r1", "Let me "), Said("r1", "see."), Sound("r1", "a1"),
            new OutputItemAdded(new ResponseId("r1"), new ConversationItem("function_call", new ItemId("k1"), CallId: "c1", Name: "f")),
            new FunctionCallDone(new ResponseId("r1"), "{\"a\":1}", new ItemId("k1"), "c1"),
            new OutputItemDone(new ResponseId("r1"),
            new ConversationItem("function_call", new ItemId("k2"), "completed", CallId: "c2", Name: "g", Arguments: "{}")), end)
            .Decides("play r1 a1 960", "finish r1", "call f c1 {\"a\":1} of turn 1", "call g c2 {} of turn 1")
            .Heard("r1", "a1", 20).Decides("tell r1 a1 of turn 1: completed 'Let me see.' 20 ms");
    }

    [Fact]
    public void A_call_that_is_not_whole_is_not_carried_out()
    {
        var call = new ConversationItem("function_call", new ItemId("k1"), "incomplete", CallId: "c1", Name: "f", Arguments: "{");
        new AnswerStory()
            .Hears(Created("r1"), new FunctionCallDone(new ResponseId("r1"), "{", new ItemId("k1"), "c1", "f"),
            new ResponseDone(new ResponseState(new ResponseId("r1"), "completed", Output: [call])))
            .Decides("tell r1 of turn 1: completed '' 0 ms");
        new AnswerStory()
            .Hears(Created("r1"), new OutputItemAdded(new ResponseId("r1"), call with { Status = null }),
            new FunctionCallDone(new ResponseId("r1"), "{", new ItemId("k1"), "c1"), new OutputItemDone(new ResponseId("r1"), call), Done("r1"))
            .Decides("tell r1 k1 of turn 1: completed '' 0 ms");
        new AnswerStory()
            .Hears(Created("r1"), new OutputItemAdded(new ResponseId("r1"), call with { Status = null, Arguments = "" }), Done("r1"))
            .Decides("tell r1 k1 of turn 1: completed '' 0 ms");
    }

    [Fact]
    public void Words_that_come_only_at_the_end_of_an_item_are_its_words() =>
        new AnswerStory()
            .Hears(Created("r1"), Sound("r1", "a1"), new OutputTranscriptDone(new ResponseId("r1"), new ItemId("a1"), "Let me see."),
            Sound("r1", "a2"), new OutputItemDone(new ResponseId("r1"), new ConversationItem("message", new ItemId("a2"),
            Content: [new ContentPart("output_audio", Transcript: "It is ten.")])), Done("r1"))
            .Decides("play r1 a1 960", "play r1 a2 960", "finish r1")
            .Heard("r1", "a2", 20).Decides("tell r1 a1 of turn 1: completed 'Let me see. It is ten.' 20 ms");

    private static ServerError Overlap(string? eventId) => Error(null, eventId, "Conversation already has an active response");

    private static ResponseDone CalledBoth(string response) => new(new ResponseState(
        new ResponseId(response), "completed",
        Output: [new ConversationItem("function_call", CallId: "c1", Name: "f", Arguments: "{}"),
        new ConversationItem("function_call", CallId: "c2", Name: "g", Arguments: "{}")]));

    /// <summary>Inputs of the tracker, and its decisions as text.</summary>
    private sealed class AnswerStory
    {
        private readonly List<string> _decided = [];
        private TurnNumber? _newest = new(1);
        private TimeSpan _now;

        public AnswerTracker Tracker { get; private set; } = new("s-1", "gpt-realtime", Shipped.Prices) { HasTools = true };

        public List<ClientEvent> Sent { get; } = [];

        public List<AssistantReplied> Told { get; } = [];

        public int Count(string word) => _decided.Count(d => d.StartsWith(word, StringComparison.Ordinal));

        public AnswerStory Newest(int? turn)
        {
            _newest = turn is { } n ? new TurnNumber(n) : null;
            return this;
        }

        public AnswerStory Hears(params ServerEvent[] events)
        {
            foreach (var e in events) Take(Tracker.On(e, _newest, item => item.Value == "i1" ? new TurnNumber(1) : null, _now));
            return this;
        }

        /// <summary>Playback reports: so much of the item was heard, and so much that had arrived was not.</summary>
        public AnswerStory Heard(string response, string? item, double ms, double unheard = 0) => Take(Tracker.Played(
            new PlaybackFacts.Ended(new ResponseId(response), item is null ? null : new ItemId(item), Ms(ms), Ms(ms)) { Unheard = Ms(unheard) }, TimeSpan.Zero));

        public AnswerStory Disconnects() => Take(Tracker.Disconnected(_now));

        public AnswerStory At(double seconds)
        {
            _now = Seconds(seconds);
            return Take(Tracker.OnTime(_now));
        }

        public AnswerStory Resumes() => Take(Tracker.Resume(_newest, _now));

        public AnswerStory Returns(string call, string output) => Take(Tracker.Returned(call, output, _now));

        /// <summary>A turn is committed that the server does not answer by itself.</summary>
        public AnswerStory Wants() => Take(Tracker.Want(_now)).Hears(Committed($"i{_newest?.Value}"));

        public AnswerStory Idle()
        {
            Assert.True(Tracker.IsIdle);
            return this;
        }

        public AnswerStory Busy()
        {
            Assert.False(Tracker.IsIdle);
            return this;
        }

        public AnswerStory Decides(params string[] expected)
        {
            Assert.Equal(expected, _decided);
            _decided.Clear();
            return this;
        }

        private AnswerStory Take(Step<AnswerTracker, AnswerDecision> step)
        {
            Tracker = step.Next;
            foreach (var decision in step.Decisions) _decided.Add(Words(decision));
            return this;
        }

        private string Words(AnswerDecision decision)
        {
            if (decision is AnswerDecision.Send { Event: var e }) Sent.Add(e);
            if (decision is AnswerDecision.Publish { Record: var r }) Told.Add(r);
            return decision switch
            {
                AnswerDecision.Play { Sound: var s } => $"play {s.ResponseId} {s.ItemId} {s.Delta.Length}",
                AnswerDecision.Finish f => $"finish {f.Response}",
                AnswerDecision.StopPlayback s => $"silence {s.Response}",
                AnswerDecision.Send { Event: CancelResponse c } => $"cancel {c.ResponseId}",
                AnswerDecision.Send { Event: TruncateItem t } => $"truncate {t.ItemId} {t.AudioEndMs}",
                AnswerDecision.Send { Event: CreateItem { Item: var i } } => $"output {i.CallId} {i.Output}",
                AnswerDecision.Send { Event: CreateResponse { Response: null } } => "ask",
                AnswerDecision.Send { Event: CreateResponse { Response.OutputModalities: ["audio"] } } => "ask for audio",
                AnswerDecision.Pause p => $"pause {p.Response}",
                AnswerDecision.Notify { Notice: var n } => $"{n.Code}: {n.Message}",
                AnswerDecision.Call { Order: var c } => $"call {c.Name} {c.CallId} {c.Arguments} of turn {c.Turn?.Value}",
                AnswerDecision.Send { Event: DeleteItem d } => $"delete {d.ItemId}",
                AnswerDecision.Publish { Record: var a } =>
                    $"tell {a.ResponseId}{(a.ItemId is { } i ? $" {i}" : "")} of {(a.Turn is { } t ? $"turn {t}" : "no turn")}: {a.Status} '{a.Text}' {a.HeardMs} ms{(a.Error is null ? "" : $" {a.Error}")}{(a.HeardText is null ? "" : $" heard '{a.HeardText}'")}",
                _ => decision.ToString()!,
            };
        }
    }
}
