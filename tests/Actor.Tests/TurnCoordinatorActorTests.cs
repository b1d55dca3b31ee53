using RealtimeAkka.Actors.Turns;

namespace RealtimeAkka.Actor.Tests;

public sealed class TurnCoordinatorActorTests : ActorSpec
{
    private readonly TestProbe _connection, _microphone, _playback, _outOfBand, _ledger, _sinks;

    public TurnCoordinatorActorTests()
    {
        _connection = CreateTestProbe("connection");
        _microphone = CreateTestProbe("microphone");
        _playback = CreateTestProbe("playback");
        _outOfBand = CreateTestProbe("outofband");
        _ledger = CreateTestProbe("ledger");
        _sinks = CreateTestProbe("sinks");
        Parent.IgnoreMessages(message => message is SessionMessages.Judged);
    }

    [Fact]
    public void A_turn_is_asked_for_when_it_is_committed_and_told_when_both_transcripts_are_in()
    {
        var turns = Open();
        Hear(turns, new SpeechStarted(Given.Item(1), 100), new SpeechStopped(Given.Item(1), 1300));
        ExpectActivity(ActivityKind.SpeechStarted);
        ExpectActivity(ActivityKind.SpeechStopped);
        Pass(turns);
        Quiet(_outOfBand);

        Hear(turns, Given.Committed(1));
        // 400 characters, and 60 for each of 1.2 seconds.
        Assert.Equal(Given.Question(1) with { MaxText = 472 }, _outOfBand.ExpectMsg<OutOfBandMessages.Ask>().Request);
        Time.AdvanceMs(150);
        Hear(turns, Given.Asr(1, "hello word"));
        Pass(turns);
        Quiet(_sinks, Parent);
        Time.AdvanceMs(150);
        Arrive(turns, 1, "Hello world.");

        var turn = ExpectTurn(1);
        Assert.Equal(("Hello world.", "hello word"), (turn.Oob.Text, turn.Asr.Text));
        Assert.Equal((300L, 150L), (turn.Oob.LatencyMs, turn.Asr.LatencyMs));
        Assert.Equal(("vad", 100L, 1300L), (turn.Source, turn.AudioStartMs, turn.AudioEndMs));
        Assert.Equal(0.5, turn.Agreement?.Wer);
    }

    [Fact]
    public void Whoever_attached_is_told_each_turn_and_what_comes_late_of_it()
    {
        var listener = CreateTestProbe("listener");
        var turns = Open();
        listener.Send(turns, new TurnMessages.Attach());
        Hear(turns, Given.Committed(1), Given.Asr(1, "one"));
        Arrive(turns, 1, "One.");
        var turn = ExpectTurn(1);
        Assert.Same(turn, listener.ExpectMsg<TurnFacts.Published>().Turn);
    }

    [Fact]
    public void Whoever_attaches_twice_is_told_once()
    {
        var listener = CreateTestProbe("listener");
        var turns = Open();
        listener.Send(turns, new TurnMessages.Attach());
        listener.Send(turns, new TurnMessages.Attach());
        Hear(turns, Given.Committed(1), Given.Asr(1, "one"), Given.Committed(2), Given.Asr(2, "two"));
        Arrive(turns, 1, "One.");
        Arrive(turns, 2, "Two.");
        Assert.Equal([1, 2], [listener.ExpectMsg<TurnFacts.Published>().Turn.Turn, listener.ExpectMsg<TurnFacts.Published>().Turn.Turn]);
    }

    [Fact]
    public void A_function_that_the_model_calls_is_carried_out_by_the_tools_and_the_model_is_told()
    {
        var tools = CreateTestProbe("tools");
        var turns = Open();
        tools.Send(turns, new TurnMessages.Attach(Tools: true));
        Hear(turns, Given.Created("r1"), Called("r1", "c1"));
        Assert.Equal(new ToolMessages.Call("c1", "find", "{}", null), tools.ExpectMsg<ToolMessages.Call>());
        _sinks.ExpectMsg<SinkMessages.Write>();

        tools.Send(turns, new ToolMessages.Returned("c1", "found"));
        Assert.Equal("found", Assert.IsType<CreateItem>(_connection.ExpectMsg<ConnectionMessages.Send>().Event).Item.Output);
        Assert.Null(Assert.IsType<CreateResponse>(_connection.ExpectMsg<ConnectionMessages.Send>().Event).Response);
    }

