using System.Collections.Immutable;
using RealtimeAkka.Actors.Stations;
using RealtimeAkka.Actors.Turns;
using RealtimeAkka.Protocol;
using RealtimeAkka.Protocol.Messages;
using RealtimeAkka.Protocol.Records;
using RealtimeAkka.Protocol.Wire;
using static RealtimeAkka.TestSupport.Say;

namespace RealtimeAkka.Pure.Tests.Turns;

/// <summary>What a call has that a conversation at a desk has not: a recording first, keys, silence, and an end.</summary>
public class CallEndsTests
{
    private static readonly Dictionary<string, string> LastWords = new() { ["last_words"] = "1" };

    private Conversation _conversation = Start(TurnStory.Settings);

    [Fact]
    public void What_was_entered_is_told_to_the_model_and_answered_and_is_a_turn_without_costs()
    {
        Connect();
        Assert.Empty(Press("12", 1));
        var decided = Take(_conversation.OnTime(Seconds(3)));

        var told = Assert.IsType<CreateItem>(Sent(decided)[0]);
        Assert.Equal(("item_keys_1", "user", "[keys pressed: 12]"), (told.Item.Id!.Value.Value, told.Item.Role, told.Item.Text));
        Assert.IsType<CreateResponse>(Sent(decided)[1]);
        var turn = Assert.Single(decided.OfType<TurnDecision.Publish>()).Record;
        Assert.Equal((1, "dtmf", "[keys pressed: 12]"), (turn.Turn, turn.Source, turn.Words));
        Assert.Equal((ResultStatus.Disabled, 0m, ResultStatus.Disabled, 0m),
            (turn.Oob.Status, turn.Oob.CostUsd, turn.Asr.Status, turn.Asr.CostUsd));

        Take(Created("r1"), Added("item_keys_1"));
        Take(Output("r1", "a1"), Added("a1", role: "assistant", after: "item_keys_1"));
        Assert.Equal(1, Assert.Single(Take(Done("r1", "Two.")).OfType<AnswerDecision.Publish>()).Record.Turn);
    }

    [Fact]
    public void An_entry_waits_for_the_turn_before_it()
    {
        Connect();
        Take(Committed("i1"), Spoken("i1"), Asr("i1", "hello"));
        Assert.Empty(Press("7#", 1).OfType<TurnDecision.Publish>());

        var published = Take(_conversation.On(Transcript("i1", "Hello."), Seconds(2))).OfType<TurnDecision.Publish>();
        Assert.Equal([(1, "manual"), (2, "dtmf")], published.Select(turn => (turn.Record.Turn, turn.Record.Source)));
    }

    [Fact]
    public void The_first_key_silences_the_assistant()
    {
        Connect();
        Take(Created("r1"), Sound("r1", "a1"));

        var decided = Press("1", 1);
        Assert.Single(decided.OfType<AnswerDecision.StopPlayback>());
        Assert.IsType<CancelResponse>(Assert.Single(Sent(decided)));
        Assert.Empty(Press("2", 1.1));
    }

    [Fact]
    public void What_was_entered_while_a_connection_is_lost_or_behind_an_open_turn_is_entered_on_the_next_one()
    {
        Connect();
        Take(Committed("i1"), Spoken("i1"));
        Press("1#", 1);
        Take(_conversation.Suspend(Seconds(2)));
        Press("2#", 3);
        Take(_conversation.Opened(null, Seconds(4)));
        var decided = Take(_conversation.Resume(0, Seconds(4)));

        Assert.Equal(["[keys pressed: 1]", "[keys pressed: 2]"], Sent(decided).OfType<CreateItem>().Select(e => e.Item.Text));
        Assert.Equal([1, 2], decided.OfType<TurnDecision.Publish>().Select(turn => turn.Record.Turn));
        Assert.Equal(3, Sent(decided).OfType<CreateItem>().Select(e => e.Item.Id).Append(ItemId.Of("item_keys_1")).Distinct().Count());
    }

