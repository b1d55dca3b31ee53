using RealtimeAkka.Actors.Socket;

namespace RealtimeAkka.Actor.Tests;

public sealed class SocketActorTests : ActorSpec
{
    private readonly ScriptedLine _line;
    private readonly ScriptedConnector _connector;
    private readonly TestProbe _microphone, _turns, _outOfBand, _ledger;

    public SocketActorTests()
    {
        _line = Line();
        _connector = Connector();
        _microphone = CreateTestProbe("microphone");
        _turns = CreateTestProbe("turns");
        _outOfBand = CreateTestProbe("outofband");
        _ledger = CreateTestProbe("ledger");
    }

    [Fact]
    public void The_session_is_configured_only_after_the_server_has_greeted()
    {
        _connector.Accept(_line);
        var socket = Start();
        _line.ExpectReader();
        Pass(socket);
        Assert.False(_line.IsSending);

        _line.Emit(new SessionCreated());

        var update = _line.Next<SessionUpdate>();
        Assert.Equal(Given.Socket.Session, update.Session);
        Assert.Equal("session_1", update.EventId?.Value);
    }

    [Fact]
    public void It_is_open_for_all_only_after_the_server_has_accepted_the_settings()
    {
        _connector.Accept(_line);
        var socket = Start();
        _line.Emit(new SessionCreated());
        _line.Next<SessionUpdate>();
        Pass(socket);
        Quiet(Parent, _microphone, _turns, _outOfBand, _ledger);

        _line.Emit(new SessionUpdated());

        Parent.ExpectMsg<SessionMessages.Opened>();
        foreach (var station in new[] { _turns, _outOfBand, _ledger })
        {
            station.ExpectMsg<ConnectionFacts.Opened>();
            Assert.Equal(_turns.Sender, station.Sender);
        }
        Quiet(_microphone);
        _turns.Reply(new ConnectionMessages.StartAudio());
        _microphone.ExpectMsg(new MicMessages.ResetCredit(Given.Socket.Window));
        _microphone.Sender.Tell(new ConnectionMessages.Send(new CancelResponse()));
        _line.Next<CancelResponse>();
    }

    [Fact]
    public void Settings_that_the_server_rejects_end_it_as_a_matter_of_configuration()
    {
        _connector.Accept(_line);
        Start();
        _line.Emit(new SessionCreated());
        _line.Next<SessionUpdate>();

        _line.Emit(new ServerError(
            new ErrorDetail("invalid_request_error", "invalid_value", "No such voice.", "session.audio.output.voice")));

        ExpectOver(ExitKind.Configuration, "No such voice.");
        Quiet(_microphone);
        _line.ExpectDisposed();
    }

    [Fact]
    public void A_key_refused_at_the_door_is_a_matter_of_configuration()
    {
        _connector.Refuse(new ConnectionException(new ConnectionEnd.Refused(401)));
        Start();

        ExpectOver(ExitKind.Configuration, "OPENAI_API_KEY");
    }

    [Fact]
    public void A_key_refused_by_an_error_and_close_3000_is_a_matter_of_configuration()
    {
        _connector.Accept(_line);
        var socket = Start();
        _line.Emit(new ServerError(new ErrorDetail("invalid_request_error", "invalid_api_key", "Incorrect API key.")));
        _line.ExpectReader();
        Pass(socket);
        Quiet(Parent);

        _line.End(3000, "invalid_request_error.invalid_api_key");

        ExpectOver(ExitKind.Configuration, "Incorrect API key.");
    }

    [Fact]
    public void A_server_that_never_answers_the_call_is_given_up()
    {
        _connector.Hang();
        var socket = Start();
        var attempt = _connector.ExpectAttempt();
        Pass(socket);

        Time.Advance(Given.Socket.OpenTimeout);

        ExpectOver(ExitKind.Failed, "did not set up the session within 10 s");
        ExpectCancelled(attempt);
    }