    [Fact]
    public void Without_tools_a_call_is_answered_all_the_same_so_that_the_model_does_not_wait()
    {
        var turns = Open();
        Hear(turns, Given.Created("r1"), Called("r1", "c1"));
        Assert.Contains("no such function", Assert.IsType<CreateItem>(_connection.ExpectMsg<ConnectionMessages.Send>().Event).Item.Output,
            StringComparison.Ordinal);
    }

    private static ResponseDone Called(string response, string call) => new(new ResponseState(
        ResponseId.Of(response), "completed",
        Output: [new ConversationItem("function_call", CallId: call, Name: "find", Arguments: "{}")]));

    [Fact]
    public void A_turn_is_told_once_however_often_its_witnesses_repeat_themselves()
    {
        var turns = Open();
        Hear(turns, Given.Committed(1), Given.Asr(1, "one"));
        Arrive(turns, 1, "One.");
        ExpectTurn(1);

        Hear(turns, Given.Committed(1), Given.Asr(1, "one again"));
        Arrive(turns, 1, "One again.");
        Pass(turns);

        _outOfBand.ExpectMsg<OutOfBandMessages.Ask>();
        Quiet(_sinks, Parent, _outOfBand);
    }

    [Fact]
    public void Figures_of_how_the_transcripts_agree_go_to_the_session_and_what_is_read_back_to_the_sinks()
    {
        var turns = Open();
        Parent.IgnoreNoMessages();
        Hear(turns, Given.Committed(1), Given.Asr(1, "I had otoo accident"));
        Arrive(turns, 1, "I had an auto accident");
        Parent.ExpectMsg<SessionMessages.TurnsJoined>();
        Assert.Equal((0, 1), Parent.ExpectMsg<SessionMessages.Judged>() is { Hearing: var hearing } ? (hearing.Agreed, hearing.Minor) : default);
        Record<TurnJoined>();

        Hear(turns, Given.Created("r1"), Given.Delta("r1", "answer", Given.Sound(7)), Given.Done("r1", "You had an auto accident."));
        Heard(turns, "r1", "answer", 20);
        ExpectAnswer();
        var heard = Record<HeardAgain>();
        Assert.Equal((Protocol.Records.Witness.Oob, "an auto", 1), (heard.SupportedBy, heard.Words, heard.Turn));
        Assert.Equal(1, Parent.ExpectMsg<SessionMessages.Judged>().Hearing.Decided.Oob);
    }

    [Fact]
    public void Turns_are_told_in_the_order_of_the_conversation()
    {
        var turns = Open();
        Hear(turns, Given.Committed(1), Given.Committed(2), Given.Asr(2, "two"));
        Arrive(turns, 2, "Two.");
        Pass(turns);
        Quiet(_sinks, Parent);

        Arrive(turns, 1, "One.");
        Hear(turns, Given.Asr(1, "one"));

        Assert.Equal("One.", ExpectTurn(1).Oob.Text);
        Assert.Equal("Two.", ExpectTurn(2).Oob.Text);
    }

    [Fact]
    public void A_built_in_transcript_that_does_not_come_has_timed_out_and_amends_the_turn_if_it_comes_late()
    {
        var turns = Open();
        Hear(turns, Given.Committed(1));
        Arrive(turns, 1, "One.");
        Pass(turns);

        Time.AdvanceMs(19_999);
        Pass(turns);
        Quiet(_sinks);
        Time.AdvanceMs(1);
        Assert.Equal(ResultStatus.TimedOut, ExpectTurn(1).Asr.Status);

        Hear(turns, Given.Asr(1, "one"));
        Assert.Equal("one", _sinks.ExpectMsg<SinkMessages.Write>().Record is TurnAmended amended ? amended.Asr.Text : null);
        Pass(turns);
        Quiet(Parent);
    }

    [Fact]
    public void What_is_told_is_told_to_the_ledger_too()
    {
        var turns = Open();
        Hear(turns, Given.Committed(1), Given.Asr(1, "one"), Given.Created("r1"), Given.Done("r1", "Good day."));
        Arrive(turns, 1, "One.");

        Assert.Equal(ResponseId.Of("r1"), Assert.IsType<AssistantReplied>(_ledger.ExpectMsg<LedgerMessages.Published>().Record).ResponseId);
        Assert.Equal(1, Assert.IsType<TurnJoined>(_ledger.ExpectMsg<LedgerMessages.Published>().Record).Turn);
    }