    [Fact]
    public void What_is_being_entered_when_the_caller_hangs_up_is_told()
    {
        Connect();
        Press("42", 1);
        Assert.False(_conversation.IsIdle);

        Assert.Equal("[keys pressed: 42]", Assert.Single(
            Take(_conversation.BeginDrain(Seconds(1.5))).OfType<TurnDecision.Publish>()).Record.Words);
    }

    [Fact]
    public void What_was_entered_is_told_also_where_no_connection_comes_any_more()
    {
        _conversation = Start(TurnStory.Settings with { Transcribe = false });
        Connect();
        Take(Committed("i1"), Spoken("i1"));
        Press("1#", 1);
        Take(_conversation.Suspend(Seconds(2)));

        var published = Take(_conversation.Disconnect(Seconds(3))).OfType<TurnDecision.Publish>().Select(turn => turn.Record);
        Assert.Equal([("manual", 1), ("dtmf", 2)], published.Select(turn => (turn.Source, turn.Turn)));
    }

    [Fact]
    public void A_recording_is_played_first_and_once_and_the_caller_may_speak_over_it()
    {
        _conversation = Start(TurnStory.Settings with
        {
            Recordings = new Dictionary<SoundFormat, ReadOnlyMemory<byte>> { [SoundFormat.Pcm16] = new byte[48_000] },
        });
        var opened = Take(_conversation.Opened(null, Seconds(0)));
        var sound = Assert.Single(opened.OfType<AnswerDecision.Play>()).Sound;
        Assert.Equal(48_000, sound.Delta.Length);
        Assert.Single(opened.OfType<AnswerDecision.Finish>());

        Assert.Single(Take(Started("i1")).OfType<AnswerDecision.StopPlayback>());
        var ended = Take(_conversation.On(
            new PlaybackFacts.Ended(sound.ResponseId, sound.ItemId, Ms(300), Ms(300)) { Unheard = Ms(700) }, Seconds(1)));
        Assert.Empty(Sent(ended)); // the server has nothing to truncate
        var answer = Assert.Single(ended.OfType<AnswerDecision.Publish>()).Record;
        Assert.Equal(("recording", null, "cancelled", 300, 0m),
            (answer.ResponseId.Value, answer.Turn, answer.Status, answer.HeardMs, answer.CostUsd));

        Take(_conversation.Suspend(Seconds(2)));
        Assert.Empty(Take(_conversation.Opened(null, Seconds(3))).OfType<AnswerDecision.Play>());
    }

    [Fact]
    public void After_prompts_without_an_answer_the_assistant_says_goodbye_and_the_session_ends()
    {
        _conversation = Start(TurnStory.Settings with { Farewell = new FarewellSettings(1, "Say goodbye.") });
        Connect();
        Prompt("i1", "r1", "a1");
        Assert.Empty(Take(_conversation.Settle(Seconds(1))));

        var decided = Take(TimedOut("i2"));
        var last = Assert.IsType<CreateResponse>(Assert.Single(Sent(decided)));
        Assert.Equal("Say goodbye.", last.Response!.Instructions);
        Take(Committed("i2"));
        // The server's own prompt, and its refusal of our request because of it.
        Assert.IsType<CancelResponse>(Assert.Single(Sent(Take(Created("r2")))));
        Take(Error("conversation_already_has_active_response", last.EventId!.Value.Value));
        Assert.Equal("Say goodbye.", Assert.IsType<CreateResponse>(
            Assert.Single(Sent(Take(Done("r2", status: "cancelled"))))).Response!.Instructions);
        Assert.Empty(Sent(Take(Created("r3", LastWords))));
        Take(Sound("r3", "a3"), Done("r3", "Bye."));
        Assert.Empty(Take(_conversation.Settle(Seconds(1))));
        Take(_conversation.On(new PlaybackFacts.Ended(new ResponseId("r3"), new ItemId("a3"), Ms(20), Ms(20)), Seconds(2)));

        var left = Assert.IsType<ConversationDecision.Leave>(Assert.Single(Take(_conversation.Settle(Seconds(2)))));
        Assert.Equal("idle_ended", left.Reason.Code);
        Assert.Empty(Take(_conversation.Settle(Seconds(3))));
    }

