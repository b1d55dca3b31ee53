using RealtimeAkka.Actors.Ledger;
using RealtimeAkka.Actors.Sessions;
using RealtimeAkka.Actors.Socket;

namespace RealtimeAkka.Actor.Tests;

/// <summary>The complete session on its real stations; connection, devices, sink and time are scripted.</summary>
public sealed class SessionActorTests : ActorSpec
{
    // The one end of an open session after which no connection follows.
    private static readonly ServerError NoQuota =
        new(new ErrorDetail("server_error", "insufficient_quota", "You exceeded your current quota."));

    private void EndForGood()
    {
        _line.Emit(NoQuota);
        _line.End(1000);
    }

    private const string Mic = "mic", Connection = "socket/1", Self = "", Turns = "turns", Playback = "playback", OutOfBand = "outofband";

    // The scripts do not report audio positions, so the end of the session waits for the server to do so.
    private static readonly TimeSpan AfterSound = TimeSpan.FromSeconds(5);

    private readonly ScriptedSource _source = new();
    private readonly ScriptedSpeaker _speaker;
    private readonly ScriptedLine _line;
    private readonly ScriptedConnector _connector;
    private readonly CollectingSink _sink;
    private readonly TestProbe _host;

    public SessionActorTests()
    {
        _speaker = Strict(new ScriptedSpeaker(), speaker => speaker.Verify());
        _line = Line();
        _connector = Connector();
        _sink = Strict(new CollectingSink("all"), sink => sink.Verify());
        _host = CreateTestProbe("host");
    }

    [Fact]
    public void It_begins_with_its_facts_and_its_notices()
    {
        Open(Given.Session with { Notices = [new Notice(NoticeLevel.Info, "price_age", "Old prices.")] });

        Assert.Equal("price_age", _sink.Next<Notice>().Code);
    }

    [Fact]
    public void A_file_is_heard_to_its_end_its_turn_is_told_and_the_summary_is_the_last_word()
    {
        Open();
        _source.Give(Given.Speech);
        Assert.Equal(Given.Speech, _line.Next<AppendAudio>().Audio.ToArray());
        Turn(1);
        _source.End();

        Drain();

        var summary = ExpectEnd(ExitKind.Completed);
        Assert.Equal(1, summary.Turns);
        Assert.Equal((2m, 1m), (summary.Oob.Usd, summary.Asr.Usd));
        Assert.Equal(40, summary.Audio.SentMs);
    }

    [Fact]
    public void The_assistant_is_heard_and_meanwhile_the_microphone_waits()
    {
        Open();
        Turn(1);
        _line.Emit(Given.Created("r1"), Given.Delta("r1", "answer", Given.Sound(7)), Given.Done("r1", "Good day.", tokens: 1));
        Travelled(Connection, Turns, Playback);
        Assert.Equal(Given.Sound(7), _speaker.Take());
        Travelled(Playback, Mic);
        _source.Give(Given.Speech);
        Travelled(Mic, Connection);
        Assert.False(_line.IsSending);

        Time.AdvanceMs(50); // the speaker's latency
        Assert.Equal(("Good day.", 20L), _sink.Next<AssistantReplied>() is var answer ? (answer.Text, answer.HeardMs) : default);
        Time.AdvanceMs(200); // the echo tail
        _line.Next<AppendAudio>();
        _source.End();

        Drain();
        Assert.Equal(20, ExpectEnd(ExitKind.Completed).Audio.PlayedMs);
    }

    [Fact]
    public void After_as_many_turns_as_were_asked_for_it_listens_no_more()
    {
        Open(Given.Session with { End = new EndSettings(AfterTurns: 1, AfterDuration: null) });

        Turn(1);

        Drain();
        ExpectEnd(ExitKind.Completed);
    }

    [Fact]
    public void After_its_time_it_listens_no_more()
    {
        Open(Given.Session with { End = new EndSettings(null, AfterDuration: TimeSpan.FromMinutes(1)) });

        Time.Advance(TimeSpan.FromMinutes(1));

        Drain();
        ExpectEnd(ExitKind.Completed);
    }