    [Fact]
    public void A_mark_is_answered_behind_all_that_came_before_it()
    {
        var turns = Open();

        Hear(turns, Given.Committed(1));
        _connection.Send(turns, new ConnectionFacts.Mark(64));

        _connection.ExpectMsg(new ConnectionMessages.Handled(64));
        Assert.True(_outOfBand.HasMessages);
    }

    [Fact]
    public void An_answer_is_played_and_told_when_it_was_heard()
    {
        var turns = Open();
        Hear(turns, Given.Committed(1), Given.Created("r1"), Given.Delta("r1", "answer", Given.Sound(7)));
        var play = _playback.ExpectMsg<PlaybackMessages.Play>();
        Assert.Equal((ResponseId.Of("r1"), ItemId.Of("answer")), (play.Response, play.Item));
        Assert.Equal(Given.Sound(7), play.Sound.ToArray());
        Hear(turns, Given.Done("r1", "Good day."));
        _playback.ExpectMsg(new PlaybackMessages.Finish(ResponseId.Of("r1")));
        Pass(turns);
        Quiet(_sinks);

        Heard(turns, "r1", "answer", 20);

        var answer = ExpectAnswer();
        Assert.Equal(("Good day.", 1, 20L, "completed"), (answer.Text, answer.Turn, answer.HeardMs, answer.Status));
    }

    [Fact]
    public void Who_speaks_into_an_answer_stops_it_cancels_it_and_cuts_it_where_it_was_heard()
    {
        var turns = Open();
        Hear(turns, Given.Created("r1"), Given.Delta("r1", "answer", Given.Sound(7)));
        _playback.ExpectMsg<PlaybackMessages.Play>();

        Hear(turns, new SpeechStarted(Given.Item(2)), Given.Delta("r1", "answer", Given.Sound(8)));

        _playback.ExpectMsg(new PlaybackMessages.Stop(ResponseId.Of("r1")));
        Assert.Equal(ResponseId.Of("r1"), ExpectOrder<CancelResponse>().ResponseId);
        Heard(turns, "r1", "answer", 15);
        var cut = ExpectOrder<TruncateItem>();
        Assert.Equal((ItemId.Of("answer"), 15L), (cut.ItemId, cut.AudioEndMs));
        Pass(turns);
        Quiet(_playback, _connection);
    }

    [Fact]
    public void Who_speaks_into_an_answer_that_the_model_has_finished_cancels_nothing()
    {
        var turns = Open();
        Hear(turns, Given.Created("r1"), Given.Delta("r1", "answer", Given.Sound(7)), Given.Done("r1", "Good day."));
        _playback.ExpectMsg<PlaybackMessages.Play>();
        _playback.ExpectMsg<PlaybackMessages.Finish>();

        Hear(turns, new SpeechStarted(Given.Item(2)));

        _playback.ExpectMsg<PlaybackMessages.Stop>();
        ExpectActivity(ActivityKind.SpeechStarted);
        Heard(turns, "r1", "answer", 15);
        ExpectOrder<TruncateItem>();
        Assert.Equal(("cancelled", 15L), ExpectAnswer() is var answer ? (answer.Status, answer.HeardMs) : default);
    }

    [Fact]
    public void An_answer_of_which_nothing_was_heard_is_deleted()
    {
        var turns = Open();
        Hear(turns, Given.Created("r1"), Given.Delta("r1", "answer", Given.Sound(7)), new SpeechStarted(Given.Item(2)));
        ExpectOrder<CancelResponse>();

        _playback.Send(turns, new PlaybackFacts.Ended(ResponseId.Of("r1"), null, TimeSpan.Zero, TimeSpan.Zero));

        Assert.Equal(ItemId.Of("answer"), ExpectOrder<DeleteItem>().ItemId);
    }

    [Fact]
    public void Where_the_server_detects_no_turns_an_answer_is_asked_for_once_a_turn()
    {
        var turns = Open(Given.Turns with { ManualAnswers = true });

        Hear(turns, Given.Committed(1), Given.Committed(1));

        Assert.Null(ExpectOrder<CreateResponse>().Response);
        Hear(turns, Given.Created("r1"), Given.Done("r1"));
        Pass(turns);
        Quiet(_connection);
        Hear(turns, Given.Committed(2));
        Assert.Null(ExpectOrder<CreateResponse>().Response);
    }

