using RealtimeAkka.Actors.Stations;
using RealtimeAkka.Actors.Turns;
using RealtimeAkka.Protocol;
using RealtimeAkka.Protocol.Messages;
using RealtimeAkka.Protocol.Records;
using RealtimeAkka.Protocol.Wire;
using static RealtimeAkka.TestSupport.Say;

namespace RealtimeAkka.Pure.Tests.Turns;

/// <summary>What turns and answers have to do with each other; their own rules are tested beside them.</summary>
public class ConversationTests
{
    private Conversation _conversation = Start(manualAnswers: false);

    [Fact]
    public void What_is_published_of_a_turn_and_heard_of_its_answer_seeds_the_next_connection()
    {
        Take(Committed("i1"), Spoken("i1"), Asr("i1", "good morning"));
        Take(_conversation.On(Transcript("i1", "Good morning."), Seconds(1)));
        Take(Created("r1"), Sound("r1", "a1"), Done("r1", "Hello."));
        Take(_conversation.On(new PlaybackFacts.Ended(new ResponseId("r1"), new ItemId("a1"), Ms(20), Ms(20)), Ms(500)));

        var opened = _conversation.Opened(null);

        Assert.IsType<ConversationDecision.StartAudio>(opened.Decisions[^1]);
        Assert.Equal(["Good morning.", "Hello."], Seeded(opened).Select(e => e.Item.Content![0].Text));
        Assert.Empty(Seeded(opened).Select(e => e.EventId).Intersect(Seeded(opened.Next.Opened(null)).Select(e => e.EventId)));
    }

    [Fact]
    public void Turns_before_the_session_are_sent_as_sound_and_are_no_turns_of_it()
    {
        _conversation = _conversation with { History = new ConversationHistory { Earlier = [new byte[4], new byte[6]] } };
        var events = Take(_conversation.Opened(null)).OfType<AnswerDecision.Send>().Select(send => Assert.IsType<CreateItem>(send.Event));
        Assert.Equal(
            [("item_earlier_1", "input_audio", 4), ("item_earlier_2", "input_audio", 6)],
            events.Select(e => (e.Item.Id!.Value.Value, e.Item.Content![0].Type, e.Item.Content[0].Audio!.Value.Length)));

        Take(Spoken("item_earlier_1"), Spoken("item_earlier_2"), Committed("i1"), Spoken("i1"));
        Assert.Equal(1, _conversation.Turns.OpenTurns);
        Assert.Equal(1, _conversation.Turns.NumberOf(new ItemId("i1"))!.Value.Value);
    }

    [Fact]
    public void A_turn_asks_once_for_an_answer_that_the_server_does_not_start_by_itself()
    {
        _conversation = Start(manualAnswers: true);

        Assert.Single(Take(Committed("i1")).OfType<AnswerDecision.Send>(), send => send.Event is CreateResponse);
        Take(Created("r1"), Done("r1", "Hello."));
        Assert.Empty(Take(Committed("i1")).OfType<AnswerDecision.Send>());
    }

    [Fact]
    public void An_answer_belongs_to_the_turn_that_its_item_follows()
    {
        Take(Committed("i1"), Spoken("i1"), Created("r1"), Output("r1", "a1"), Committed("i2", after: "i1"), Spoken("i2", after: "i1"));
        Take(Added("a1", role: "assistant", after: "i2"));

        var answer = Assert.Single(Take(Done("r1", "Hello.")).OfType<AnswerDecision.Publish>());
        Assert.Equal(2, answer.Record.Turn);
    }

    [Fact]
    public void A_turn_that_is_replayed_is_answered_by_the_server()
    {
        Take(Committed("i1"));
        Take(_conversation.Suspend(Seconds(1)));
        Take(_conversation.Opened(null));

        Assert.Empty(Take(_conversation.Resume(0, Seconds(2))).OfType<AnswerDecision.Send>());
    }

    [Fact]
    public void Audio_that_is_only_passed_on_changes_nothing_that_is_waited_for()
    {
        Take(Created("r1"), Sound("r1", "a1"));

        Assert.False(_conversation.On(Sound("r1", "a1"), Seconds(1)).Next.HasChangedSince(_conversation));
        Assert.True(_conversation.On(Done("r1", "Hello."), Seconds(1)).Next.HasChangedSince(_conversation));
    }