    [Fact]
    public void A_stop_lets_the_open_turn_finish()
    {
        var session = Open();
        _line.Emit(Given.Committed(1));
        _line.Next<CreateResponse>();
        _host.Send(session, new SessionMessages.Stop());
        _line.Next<AppendAudio>(); // the closing silence
        Travelled(Connection, Mic, Self, OutOfBand, Turns);
        Time.AdvanceMs(5_000);
        _line.Next<CreateResponse>(); // the transcript is requested again

        _line.Emit(Given.Asr(1, "hello"), Given.OobCreated("oob", 1, attempt: 2), Given.OobDone("oob", 1, "Hello.", attempt: 2));
        Assert.Equal("Hello.", _sink.Next<TurnJoined>().Oob.Text);
        Travelled(Connection, OutOfBand, Turns);
        Time.Advance(AfterSound);

        Close();
        ExpectEnd(ExitKind.Completed);
    }

    [Fact]
    public void A_stop_waits_for_open_turns_no_longer_than_the_drain_allows()
    {
        var session = Open();
        _line.Emit(Given.Committed(1));
        _line.Next<CreateResponse>();
        _line.Emit(Given.OobCreated("oob", 1)); // and never done
        _host.Send(session, new SessionMessages.Stop());
        Travelled(Connection, OutOfBand, Self);
        Time.AdvanceMs(1_000);
        _line.Next<AppendAudio>(); // sent only now; the turns drain from now on
        Travelled(Connection, Mic, Self, Turns);

        Time.AdvanceMs(9_000);
        Travelled(Self, Turns);
        Time.AdvanceMs(1_000);

        Assert.Equal("drain_timeout", _sink.Next<Notice>().Code);
        Close();
        var turn = _sink.Next<TurnJoined>();
        Assert.Equal(("connection_lost", "connection_lost"), (turn.Oob.Error, turn.Asr.Error));
        ExpectEnd(ExitKind.Completed);
    }

    [Fact]
    public void A_stop_does_not_wait_for_ever_for_a_line_that_is_stuck()
    {
        var session = Open();
        _host.Send(session, new SessionMessages.Stop());
        _line.Hold<AppendAudio>(); // never completes
        Travelled(Self);

        Time.Advance(Given.Turns.Drain);
        Travelled(Self, Turns);
        Time.Advance(AfterSound);
        Travelled(Turns, Self, "socket");
        Time.Advance(Given.Socket.CloseTimeout);

        ExpectEnd(ExitKind.Completed);
    }

    [Fact]
    public void A_stop_while_it_opens_ends_it_without_a_word()
    {
        _connector.Hang();
        var session = Run(Given.Session);
        _connector.ExpectAttempt();

        _host.Send(session, new SessionMessages.Stop());

        Assert.Equal(ExitKind.Completed, _host.ExpectMsg<SessionMessages.Ended>().Exit);
    }