    [Fact]
    public void A_drain_with_nothing_open_waits_for_a_quiet_moment()
    {
        var turns = Open();
        Drain(turns);

        Time.AdvanceMs(999);
        Pass(turns);
        Quiet(Parent);
        Time.AdvanceMs(1);

        Parent.ExpectMsg(new SessionMessages.Drained(0));
    }

    [Fact]
    public void Whatever_is_said_during_a_drain_starts_the_quiet_moment_anew()
    {
        var turns = Open();
        Drain(turns);
        Time.AdvanceMs(900);
        Hear(turns, new AsrDelta(Given.Item(1)));
        Pass(turns);

        Time.AdvanceMs(999);
        Pass(turns);
        Quiet(Parent);
        Time.AdvanceMs(1);

        Parent.ExpectMsg(new SessionMessages.Drained(0));
    }

    [Fact]
    public void A_drain_waits_for_open_turns()
    {
        var turns = Open();
        Hear(turns, Given.Committed(1), Given.Asr(1, "one"));
        Drain(turns);
        Time.AdvanceMs(8_000);
        Pass(turns);
        Quiet(Parent);

        Arrive(turns, 1, "One.");

        ExpectTurn(1);
        Parent.ExpectMsg(new SessionMessages.Drained(0));
    }

    [Fact]
    public void A_drain_waits_for_somebody_who_speaks_and_for_an_answer_that_is_heard()
    {
        var turns = Open();
        Hear(turns, Given.Created("r1"), Given.Delta("r1", "answer", Given.Sound(7)), Given.Done("r1"));
        Drain(turns);
        Time.AdvanceMs(5_000);
        Pass(turns);
        Quiet(Parent);

        Heard(turns, "r1", "answer", 20);
        Parent.ExpectMsg(new SessionMessages.Drained(0));

        Hear(turns, new SpeechStarted(Given.Item(2)));
        Drain(turns);
        Time.AdvanceMs(9_999);
        Pass(turns);
        Quiet(Parent);
    }

    [Fact]
    public void A_drain_ends_at_its_deadline_and_says_what_is_still_open()
    {
        var turns = Open();
        Hear(turns, Given.Committed(1), Given.Committed(2));
        Drain(turns);

        Time.AdvanceMs(9_999);
        Pass(turns);
        Quiet(Parent);
        Time.AdvanceMs(1);

        Parent.ExpectMsg(new SessionMessages.Drained(2));
    }

    [Fact]
    public void The_deadline_of_a_drain_holds_although_something_is_said_all_the_time()
    {
        var turns = Open();
        Drain(turns);
        for (var i = 0; i < 19; i++)
        {
            Time.AdvanceMs(500);
            Hear(turns, new AsrDelta(Given.Item(1)));
            Pass(turns);
        }
        Quiet(Parent);

        Time.AdvanceMs(500);

        Parent.ExpectMsg(new SessionMessages.Drained(0));
    }

    [Fact]
    public void A_second_order_to_drain_does_not_put_the_deadline_off()
    {
        var turns = Open();
        Hear(turns, Given.Committed(1));
        Drain(turns);
        Time.AdvanceMs(9_000);
        Drain(turns);

        Time.AdvanceMs(1_000);

        Parent.ExpectMsg(new SessionMessages.Drained(1));
    }

    [Fact]
    public void Without_a_connection_a_drain_waits_for_no_quiet_moment()
    {
        var turns = Open();
        turns.Tell(new ConnectionFacts.Ended(new ConnectionEnd.Broken("gone")));

        Drain(turns);

        Parent.ExpectMsg(new SessionMessages.Drained(0));
    }

    [Fact]
    public void When_the_connection_is_lost_open_turns_and_answers_end_so()
    {
        var turns = Open();
        Hear(turns, Given.Committed(1), Given.Created("r1"));

        turns.Tell(new ConnectionFacts.Ended(new ConnectionEnd.Broken("gone")));

        Assert.Equal(("failed", "connection_lost"), ExpectAnswer() is var answer ? (answer.Status, answer.Error) : default);
        Pass(turns);
        Quiet(Parent);
        turns.Tell(new OutOfBandFacts.Answered(Result(1, ResultStatus.Failed, null, "connection_lost")));
        var turn = ExpectTurn(1);
        Assert.Equal(("connection_lost", "connection_lost"), (turn.Oob.Error, turn.Asr.Error));
    }