    [Fact]
    public void Without_last_words_the_session_ends_at_once_and_the_prompt_is_not_said()
    {
        _conversation = Start(TurnStory.Settings with { Farewell = new FarewellSettings(0, null) });
        Connect();
        Assert.Empty(Sent(Take(TimedOut("i1"))));
        Assert.IsType<ConversationDecision.Leave>(Assert.Single(Take(_conversation.Settle(Seconds(0)))));
        Assert.IsType<CancelResponse>(Assert.Single(Sent(Take(Created("r1")))));
    }

    [Fact]
    public void A_caller_who_speaks_again_is_answered_and_counted_from_the_beginning()
    {
        _conversation = Start(TurnStory.Settings with { Farewell = new FarewellSettings(1, "Say goodbye.") });
        Connect();
        Prompt("i1", "r1", "a1");
        Take(TimedOut("i2"));
        Take(Created("r2", LastWords), Sound("r2", "a2"));

        Assert.Single(Take(Started("i3")).OfType<AnswerDecision.StopPlayback>());
        Take(Done("r2", status: "cancelled"));
        Take(_conversation.On(new PlaybackFacts.Ended(new ResponseId("r2"), new ItemId("a2"), Ms(10), Ms(10)), Seconds(1)));
        Assert.Empty(Take(_conversation.Settle(Seconds(1))));
        Take(Stopped("i3", 500), Committed("i3"));
        Assert.Empty(Sent(Take(Created("r3")))); // an answer like any other
        Take(Done("r3", "Yes?"));
        Assert.Empty(Sent(Take(TimedOut("i4"))));
    }

    [Fact]
    public void A_call_that_is_too_long_ends_whatever_the_caller_says()
    {
        _conversation = Start(TurnStory.Settings with { Farewell = new FarewellSettings(null, "Say goodbye.") });
        Connect();
        Take(_conversation.Leave(new Notice(NoticeLevel.Info, "time_ended", "x"), isFinal: true, Seconds(1)));
        Take(Created("r1", LastWords), Started("i1"), Done("r1", status: "cancelled"));

        Assert.IsType<ConversationDecision.Leave>(Assert.Single(Take(_conversation.Settle(Seconds(2)))));
    }

    // The server asks whether somebody is there.
    private void Prompt(string item, string response, string answer)
    {
        Assert.Empty(Sent(Take(TimedOut(item))));
        Take(Committed(item), Created(response), Sound(response, answer), Done(response, "Are you there?"));
        Take(_conversation.On(new PlaybackFacts.Ended(new ResponseId(response), new ItemId(answer), Ms(20), Ms(20)), Seconds(0)));
    }

    private void Connect()
    {
        Take(_conversation.Opened(null, default));
        Take(_conversation.Resume(0, default));
    }

    private List<ConversationDecision> Press(string keys, double at) =>
        [.. keys.SelectMany(key => Take(_conversation.Press(key, Seconds(at))))];

    private static Conversation Start(TurnSettings settings) => new(
        new(settings, "s-1", Shipped.Prices), new("s-1", "gpt-realtime", Shipped.Prices), new(Seconds(1), Seconds(20)), false);

    private static OutOfBandResult Transcript(string item, string text) => new(
        new(OutOfBandRequest.Transcription, default, new ItemId(item), ""), ResultStatus.Completed, text, new ResponseId("t"), "full", 1,
        null, 0.001m, null);

    private static List<ClientEvent> Sent(IEnumerable<ConversationDecision> decisions) =>
        [.. decisions.OfType<AnswerDecision.Send>().Select(send => send.Event)];

    private List<ConversationDecision> Take(params ServerEvent[] events) =>
        [.. events.SelectMany(e => Take(_conversation.On(e, TimeSpan.Zero)))];

    private ImmutableArray<ConversationDecision> Take(Step<Conversation, ConversationDecision> step)
    {
        _conversation = step.Next;
        return step.Decisions;
    }
}
