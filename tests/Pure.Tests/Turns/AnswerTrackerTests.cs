using RealtimeAkka.Actors.Stations;
using System.Collections.Immutable;
using RealtimeAkka.Actors.Turns;
using RealtimeAkka.Protocol;
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
            .Decides("tell r1 a1 of turn 1: cancelled 'Once upon a' 480 ms turn_detected");

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
        new AnswerStory().Hears(Created("r1"), Started("i2")).Decides();
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
        .Decides("tell r1 a1 of turn 1: completed 'x' 0 ms");

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
        story.Decides("tell r1 of turn 1: failed '' 0 ms rate_limit_exceeded");
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
            .Decides("tell r2 of turn 1: failed '' 0 ms rate_limit_exceeded");
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

        public AnswerTracker Tracker { get; private set; } = new("s-1", "gpt-realtime", Shipped.Prices);

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

        public AnswerStory Heard(string response, string? item, double ms) =>
            Take(Tracker.Played(new ResponseId(response), item is null ? null : new ItemId(item), Ms(ms), Ms(ms)));

        public AnswerStory Disconnects() => Take(Tracker.Disconnected(_now));

        public AnswerStory At(double seconds)
        {
            _now = Seconds(seconds);
            return Take(Tracker.OnTime(_now));
        }

        public AnswerStory Resumes() => Take(Tracker.Resume(_newest));

        public AnswerStory Returns(string call, string output) => Take(Tracker.Returned(call, output));

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
                AnswerDecision.Call { Order: var c } => $"call {c.Name} {c.CallId} {c.Arguments} of turn {c.Turn?.Value}",
                AnswerDecision.Send { Event: DeleteItem d } => $"delete {d.ItemId}",
                AnswerDecision.Publish { Record: var a } =>
                    $"tell {a.ResponseId}{(a.ItemId is { } i ? $" {i}" : "")} of {(a.Turn is { } t ? $"turn {t}" : "no turn")}: {a.Status} '{a.Text}' {a.HeardMs} ms{(a.Error is null ? "" : $" {a.Error}")}",
                _ => decision.ToString()!,
            };
        }
    }
}