    [Fact]
    public void A_new_connection_is_told_what_was_said_before_it_hears_a_sound()
    {
        var turns = Open();
        Hear(turns, Given.Committed(1), Given.Asr(1, "hello"), Given.Created("r1"), Given.Delta("r1", "a1", Given.Sound(1)),
            Given.Done("r1", "Good day."));
        Arrive(turns, 1, "Hello.");
        ExpectTurn(1);
        Heard(turns, "r1", "a1", 20);
        ExpectAnswer();
        turns.Tell(new ConnectionFacts.Lost());

        var next = CreateTestProbe("next");
        next.Send(turns, new ConnectionFacts.Opened());

        var (user, assistant) = (Item(next), Item(next));
        Assert.Equal(("user", "input_text", "Hello."), user);
        Assert.Equal(("assistant", "output_text", "Good day."), assistant);
        next.ExpectMsg<ConnectionMessages.StartAudio>();
        _microphone.Send(turns, new TurnMessages.AudioOffset(0));
        Pass(turns);
        Quiet(next, _connection);

        static (string?, string?, string?) Item(TestProbe connection)
        {
            var item = Assert.IsType<CreateItem>(connection.ExpectMsg<ConnectionMessages.Send>().Event).Item;
            return (item.Role, item.Content![0].Type, item.Content[0].Text);
        }
    }

    [Fact]
    public void What_was_open_when_the_line_was_cut_is_told_once_from_the_new_connection()
    {
        var turns = Open();
        Hear(turns, new SpeechStarted(Given.Item(1), 100), new SpeechStopped(Given.Item(1), 900), Given.Committed(1), Given.Asr(1, "one"));
        _outOfBand.ExpectMsg<OutOfBandMessages.Ask>();
        turns.Tell(new ConnectionFacts.Lost());
        turns.Tell(new OutOfBandFacts.Answered(Result(1, ResultStatus.Failed, null, "connection_lost")));
        Time.Advance(Given.Turns.AsrTimeout);
        Pass(turns);

        _connection.Send(turns, new ConnectionFacts.Opened());
        _connection.ExpectMsg<ConnectionMessages.StartAudio>();
        _microphone.Send(turns, new TurnMessages.AudioOffset(80));
        Hear(turns, Given.Committed(2), Given.Asr(2, "one"));
        Assert.Equal(1, _outOfBand.ExpectMsg<OutOfBandMessages.Ask>().Request.Turn.Value);
        _outOfBand.Send(turns, new OutOfBandFacts.Answered(Result(2, ResultStatus.Completed, "One.", null)));

        Record<Activity>();
        Record<Activity>();
        var turn = ExpectTurn(1);
        Assert.Equal((Given.Item(2), "One.", "one"), (turn.ItemId, turn.Oob.Text, turn.Asr.Text));
        Quiet(_sinks);
    }

    [Fact]
    public void The_microphone_hears_what_it_may_release()
    {
        var turns = Open();
        _microphone.ExpectMsg(new MicMessages.Release(0, Quiet: true));
        Hear(turns, new SpeechStarted(Given.Item(1), 100));
        _microphone.ExpectMsg(new MicMessages.Release(100, Quiet: false));

        Hear(turns, new SpeechStopped(Given.Item(1), 900), Given.Committed(1), Given.Asr(1, "one"));
        Pass(turns);
        Quiet(_microphone);
        Arrive(turns, 1, "One.");

        _microphone.ExpectMsg(new MicMessages.Release(900, Quiet: true));
    }

    [Fact]
    public void A_pause_is_when_nobody_speaks_nothing_is_open_and_the_answer_was_heard()
    {
        var turns = Open();
        Hear(turns, Given.Committed(1), Given.Created("r1"), Given.Delta("r1", "a1", Given.Sound(1)));
        _connection.Send(turns, new TurnMessages.AwaitPause());
        Hear(turns, Given.Asr(1, "hello"), Given.Done("r1", "Good day."));
        Arrive(turns, 1, "Hello.");
        Pass(turns);
        Quiet(_connection);

        Heard(turns, "r1", "a1", 20);
        Pass(turns);
        Quiet(_connection);
        Time.Advance(Given.Turns.Settle);

        _connection.ExpectMsg<SocketMessages.Reopen>();
        turns.Tell(new ConnectionFacts.Lost());
        Pass(turns);
        Quiet(_connection);
    }