    [Fact]
    public void A_session_that_cannot_open_says_why_and_writes_nothing()
    {
        _connector.Refuse(new ConnectionException(new ConnectionEnd.Refused(401)));
        Run(Given.Session);

        var ended = _host.ExpectMsg<SessionMessages.Ended>();

        Assert.Equal(ExitKind.Configuration, ended.Exit);
        Assert.Contains("API key", ended.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void When_the_connection_is_lost_the_open_turn_says_so_and_the_session_fails_with_a_summary()
    {
        Open();
        _line.Emit(Given.Committed(1));
        _line.Next<CreateResponse>();

        // The notice comes by the session and the turn does not: only what was told before the end comes first.
        _line.Emit(NoQuota);
        Assert.Equal("server_error", _sink.Next<Notice>().Code);
        _line.End(1000);

        var turn = _sink.Next<TurnJoined>();
        Assert.Equal(("connection_lost", "connection_lost"), (turn.Oob.Error, turn.Asr.Error));
        var failed = _sink.Next<Notice>();
        Assert.Equal("session_failed", failed.Code);
        Assert.Contains("insufficient_quota", failed.Message, StringComparison.Ordinal);
        Assert.Equal(1, ExpectEnd(ExitKind.Failed).Turns);
    }

    [Fact]
    public void A_turn_cut_off_between_its_commit_and_its_transcripts_is_told_from_the_next_connection()
    {
        Open();
        _source.Give(Given.Speech, Given.Speech);
        Assert.Equal(Given.Speech, _line.Next<AppendAudio>().Audio.ToArray());
        Assert.Equal(Given.Speech, _line.Next<AppendAudio>().Audio.ToArray());
        _line.Emit(new SpeechStarted(Given.Item(1), 0), new SpeechStopped(Given.Item(1), 40), Given.Committed(1));
        _line.Next<CreateResponse>();
        _line.Emit(Given.Asr(1, "hello"));

        _line.End(1001, "going away");

        Notice("disconnected");
        var second = Reconnect();
        Assert.Equal(Given.Speech, second.Next<AppendAudio>().Audio.ToArray());
        Assert.Equal(Given.Speech, second.Next<AppendAudio>().Audio.ToArray());
        second.Emit(new SpeechStarted(Given.Item(7), 0), new SpeechStopped(Given.Item(7), 40), Given.Committed(7));
        Assert.Equal("oob_transcription_1_1", second.Next<CreateResponse>().EventId?.Value);
        second.Emit(Given.Asr(7, "hello"), Given.OobCreated("oob7", 7), Given.OobDone("oob7", 7, "Hello."));

        var turn = Next<TurnJoined>();
        Assert.Equal((1, Given.Item(7), "Hello.", "hello"), (turn.Turn, turn.ItemId, turn.Oob.Text, turn.Asr.Text));
        _source.End();
        second.Next<AppendAudio>();
        Travelled("socket/2", Mic, Self, Turns);
        Time.Advance(AfterSound);
        second.Goodbye();
        second.End(1000);
        var summary = ExpectEnd(ExitKind.Completed);
        Assert.Equal((1, 1, 60), (summary.Turns, summary.Reconnects, summary.Audio.SentMs));
        Assert.Equal((2m, 2m), (summary.Oob.Usd, summary.Asr.Usd)); // the ASR transcript came twice and is charged twice
    }

    [Fact]
    public void A_connection_lost_while_draining_is_a_failure_too()
    {
        var session = Open();
        _host.Send(session, new SessionMessages.Stop());
        _line.Next<AppendAudio>();
        Travelled(Connection, Mic, Self, Turns);

        EndForGood();

        Assert.Equal(["server_error", "session_failed"], [_sink.Next<Notice>().Code, _sink.Next<Notice>().Code]);
        ExpectEnd(ExitKind.Failed);
    }

    [Theory]
    [InlineData("TurnCoordinatorActor", "turns")]
    [InlineData("OutOfBandActor", "outofband")]
    public void A_station_that_fails_on_an_event_handles_it_once_more(string type, string station)
    {
        Open();
        Time.Fail(type);
        _line.Emit(Given.Committed(1));

        Assert.Equal($"The {station} station failed and goes on; see session.log.", Notice("station_restarted").Message);
        Assert.Equal("oob_transcription_1_1", _line.Next<CreateResponse>().EventId?.Value);
        _line.Emit(Given.Asr(1, "hello"), Given.OobCreated("oob1", 1), Given.OobDone("oob1", 1, "Hello."));
        Assert.Equal((1, "Hello."), Next<TurnJoined>() is var turn ? (turn.Turn, turn.Oob.Text) : default);
        _source.End();

        Drain();
        ExpectEnd(ExitKind.Completed);
    }

    [Theory]
    [InlineData("TurnCoordinatorActor", "turns")]
    [InlineData("OutOfBandActor", "outofband")]
    public void What_a_station_fails_on_twice_is_given_up_and_a_new_connection_brings_the_turn_again(string type, string station)
    {
        Open();
        Turn(1);
        _source.Give(Given.Speech);
        _line.Next<AppendAudio>();
        _line.Emit(new SpeechStarted(Given.Item(2), 0));
        Travelled(Connection, Turns);
        Time.Fail(type, times: 2);
        _line.Emit(Given.Committed(2));

        Notice("station_restarted");
        Assert.Equal($"The {station} station failed twice on the same message (Received) and goes on; see session.log.",
            Notice("station_restarted").Message);
        _line.Goodbye();
        _line.End(1000);
        Notice("disconnected");
        var second = Reconnect();
        Assert.Equal("user", second.Next<CreateItem>().Item.Role); // turn 1, replayed as text
        second.Next<AppendAudio>();
        second.Emit(new SpeechStarted(Given.Item(7), 0), Given.Committed(7));
        Assert.Equal("oob_transcription_2_1", second.Next<CreateResponse>().EventId?.Value);
        second.Emit(Given.Asr(7, "two"), Given.OobCreated("oob7", 7), Given.OobDone("oob7", 7, "Two."));

        Assert.Equal((2, "Two.", "two"), Next<TurnJoined>() is var turn ? (turn.Turn, turn.Oob.Text, turn.Asr.Text) : default);
        _source.End();
        second.Next<AppendAudio>();
        Travelled("socket/2", Mic, Self, Turns);
        Time.Advance(AfterSound);
        second.Goodbye();
        second.End(1000);
        ExpectEnd(ExitKind.Completed);
    }

    [Fact]
    public void A_station_that_fails_three_times_within_a_minute_ends_the_session_with_exit_1_and_the_summary_is_still_written()
    {
        Open();
        Turn(1);
        var watcher = CreateTestProbe();
        Sys.ActorSelection("/user/session/ledger").Tell(new Identify(null), watcher);
        var ledger = watcher.Watch(watcher.ExpectMsg<ActorIdentity>().Subject);
        // The first message is handled twice and then given up.
        for (var failures = 1; failures <= 2; failures++) ledger.Tell(Given.Received(new ResponseDone(null!)));
        Notice("station_restarted");
        Notice("station_restarted");
        watcher.ExpectTerminated(ledger);

        // The failed station cannot report; this is the limit of the wait for the others.
        Travelled(Self, Self, Mic, Playback, Self);
        Time.AdvanceMs(2_000);
        Assert.Contains("ledger", Notice("session_failed").Message, StringComparison.Ordinal);
        Assert.Equal(1, ExpectEnd(ExitKind.Failed).Turns);
    }

    [Fact]
    public void A_sound_input_that_fails_ends_the_session_with_exit_4_after_what_was_said_is_told()
    {
        Open();
        Turn(1);
        Travelled(Mic);

        _source.Fail("The device is gone.");
        Drain();

        Assert.Equal("The device is gone.", _sink.Next<Notice>().Message);
        Assert.Equal(1, ExpectEnd(ExitKind.Audio).Turns);
    }

    [Fact]
    public void At_80_percent_of_the_budget_questions_show_only_their_own_turn()
    {
        Open(Budget(limit: 3.5m, ends: false));
        TurnAndNotice("budget_tight");

        _line.Emit(Given.Committed(2), new ItemAdded(new ConversationItem("message", Given.Item(2), Role: "user")));
        var question = _line.Next<CreateResponse>();

        Assert.Equal([Given.Item(2)], question.Response!.Input!.Select(item => item.Id!.Value));
    }

    [Fact]
    public void When_the_budget_is_spent_turns_go_on_with_the_built_in_transcript()
    {
        Open(Budget(limit: 3m, ends: false));
        TurnAndNotice("budget_spent");

        _line.Emit(Given.Committed(2), Given.Asr(2, "two"));

        var turn = _sink.Next<TurnJoined>();
        Assert.Equal((ResultStatus.Disabled, "two"), (turn.Oob.Status, turn.Asr.Text));
    }

    [Fact]
    public void When_the_budget_is_spent_and_shall_end_the_session_it_ends_with_exit_3()
    {
        Open(Budget(limit: 3m, ends: true));
        TurnAndNotice("budget_spent");

        Drain();

        ExpectEnd(ExitKind.Budget);
    }

    [Fact]
    public void A_day_that_is_spent_before_the_session_starts_leaves_the_built_in_transcript()
    {
        Open(Given.Session with { Ledger = Given.Ledger with { Budget = new Budget(null, PerDayUsd: 5m) { SpentTodayUsd = 5m } } });
        Assert.Equal(
            ("budget_spent",
            "The day's budget is spent ($5.000000 of $5.000000): no more out-of-band requests; turns go on with ASR only."),
            (_sink.Next<Notice>() is var notice ? notice.Code : "", notice.Message));
        Travelled(Self, OutOfBand);

        _line.Emit(Given.Committed(1), Given.Asr(1, "one"));

        Assert.Equal(ResultStatus.Disabled, _sink.Next<TurnJoined>().Oob.Status);
    }

    private static SessionSettings Budget(decimal limit, bool ends) => Given.Session with
    {
        Ledger = Given.Ledger with { Budget =
        new Budget(limit) { Thresholds = ends ? [new BudgetThreshold(1, new BudgetStep.EndSession())]
        : Actors.Ledger.Budget.DefaultThresholds } },
    };

    private IActorRef Run(SessionSettings settings)
    {
        var session = Sys.ActorOf(SessionActor.Props(settings, new SessionPorts(_source, _speaker, _connector, [_sink], Time)), "session");
        _host.Send(session, new SessionMessages.Run());
        return session;
    }

    private IActorRef Open(SessionSettings? settings = null)
    {
        _connector.Accept(_line);
        var session = Run(settings ?? Given.Session);
        _line.Emit(new SessionCreated());
        _line.Next<SessionUpdate>();
        _line.Emit(new SessionUpdated());
        Assert.Equal(Given.Facts.Id.Value, _sink.Next<SessionStarted>().Session);
        Travelled(Self, Mic);
        return session;
    }

    // A user turn from the commit to its record: 1 USD for the ASR, 2 USD for the out-of-band transcript.
    private void Turn(int turn)
    {
        Speak(turn);
        Assert.Equal(turn, _sink.Next<TurnJoined>().Turn);
    }

    private void Speak(int turn)
    {
        _line.Emit(Given.Committed(turn));
        _line.Next<CreateResponse>();
        _line.Emit(Given.Asr(turn, "hello"), Given.OobCreated($"oob{turn}", turn), Given.OobDone($"oob{turn}", turn, "Hello."));
    }

    // The ledger and the turns handle a result independently, so the order of their records is undefined.
    private void TurnAndNotice(string code)
    {
        Speak(1);
        var records = new[] { _sink.Next<SessionRecord>(), _sink.Next<SessionRecord>() };
        Assert.Single(records.OfType<TurnJoined>());
        Assert.Equal(code, Assert.Single(records.OfType<Notice>()).Code);
        Travelled(Self, OutOfBand);
    }

    private ScriptedLine Reconnect()
    {
        var line = Line();
        _connector.Accept(line);
        Time.AdvanceMs(250);
        line.Emit(new SessionCreated());
        line.Next<SessionUpdate>();
        line.Emit(new SessionUpdated());
        Notice("reconnected");
        return line;
    }

    private Notice Notice(string code)
    {
        var notice = Next<Notice>();
        Assert.Equal(code, notice.Code);
        return notice;
    }

    // Skips records that are only for live display.
    private T Next<T>() where T : SessionRecord
    {
        var record = _sink.Next<SessionRecord>();
        while (record is Activity) record = _sink.Next<SessionRecord>();
        return Assert.IsType<T>(record);
    }

    // From the end of input to the close of the connection.
    private void Drain()
    {
        _line.Next<AppendAudio>(); // the closing silence
        Travelled(Connection, Mic, Self, Turns);
        Time.Advance(AfterSound);
        Close();
    }

    private void Close()
    {
        _line.Goodbye();
        _line.End(1000);
    }

    private SessionSummary ExpectEnd(ExitKind exit)
    {
        var summary = _sink.Next<SessionSummary>();
        Assert.Equal(exit.ToString().ToLowerInvariant(), summary.Exit);
        Assert.Equal(exit, _host.ExpectMsg<SessionMessages.Ended>().Exit);
        return summary;
    }

    // Handles the messages on this path, station by station.
    private void Travelled(params string[] stations) =>
        Pass([.. stations.Select(station => $"/user/session{(station.Length == 0 ? "" : "/")}{station}")]);
}