    [Fact]
    public void A_server_that_does_not_accept_the_settings_in_time_is_given_up()
    {
        _connector.Accept(_line);
        var socket = Start();
        _line.Emit(new SessionCreated());
        _line.Next<SessionUpdate>();

        Time.Advance(Given.Socket.OpenTimeout - TimeSpan.FromMilliseconds(1));
        Pass(socket);
        Quiet(Parent);
        Time.AdvanceMs(1);

        ExpectOver(ExitKind.Failed, "did not set up the session within 10 s");
        _line.ExpectDisposed();
    }

    [Fact]
    public void A_session_that_is_open_has_no_time_limit()
    {
        var socket = Open();

        Time.Advance(2 * Given.Socket.OpenTimeout);
        Pass(socket);

        Quiet(Parent);
    }

    [Fact]
    [Trait("Cookbook", "20")]
    public void A_close_that_the_server_answers_is_in_good_order()
    {
        var socket = Open();

        socket.Tell(new SocketMessages.Close());
        _line.Goodbye();
        Quiet(Parent);
        _line.End(1000);

        ExpectOver(ExitKind.Completed, "closed");
    }

    [Fact]
    public void A_close_that_the_server_does_not_answer_is_over_after_a_while()
    {
        var socket = Open();
        socket.Tell(new SocketMessages.Close());
        _line.Goodbye();
        Pass(socket);

        Time.Advance(Given.Socket.CloseTimeout);

        ExpectOver(ExitKind.Completed, "closed");
        _line.ExpectDisposed();
    }

    [Fact]
    public void A_close_on_a_line_that_is_stuck_is_over_after_a_while()
    {
        var socket = Open();
        _microphone.Sender.Tell(new ConnectionMessages.Send(new CancelResponse()));
        _line.Hold<CancelResponse>();
        socket.Tell(new SocketMessages.Close());
        Pass(socket);

        Time.Advance(Given.Socket.CloseTimeout);

        ExpectOver(ExitKind.Completed, "closed");
        _line.ExpectDisposed();
    }

    [Theory]
    [InlineData(1000)]
    [InlineData(1008)]
    [InlineData(4000)]
    public void A_connection_that_the_server_closes_in_mid_session_is_replaced_whatever_its_reason(int code)
    {
        Open();
        _line.Emit(new ServerError(new ErrorDetail("server_error", "policy_violation", "You are not wanted here.")));
        Assert.Equal("server_error", Parent.ExpectMsg<SessionMessages.NoticeRaised>().Notice.Code);

        _line.End(code);

        ExpectLost("You are not wanted here.");
        Reopen("session_2");
    }

    [Fact]
    public void A_first_connection_that_the_server_ends_on_purpose_is_a_failure_that_is_told_once()
    {
        _connector.Accept(_line);
        var socket = Start();
        _line.Emit(new ServerError(new ErrorDetail("server_error", "policy_violation", "You are not wanted here.")));

        Assert.Equal("server_error", Parent.ExpectMsg<SessionMessages.NoticeRaised>().Notice.Code);
        _line.End(1008, "policy");

        ExpectOver(ExitKind.Failed, "You are not wanted here.");
        socket.Tell(new SocketMessages.Close());
        Time.AdvanceMs(60_000);
        Pass(socket);
        Quiet(Parent, _turns, _outOfBand);
    }

    [Fact]
    public void Close_while_it_is_opening_is_no_failure()
    {
        _connector.Hang();
        var socket = Start();
        var attempt = _connector.ExpectAttempt();

        socket.Tell(new SocketMessages.Close());

        ExpectOver(ExitKind.Completed, "before it was open");
        ExpectCancelled(attempt);
    }

    [Fact]
    public void Close_before_it_was_asked_to_open_is_no_failure_and_it_opens_no_more()
    {
        var socket = Play(SocketActor.Props(Given.Socket, _connector, Time, Given.Url, _turns, _outOfBand, _ledger));

        socket.Tell(new SocketMessages.Close());
        _microphone.Send(socket, new SocketMessages.Open());

        Assert.Equal(ExitKind.Completed, Parent.ExpectMsg<SessionMessages.Disconnected>().Exit);
        Pass(socket);
    }

    [Fact]
    public void A_line_that_breaks_in_our_hands_is_replaced()
    {
        Open();
        _line.ThrowsOnSend = new ObjectDisposedException("socket");

        _microphone.Sender.Tell(new ConnectionMessages.Send(new CancelResponse()));

        ExpectLost("station failed");
        _line.ExpectDisposed();
    }

