using RealtimeAkka.Actors.Socket;

namespace RealtimeAkka.Actor.Tests;

public sealed class ConnectionActorTests : ActorSpec
{
    private readonly ScriptedLine _line;
    private readonly TestProbe _microphone, _turns, _outOfBand, _ledger;

    public ConnectionActorTests()
    {
        _line = Line();
        _microphone = CreateTestProbe("microphone");
        _turns = CreateTestProbe("turns");
        _outOfBand = CreateTestProbe("outofband");
        _ledger = CreateTestProbe("ledger");
    }

    [Fact]
    public void A_connection_that_is_refused_ends_with_the_reason()
    {
        var connection = Connect(Connector().Refuse(new ConnectionException(new ConnectionEnd.Refused(403))));

        Parent.ExpectMsg(new ConnectionFacts.Ended(new ConnectionEnd.Refused(403)));
        ExpectStopped(connection);
    }

    [Fact]
    public void A_connection_that_fails_otherwise_is_broken()
    {
        var connection = Connect(Connector().Refuse(new IOException("no route")));

        Parent.ExpectMsg(new ConnectionFacts.Ended(new ConnectionEnd.Broken("no route")));
        ExpectStopped(connection);
    }

    [Fact]
    public void Close_before_it_is_open_ends_it_and_gives_up_connecting()
    {
        var connector = Connector().Hang();
        var connection = Connect(connector);
        var attempt = connector.ExpectAttempt();

        connection.Tell(new ConnectionMessages.Close());

        Assert.Equal(1000, Assert.IsType<ConnectionEnd.Closed>(Parent.ExpectMsg<ConnectionFacts.Ended>().End).Code);
        ExpectStopped(connection);
        Assert.True(attempt.IsCancellationRequested);
    }

    [Fact]
    public void One_send_is_under_way_at_most()
    {
        var connection = Open();
        Send(connection, Sound(1), Sound(2), Cancel("r1"));

        var first = _line.Hold<AppendAudio>();
        Pass(connection);
        Assert.False(_line.IsSending);

        first.Complete();
        _line.Next<CancelResponse>();
        _line.Next<AppendAudio>();
    }

    [Fact]
    public void The_out_of_band_station_is_told_when_its_request_has_left()
    {
        var connection = Open();
        var request = new CreateResponse(
            new ResponseRequest(Conversation: "none", Metadata: new Dictionary<string, string> { ["oob"] = "transcription" }))
            { EventId = EventId.Of("oob_transcription_1_1") };
        Send(connection, request, Sound(1));

        var sending = _line.Hold<CreateResponse>();
        Pass(connection);
        _outOfBand.ExpectNoMsg(TimeSpan.Zero);
        sending.Complete();

        _outOfBand.ExpectMsg(new ConnectionFacts.RequestSent(EventId.Of("oob_transcription_1_1")));
        _line.Next<AppendAudio>();
    }

    [Fact]
    public void One_receive_is_under_way_at_most()
    {
        var connection = Open();

        connection.Tell(new ConnectionMessages.Handled(0)); // requests the next read, which is already pending
        Pass(connection);
        _line.Emit(new RateLimitsUpdated(), new RateLimitsUpdated());

        _line.ExpectReader();
    }

    [Fact]
    public void Control_overtakes_sound_but_a_commit_does_not()
    {
        var connection = Open();
        Send(connection, Sound(1), Sound(2), new CommitAudio(), Cancel("r1"), Sound(3));

        Assert.Equal(1, Mark(_line.Next<AppendAudio>()));
        _line.Next<CancelResponse>();
        Assert.Equal(2, Mark(_line.Next<AppendAudio>()));
        _line.Next<CommitAudio>();
        Assert.Equal(3, Mark(_line.Next<AppendAudio>()));
    }

    [Fact]
    public void Credit_returns_for_half_a_window_of_frames_that_have_left_and_for_nothing_else()
    {
        var connection = Open();
        Send(connection, Sound(1), Sound(2), new CommitAudio(), Cancel("r1"));

        Leave(connection);
        Quiet(_microphone);
        _line.Next<CancelResponse>();
        var second = _line.Hold<AppendAudio>();
        Pass(connection);
        Quiet(_microphone);
        second.Complete();
        _microphone.ExpectMsg(new MicMessages.AddCredit(2));

        _line.Next<CommitAudio>();
        Pass(connection);
        Quiet(_microphone);
    }

    [Fact]
    public void After_the_last_sound_credit_returns_frame_by_frame()
    {
        var connection = Open();
        Send(connection, Sound(1), Sound(2), Sound(3));
        Leave(connection);
        connection.Tell(new ConnectionMessages.ReturnCredit());
        _microphone.ExpectMsg(new MicMessages.AddCredit(1));

        Leave(connection);
        _microphone.ExpectMsg(new MicMessages.AddCredit(1));
        Leave(connection);
        _microphone.ExpectMsg(new MicMessages.AddCredit(1));
        Pass(connection);
        Quiet(_microphone);
    }