    [Fact]
    public void Nothing_is_a_pause_while_a_turn_is_open()
    {
        Assert.Equal(Seconds(1), _conversation.PauseAt);
        Take(Committed("i1"));
        Assert.Null(_conversation.PauseAt);
    }

    [Fact]
    public void The_connection_is_renewed_once_in_the_pause_that_is_awaited()
    {
        Take(_conversation.AwaitPause());
        Assert.Equal(Seconds(1), _conversation.NextDue(Seconds(0.5)));
        Assert.Empty(Take(_conversation.Settle(Seconds(0.5))));

        Assert.IsType<ConversationDecision.Renew>(Assert.Single(Take(_conversation.Settle(Seconds(1)))));

        Assert.Empty(Take(_conversation.Settle(Seconds(2))));
    }

    [Fact]
    public void A_connection_that_is_lost_needs_no_renewal()
    {
        Take(_conversation.AwaitPause());
        Take(_conversation.Suspend(Seconds(0.5)));

        Assert.Empty(Take(_conversation.Settle(Seconds(2))));
    }

    [Fact]
    public void A_drain_ends_once_with_the_turns_that_are_still_open()
    {
        Take(_conversation.Opened(null));
        Take(Committed("i1"));
        Take(_conversation.BeginDrain(Seconds(1)));
        Assert.Empty(Take(_conversation.Settle(Seconds(20))));

        Assert.Equal(new ConversationDecision.EndDrain(1), Assert.Single(Take(_conversation.Settle(Seconds(21)))));

        Assert.Empty(Take(_conversation.Settle(Seconds(22))));
    }

    [Fact]
    public void Audio_that_was_to_start_on_a_connection_that_is_lost_by_then_ends_no_turn_and_no_drain()
    {
        Take(_conversation.Opened(null));
        Take(Committed("i1"));
        Take(_conversation.BeginDrain(Seconds(1)));
        Take(_conversation.Suspend(Seconds(2)));

        Take(_conversation.Resume(0, Seconds(2)));

        Assert.Equal(1, _conversation.Turns.OpenTurns);
        Assert.Empty(Take(_conversation.Settle(Seconds(20))));
    }

    [Fact]
    public void The_microphone_is_told_what_to_keep_when_that_changes_and_again_after_a_lost_connection()
    {
        var kept = Assert.Single(Take(Started("i1", 400)).OfType<ConversationDecision.Retain>());
        Assert.Equal(new AudioRetention(400, IsIdle: false), kept.Need);
        Assert.Empty(Take(Committed("i1")).OfType<ConversationDecision.Retain>());

        Assert.Equal(kept, Assert.Single(Take(_conversation.Suspend(Seconds(1))).OfType<ConversationDecision.Retain>()));
    }

    [Fact]
    public void A_function_that_nobody_carries_out_returns_an_error_at_once()
    {
        Take(Created("r1"));
        var sent = Take(Called("r1", "{}", "f", "c1")).OfType<AnswerDecision.Send>().Select(send => send.Event).ToList();

        Assert.Contains("no such function", Assert.IsType<CreateItem>(sent[0]).Item.Output);
        Assert.IsType<CreateResponse>(sent[1]);

        _conversation = _conversation.WithTools();
        Take(Created("r2"));
        Assert.Equal("c2", Assert.Single(Take(Called("r2", "{}", "f", "c2")).OfType<AnswerDecision.Call>()).Order.CallId);
    }

    private static Conversation Start(bool manualAnswers) => new(
        new(TurnStory.Settings, "s-1", Shipped.Prices), new("s-1", "gpt-realtime", Shipped.Prices), new(Seconds(1), Seconds(20)),
        manualAnswers);

    private static OutOfBandResult Transcript(string item, string text) => new(
        new(OutOfBandRequest.Transcription, default, new ItemId(item), ""), ResultStatus.Completed, text, new ResponseId("t"), "full", 1,
        null, 0.001m, null);

    private List<ConversationDecision> Take(params ServerEvent[] events) =>
        [.. events.SelectMany(e => Take(_conversation.On(e, TimeSpan.Zero)))];

    private IReadOnlyList<ConversationDecision> Take(Step<Conversation, ConversationDecision> step)
    {
        _conversation = step.Next;
        return step.Decisions;
    }

    private static IEnumerable<CreateItem> Seeded(Step<Conversation, ConversationDecision> opened) =>
        opened.Decisions.OfType<AnswerDecision.Send>().Select(send => Assert.IsType<CreateItem>(send.Event));
}