    [Fact]
    public void A_lost_connection_is_replaced_after_a_moment_and_everybody_hears_of_both()
    {
        var socket = Open();

        _line.End(1001, "going away");

        ExpectLost("1001");
        Reopen();
        Quiet(Parent, _turns, _outOfBand, _ledger);
        Pass(socket);
    }

    [Fact]
    public void Until_the_next_connection_holds_it_is_one_loss_however_often_it_fails()
    {
        var socket = Open();
        _line.End(null);
        ExpectLost("no code");
        Pass(socket);

        FailsAgain(socket, new ConnectionEnd.Broken("no route"));
        FailsAgain(socket, new ConnectionEnd.Refused(503));

        Quiet(Parent, _turns, _outOfBand, _microphone);
        Reopen();
    }

    [Fact]
    public void What_the_server_says_on_purpose_ends_it_also_on_a_later_connection()
    {
        var socket = Open();
        _line.End(1012, "service restart");
        ExpectLost("1012");
        Pass(socket);

        _connector.Refuse(new ConnectionException(new ConnectionEnd.Refused(401)));
        Time.AdvanceMs(250);

        ExpectOver(ExitKind.Configuration, "OPENAI_API_KEY");
    }

    [Fact]
    public void It_gives_up_when_the_outage_lasts_too_long()
    {
        var socket = Open();
        _line.End(1011);
        ExpectLost("1011");
        Pass(socket);
        var failures = 0;
        for (; !Parent.HasMessages && failures < 200; failures++) FailsAgain(socket, new ConnectionEnd.Broken("no route"));

        ExpectOver(ExitKind.Failed, "no route");
        Assert.InRange(failures, 5, 13);
    }

    [Fact]
    public void A_close_while_there_is_no_connection_tells_why_there_is_none()
    {
        var socket = Open();
        _line.End(1013, "overloaded");
        ExpectLost("1013");

        socket.Tell(new SocketMessages.Close());

        ExpectOver(ExitKind.Failed, "overloaded");
    }

    [Fact]
    public void A_handshake_that_breaks_off_is_tried_again()
    {
        _connector.Accept(_line);
        Start();
        _line.Emit(new SessionCreated());
        _line.Next<SessionUpdate>();

        _line.End(1006);

        ExpectLost("1006");
        Reopen("session_2");
    }

    [Fact]
    public void A_session_that_is_over_before_it_is_configured_is_no_rejection()
    {
        _connector.Accept(_line);
        Start();
        _line.Emit(new SessionCreated());
        _line.Next<SessionUpdate>();

        _line.Emit(new ServerError(new ErrorDetail("invalid_request_error", "session_expired", "Your session is too old.")));
        _line.End(1001, "too old");

        ExpectLost("too old");
        Reopen("session_2");
    }

    [Fact]
    public void An_old_connection_is_renewed_in_a_pause()
    {
        var socket = Open();
        Time.Advance(Given.Socket.Rollover);
        _turns.ExpectMsg<TurnMessages.AwaitPause>();
        Assert.False(_line.IsSending);

        _turns.Reply(new SocketMessages.Reopen("it is old"));

        _line.Goodbye();
        Pass(socket);
        Quiet(_turns, Parent);
        _line.End(1000);
        ExpectLost("it is old");
        Reopen("session_2");
    }

    [Fact]
    public void A_connection_that_is_about_to_expire_is_renewed_even_without_a_pause()
    {
        _connector.Accept(_line);
        var socket = Start();
        _line.Emit(new SessionCreated(new SessionState(ExpiresAt: Time.GetUtcNow().ToUnixTimeSeconds() + 12)));
        _line.Next<SessionUpdate>();
        _line.Emit(new SessionUpdated(new SessionState(Model: "dated")));
        Assert.Equal("dated", Parent.ExpectMsg<SessionMessages.Opened>().Model);
        foreach (var station in new[] { _turns, _outOfBand, _ledger })
            Assert.Equal("dated", station.ExpectMsg<ConnectionFacts.Opened>().Model);

        Time.Advance(TimeSpan.FromSeconds(6));
        _turns.ExpectMsg<TurnMessages.AwaitPause>();
        Assert.False(_line.IsSending);
        Time.Advance(TimeSpan.FromSeconds(5));
        _line.Goodbye();
        Pass(socket);
        _line.End(1000);

        ExpectLost("about to expire");
        Reopen("session_2");
    }