    [Fact]
    public void Reading_pauses_while_the_turns_do_not_answer_and_goes_on_when_they_do()
    {
        var connection = Open();

        for (var i = 0; i < 256; i++) _line.Emit(new RateLimitsUpdated());
        Pass(connection);
        foreach (var mark in new[] { 64, 128, 192, 256 }) _turns.ExpectMsg(new ConnectionFacts.Mark(mark));
        Assert.False(_line.IsRead);

        connection.Tell(new ConnectionMessages.Handled(64));
        for (var i = 0; i < 64; i++) _line.Emit(new RateLimitsUpdated());
        Pass(connection);
        Assert.False(_line.IsRead);
        _turns.ExpectMsg(new ConnectionFacts.Mark(320));
    }

    [Fact]
    public void What_has_come_already_is_read_at_once_and_no_further_ahead_than_ever()
    {
        var line = new ReadyLine();
        var connection = Play(ConnectionActor.Props(line, Given.Socket, _microphone, _turns, _outOfBand, _ledger));

        foreach (var mark in new[] { 64, 128, 192, 256 }) _turns.ExpectMsg(new ConnectionFacts.Mark(mark));
        Pass(connection);
        Assert.Equal(256, line.Reads);

        connection.Tell(new ConnectionMessages.Handled(64));
        Pass(connection);
        Assert.Equal(320, line.Reads);
    }

    [Fact]
    public void What_is_taken_at_once_has_left_at_once()
    {
        var line = new ReadyLine();
        var connection = Play(ConnectionActor.Props(line, Given.Socket, _microphone, _turns, _outOfBand, _ledger));
        _turns.ExpectMsg(new ConnectionFacts.Mark(64)); // the connection is open

        Send(connection, Sound(1), Sound(2));

        _microphone.ExpectMsg(new MicMessages.AddCredit(2));
    }

    [Fact]
    public void A_mark_stands_behind_the_events_it_counts()
    {
        Open();

        for (var i = 0; i < 64; i++) _line.Emit(new SpeechStarted(ItemId.Of($"item{i}")));

        for (var i = 0; i < 64; i++)
            Assert.Equal($"item{i}", ((SpeechStarted)_turns.ExpectMsg<ConnectionFacts.Received>().Event).ItemId.Value);
        _turns.ExpectMsg(new ConnectionFacts.Mark(64));
    }

    [Fact]
    public void A_frame_that_cannot_be_used_is_survived()
    {
        Open();

        _line.Emit(new ReceiveResult.Skipped(null, "not JSON", 12));
        _line.Emit(new ReceiveResult.Skipped("response.done", "no response", 40));
        _line.Emit(Given.Committed(1));

        _turns.ExpectMsg(Given.Received(Given.Committed(1)));
    }

    [Fact]
    public void Each_event_goes_to_those_it_concerns()
    {
        var connection = Open();

        _line.Emit(Given.Asr(1, "hello"));
        _turns.ExpectMsg<ConnectionFacts.Received>(m => m.Event is AsrCompleted);
        _ledger.ExpectMsg<ConnectionFacts.Received>(m => m.Event is AsrCompleted);

        _line.Emit(Given.OobCreated("oob1", 1), Given.OobDone("oob1", 1, "hello"));
        _outOfBand.ExpectMsg<ConnectionFacts.Received>(m => m.Event is ResponseCreated);
        _outOfBand.ExpectMsg<ConnectionFacts.Received>(m => m.Event is ResponseDone);
        _ledger.ExpectMsg<ConnectionFacts.Received>(m => m.Event is ResponseDone);

        _line.Emit(new SessionCreated());
        Parent.ExpectMsg(Given.Received(new SessionCreated()));

        _line.Emit(new UnknownEvent("response.new_thing"));
        Pass(connection);
        Quiet(_turns, _outOfBand, _ledger, Parent);
    }

    [Fact]
    public void Sound_of_an_out_of_band_response_never_reaches_the_turns()
    {
        var connection = Open();

        _line.Emit(Given.OobCreated("oob1", 1), Given.Delta("oob1", "item9", Given.Sound(1)));
        Pass(connection);

        _outOfBand.ExpectMsg<ConnectionFacts.Received>(m => m.Event is ResponseCreated);
        Quiet(_turns, _outOfBand);
    }

    [Fact]
    public void Close_sends_what_waits_and_only_then_says_goodbye()
    {
        var connection = Open();
        Send(connection, Sound(1), Sound(2), Cancel("r1"));
        connection.Tell(new ConnectionMessages.Close());

        _line.Next<AppendAudio>();
        _line.Next<CancelResponse>();
        _line.Next<AppendAudio>();
        _line.Goodbye();

        _line.End(1000);
        Parent.ExpectMsg(new ConnectionFacts.Ended(new ConnectionEnd.Closed(1000, null)));
    }