    [Fact]
    public void A_drain_waits_longer_for_what_was_said_and_the_server_has_not_spoken_of()
    {
        var turns = Open();
        _microphone.Send(turns, new TurnMessages.AudioEnded(900));
        Drain(turns);
        Time.AdvanceMs(4_999);
        Pass(turns);
        Quiet(Parent);
        Hear(turns, new SpeechStarted(Given.Item(1), 100), new SpeechStopped(Given.Item(1), 900), Given.Committed(1), Given.Asr(1, "one"));
        Arrive(turns, 1, "One.");
        Record<Activity>();
        Record<Activity>();
        ExpectTurn(1);
        Pass(turns);

        Time.Advance(Given.Turns.Settle);

        Parent.ExpectMsg(new SessionMessages.Drained(0));
    }

    [Fact]
    public void A_drain_waits_for_the_next_connection_since_something_may_have_been_said()
    {
        var turns = Open();
        turns.Tell(new ConnectionFacts.Lost());
        Drain(turns);
        Time.AdvanceMs(9_000);
        Pass(turns);
        Quiet(Parent);

        Time.AdvanceMs(1_000);

        Parent.ExpectMsg(new SessionMessages.Drained(0));
    }

    [Fact]
    public void The_words_of_an_answer_are_shown_as_they_come()
    {
        var display = new SeenDisplay();
        var turns = Open(display: display);
        Hear(turns, Say.Created("r1"), Say.Output("r1", "a1"), Say.Said("r1", "Hel"), Say.Said("r1", "lo"), Say.Said("r9", "of no answer"));
        Pass(turns);

        Assert.Equal(["r1: Hel", "r1: Hello"], display.Words);
    }

    private IActorRef Open(TurnSettings? settings = null, SeenDisplay? display = null)
    {
        var turns = Play(TurnCoordinatorActor.Props(
            settings ?? Given.Turns, Given.Facts, Given.Prices, Time, _playback, _outOfBand, _ledger, _sinks, display: display));
        _connection.Send(turns, new ConnectionFacts.Opened());
        _connection.ExpectMsg<ConnectionMessages.StartAudio>();
        _microphone.Send(turns, new TurnMessages.AudioOffset(0));
        return turns;
    }

    private void Hear(IActorRef turns, params ServerEvent[] events)
    {
        foreach (var e in events) _connection.Send(turns, Given.Received(e));
    }

    private void Arrive(IActorRef turns, int turn, string text, object? usage = null) =>
        _outOfBand.Send(turns, new OutOfBandFacts.Answered(Result(turn, ResultStatus.Completed, text, null) with
        {
            Usage = usage is null ? null : RawJson.Parse(System.Text.Json.JsonSerializer.Serialize(usage)),
        }));

    private static OutOfBandResult Result(int turn, ResultStatus status, string? text, string? error) =>
        new(Given.Question(turn), status, text, ResponseId.Of($"oob{turn}"), "full", 1, null, null, error);

    private void Heard(IActorRef turns, string response, string item, int milliseconds) =>
        _playback.Send(
        turns, new PlaybackFacts.Ended(
        ResponseId.Of(response), ItemId.Of(item), TimeSpan.FromMilliseconds(milliseconds), TimeSpan.FromMilliseconds(milliseconds)));

    // The session's drain message; the answer goes through the parent.
    private void Drain(IActorRef turns)
    {
        Parent.Send(turns, new TurnMessages.Drain());
        Pass(turns);
    }

    private void ExpectActivity(ActivityKind kind) => _sinks.ExpectMsg(new SinkMessages.Write(new Activity(kind)));

    private TurnJoined ExpectTurn(int number)
    {
        var turn = Record<TurnJoined>();
        Assert.Equal(number, turn.Turn);
        Parent.ExpectMsg(new SessionMessages.TurnsJoined(number));
        return turn;
    }

    private AssistantReplied ExpectAnswer() => Record<AssistantReplied>();

    private T Record<T>() where T : SessionRecord => Assert.IsType<T>(_sinks.ExpectMsg<SinkMessages.Write>().Record);

    private T ExpectOrder<T>() where T : ClientEvent => Assert.IsType<T>(_connection.ExpectMsg<ConnectionMessages.Send>().Event);
}