    [Fact]
    public void Connections_that_fail_three_times_within_a_minute_are_given_up()
    {
        for (var failures = 1; failures <= 3; failures++) _connector.Throw(new UriFormatException("no such address"));
        var socket = Start();
        ExpectLost("connection station failed");
        AwaitCondition(() =>
        {
            Time.AdvanceMs(500); // longer than either delay
            Pass(socket);
            return Parent.HasMessages;
        });

        ExpectOver(ExitKind.Failed, "connection station failed");
    }

    [Fact]
    public void An_address_where_nobody_answers_at_the_start_is_wrong_and_not_tried_again()
    {
        _connector.Refuse(new ConnectionException(new ConnectionEnd.Broken("Connection refused")));
        Start();

        ExpectOver(ExitKind.Failed, "Connection refused");
    }

    private IActorRef Start()
    {
        var socket = Play(SocketActor.Props(Given.Socket, _connector, Time, Given.Url, _turns, _outOfBand, _ledger));
        _microphone.Send(socket, new SocketMessages.Open());
        return socket;
    }

    private IActorRef Open()
    {
        _connector.Accept(_line);
        var socket = Start();
        _connector.ExpectAttempt();
        _line.Emit(new SessionCreated());
        _line.Next<SessionUpdate>();
        _line.Emit(new SessionUpdated());
        Parent.ExpectMsg<SessionMessages.Opened>();
        foreach (var station in new[] { _turns, _outOfBand, _ledger }) station.ExpectMsg<ConnectionFacts.Opened>();
        _turns.Reply(new ConnectionMessages.StartAudio());
        _microphone.ExpectMsg<MicMessages.ResetCredit>();
        return socket;
    }

    private void ExpectLost(string reason)
    {
        _turns.ExpectMsg<ConnectionFacts.Lost>();
        _outOfBand.ExpectMsg<ConnectionFacts.Lost>();
        _microphone.ExpectMsg<MicMessages.Suspend>();
        Assert.Contains(reason, Parent.ExpectMsg<SessionMessages.ConnectionLost>().Reason, StringComparison.Ordinal);
    }

    // Advances by more than any delay; the attempt has ended when this returns.
    private void FailsAgain(IActorRef socket, ConnectionEnd end)
    {
        _connector.Refuse(new ConnectionException(end));
        Time.Advance(Given.Socket.Reconnect.MaxDelay);
        ExpectCancelled(_connector.ExpectAttempt());
        Pass(socket);
    }

    private void Reopen(string update = "session_2")
    {
        var line = Line();
        _connector.Accept(line);
        Time.Advance(Given.Socket.Reconnect.MaxDelay);
        line.Emit(new SessionCreated());
        Assert.Equal(update, line.Next<SessionUpdate>().EventId?.Value);
        line.Emit(new SessionUpdated());
        Parent.ExpectMsg<SessionMessages.Opened>();
        foreach (var station in new[] { _outOfBand, _ledger, _turns }) station.ExpectMsg<ConnectionFacts.Opened>();
        _turns.Reply(new ConnectionMessages.StartAudio());
        _microphone.ExpectMsg<MicMessages.ResetCredit>();
    }

    private void ExpectOver(ExitKind exit, string reason)
    {
        var told = Parent.ExpectMsg<SessionMessages.Disconnected>();
        Assert.Equal(exit, told.Exit);
        Assert.Contains(reason, told.Reason, StringComparison.Ordinal);
        _turns.ExpectMsg<ConnectionFacts.Ended>();
        _outOfBand.ExpectMsg<ConnectionFacts.Ended>();
    }

    private static void ExpectCancelled(CancellationToken attempt) => Assert.True(attempt.WaitHandle.WaitOne(TimeSpan.FromSeconds(3)));
}