    [Fact]
    public void Nothing_is_sent_after_the_goodbye()
    {
        var connection = Open();
        connection.Tell(new ConnectionMessages.Close());
        Send(connection, Cancel("r1"));
        _line.Goodbye();
        Send(connection, Sound(1), Cancel("r2"));
        connection.Tell(new ConnectionMessages.Close());
        Pass(connection);

        Assert.False(_line.IsSending);
        _line.End(1000);
        Parent.ExpectMsg(new ConnectionFacts.Ended(new ConnectionEnd.Closed(1000, null)));
    }

    [Fact]
    public void The_end_of_the_line_is_told_and_ends_the_connection()
    {
        var connection = Open();

        _line.End(1001, "going away");

        Parent.ExpectMsg(new ConnectionFacts.Ended(new ConnectionEnd.Closed(1001, "going away")));
        ExpectStopped(connection);
        _line.ExpectDisposed();
    }

    [Fact]
    public void A_send_that_fails_ends_the_connection_with_the_reason()
    {
        var connection = Open();
        Send(connection, Sound(1));

        _line.Hold<AppendAudio>().Fail(new IOException("pipe broken"));
        Pass(connection);
        Time.AdvanceMs(1000); // the wait for a pending close frame of the peer

        Parent.ExpectMsg(new ConnectionFacts.Ended(new ConnectionEnd.Broken("pipe broken")));
        ExpectStopped(connection);
        _line.ExpectDisposed();
    }

    [Fact]
    public void A_send_that_fails_because_the_peer_has_said_goodbye_ends_with_the_peers_reason()
    {
        var connection = Open();
        Send(connection, Sound(1));
        _line.Hold<AppendAudio>().Fail(new IOException("the socket is closed"));
        Pass(connection);

        _line.End(4004, "invalid_request_error.model_not_found");

        Parent.ExpectMsg(new ConnectionFacts.Ended(new ConnectionEnd.Closed(4004, "invalid_request_error.model_not_found")));
        ExpectStopped(connection);
    }

    [Fact]
    public void A_line_that_never_completes_a_send_fills_a_bounded_queue_and_then_is_broken()
    {
        var connection = Open();
        for (var i = 0; i < 257; i++) Send(connection, Cancel($"r{i}")); // one in progress, 256 queued
        Pass(connection);
        Quiet(Parent, _microphone);

        Send(connection, Cancel("r257"));

        Assert.IsType<ConnectionEnd.Broken>(Parent.ExpectMsg<ConnectionFacts.Ended>().End);
        ExpectStopped(connection);
        _line.Hold<CancelResponse>();
    }

    [Fact]
    public void A_connection_that_is_stopped_lets_go_of_its_line()
    {
        var connection = Open();
        _line.ExpectReader();

        Sys.Stop(connection);

        ExpectStopped(connection);
        _line.ExpectDisposed();
    }

    // Completes the send of an audio frame.
    private void Leave(IActorRef connection)
    {
        _line.Next<AppendAudio>();
        Pass(connection);
    }

    private IActorRef Connect(ScriptedConnector connector) =>
        Play(ConnectionActor.Props(connector, Given.Socket, _microphone, _turns, _outOfBand, _ledger));

    private IActorRef Open()
    {
        var connection = Connect(Connector().Accept(_line));
        _line.ExpectReader();
        return connection;
    }

    // All events reach the connection before the test completes the first send.
    private void Send(IActorRef connection, params ClientEvent[] events)
    {
        foreach (var e in events) connection.Tell(new ConnectionMessages.Send(e));
        Pass(connection);
    }

    private static AppendAudio Sound(byte mark) => new(Given.Sound(mark));

    private static byte Mark(AppendAudio sound) => sound.Audio.Span[0];

    private static CancelResponse Cancel(string response) => new(ResponseId.Of(response));

    private void ExpectStopped(IActorRef connection)
    {
        Parent.Watch(connection);
        Parent.ExpectTerminated(connection);
    }

    // A connection on which all operations complete synchronously.
    private sealed class ReadyLine : IRealtimeConnector, IRealtimeConnection
    {
        public int Reads { get; private set; }

        public Task<IRealtimeConnection> ConnectAsync(CancellationToken cancellation) => Task.FromResult<IRealtimeConnection>(this);

        public ValueTask<ReceiveResult> ReceiveAsync()
        {
            Reads++;
            return new(new ReceiveResult.Event(new RateLimitsUpdated()));
        }

        public Task SendAsync(ClientEvent clientEvent) => Task.CompletedTask;

        public Task CloseAsync() => Task.CompletedTask;

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}
