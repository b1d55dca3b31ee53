using RealtimeAkka.Actors.Sessions;
using RealtimeAkka.Actors.Sinks;

namespace RealtimeAkka.Actor.Tests;

/// <summary>All sessions of a process: the requester of a session always gets its end, for any cause.</summary>
public sealed class CallsActorTests : ActorSpec
{
    private static readonly SessionId First = new("s-1"), Second = new("s-2");

    private readonly IActorRef _calls;
    private readonly TestProbe _starter;

    public CallsActorTests()
    {
        _calls = Sys.ActorOf(CallsActor.Props(CallLimits.None, Time), "calls");
        _starter = CreateTestProbe("starter");
    }

    [Fact]
    public void A_session_that_ends_in_good_order_is_told_to_its_starter_once()
    {
        Start(First);

        _calls.Tell(new CallsActor.Stop(First));

        Assert.Equal(ExitKind.Completed, Ended().Exit);
        Gone(First);
        Quiet(_starter);
    }

    [Fact]
    public void A_session_that_is_killed_has_failed_and_the_other_goes_on()
    {
        Start(First);
        Start(Second);

        Session(First).Tell(Kill.Instance);

        var ended = Ended();
        Assert.Equal(ExitKind.Failed, ended.Exit);
        Assert.StartsWith("The session failed: ", ended.Reason, StringComparison.Ordinal);
        Gone(First);
        _calls.Tell(new CallsActor.Stop(Second));
        Assert.Equal(ExitKind.Completed, Ended().Exit);
    }

    [Fact]
    public void A_session_that_throws_handles_the_message_once_more()
    {
        var sink = new CollectingSink("all");
        Start(First, sink: sink);
        Time.Fail("SessionActor");

        Session(First).Tell(new SessionMessages.Opened());

        Assert.Equal("s-1", sink.Next<SessionStarted>().Session);
        Assert.Equal("The session station failed and goes on; see session.log.", sink.Next<Notice>().Message);
        sink.Verify();
        Quiet(_starter);
    }

    [Fact]
    public void A_session_that_throws_twice_on_a_message_has_failed_and_is_not_started_again()
    {
        Start(First, Given.Session with { Notices = null! });

        Session(First).Tell(new SessionMessages.Opened());

        Assert.StartsWith("The session failed: ", Ended().Reason, StringComparison.Ordinal);
        Gone(First);
    }

    [Fact]
    public void A_session_that_stops_without_a_word_has_failed()
    {
        Start(First);

        Session(First).Tell(PoisonPill.Instance);

        Assert.Equal(new SessionMessages.Ended(ExitKind.Failed, "The session stopped before its end."), Ended());
    }

    [Fact]
    public void An_abandoned_session_is_gone_at_once()
    {
        Start(First);

        _calls.Tell(new CallsActor.Abandon(First));

        Gone(First);
    }

    [Fact]
    public void The_same_id_cannot_run_twice_at_once()
    {
        Start(First);

        _calls.Tell(Request(First), _starter);

        Assert.Equal("A session s-1 is running already.", Ended().Reason);
        Assert.NotNull(Session(First));
    }

    [Fact]
    public void An_admitted_call_keeps_its_place_until_it_ends_or_withdraws()
    {
        var calls = Sys.ActorOf(CallsActor.Props(new CallLimits(1, 10), Time), "limited");
        Assert.Null(Admit(calls, First));

        Assert.Equal(CallRefusal.Full, Admit(calls, Second));
        Assert.Equal(new CallsActor.Status(1, IsOpen: false), Status(calls));
        calls.Tell(new CallsActor.Withdraw(First));
        Assert.Null(Admit(calls, Second));
        calls.Tell(Request(Second), _starter);
        calls.Tell(new CallsActor.Stop(Second));
        Assert.Equal(ExitKind.Completed, Ended().Exit);
        Assert.Equal(new CallsActor.Status(0, IsOpen: true), Status(calls));
    }

    [Fact]
    public void A_call_that_is_not_admitted_does_not_start()
    {
        var calls = Sys.ActorOf(CallsActor.Props(new CallLimits(1, 10), Time), "limited");
        Assert.Null(Admit(calls, First));

        calls.Tell(Request(Second), _starter);

        Assert.Equal("The session s-2 is not admitted: Full.", Ended().Reason);
    }

    [Fact]
    public void A_drain_waits_for_the_calls_and_ends_them_in_good_order_when_its_time_is_over()
    {
        var drainer = CreateTestProbe("drainer");
        Start(First);
        Assert.Null(Admit(_calls, Second)); // has a place and starts later

        _calls.Tell(new CallsActor.Drain(TimeSpan.FromMilliseconds(50)), drainer);
        Assert.Equal(new CallsActor.Status(2, IsOpen: false), Status(_calls));
        Assert.Equal(CallRefusal.Draining, Admit(_calls, new SessionId("s-3")));
        Quiet(_starter);
        Time.AdvanceMs(50);
        Assert.Equal(ExitKind.Completed, Ended().Exit);
        Quiet(drainer);
        _calls.Tell(Request(Second), _starter);
        Assert.Equal(ExitKind.Completed, Ended().Exit);
        drainer.ExpectMsg<CallsActor.Drained>();
    }

    [Fact]
    public void Without_calls_a_drain_is_over_at_once()
    {
        _calls.Tell(new CallsActor.Drain(TimeSpan.FromMinutes(5)), _starter);

        _starter.ExpectMsg<CallsActor.Drained>();
    }

    private CallRefusal? Admit(IActorRef calls, SessionId id)
    {
        calls.Tell(new CallsActor.Admit(id), _starter);
        return _starter.ExpectMsg<CallsActor.Admission>().Refusal;
    }

    private CallsActor.Status Status(IActorRef calls)
    {
        calls.Tell(new CallsActor.GetStatus(), _starter);
        return _starter.ExpectMsg<CallsActor.Status>();
    }

    // None of these sessions connects: their end does not depend on it.
    private void Start(SessionId id, SessionSettings? settings = null, IRecordSink? sink = null)
    {
        _calls.Tell(Request(id, settings, sink), _starter);
        Pass(_calls);
        Pass($"/user/calls/{id}");
    }

    private CallsActor.Start Request(SessionId id, SessionSettings? settings = null, IRecordSink? sink = null) => new(
        (settings ?? Given.Session) with { Facts = Given.Session.Facts with { Id = id } },
        new SessionPorts(new ScriptedSource(), new ScriptedSpeaker(), new ScriptedConnector().Hang(), sink is null ? [] : [sink], Time));

    private IActorRef Session(SessionId id)
    {
        var probe = CreateTestProbe();
        Sys.ActorSelection($"/user/calls/{id}").Tell(new Identify(id), probe);
        return probe.ExpectMsg<ActorIdentity>().Subject;
    }

    private void Gone(SessionId id) => AwaitCondition(() => Session(id) is null);

    private SessionMessages.Ended Ended() => _starter.ExpectMsg<SessionMessages.Ended>();
}
