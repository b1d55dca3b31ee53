using RealtimeAkka.Actors.Sessions;
using RealtimeAkka.Actors.Sinks;

namespace RealtimeAkka.Actor.Tests;

/// <summary>All sessions of a process: the requester of a session always gets its end, for any cause.</summary>
public sealed class SessionsActorTests : ActorSpec
{
    private static readonly SessionId First = new("s-1"), Second = new("s-2");

    private readonly IActorRef _sessions;
    private readonly TestProbe _starter;

    public SessionsActorTests()
    {
        _sessions = Sys.ActorOf(SessionsActor.Props(), "sessions");
        _starter = CreateTestProbe("starter");
    }

    [Fact]
    public void A_session_that_ends_in_good_order_is_told_to_its_starter_once()
    {
        Start(First);

        _sessions.Tell(new SessionsActor.Stop(First));

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
        _sessions.Tell(new SessionsActor.Stop(Second));
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

        _sessions.Tell(new SessionsActor.Abandon(First));

        Gone(First);
    }

    [Fact]
    public void The_same_id_cannot_run_twice_at_once()
    {
        Start(First);

        _sessions.Tell(Request(First), _starter);

        Assert.Equal("A session s-1 is running already.", Ended().Reason);
        Assert.NotNull(Session(First));
    }

    // None of these sessions connects: their end does not depend on it.
    private void Start(SessionId id, SessionSettings? settings = null, IRecordSink? sink = null)
    {
        _sessions.Tell(Request(id, settings, sink), _starter);
        Pass(_sessions);
        Pass($"/user/sessions/{id}");
    }

    private SessionsActor.Start Request(SessionId id, SessionSettings? settings = null, IRecordSink? sink = null) => new(
        (settings ?? Given.Session) with { Facts = Given.Session.Facts with { Id = id } },
        new SessionPorts(new ScriptedSource(), new ScriptedSpeaker(), new ScriptedConnector().Hang(), sink is null ? [] : [sink], Time));

    private IActorRef Session(SessionId id)
    {
        var probe = CreateTestProbe();
        Sys.ActorSelection($"/user/sessions/{id}").Tell(new Identify(id), probe);
        return probe.ExpectMsg<ActorIdentity>().Subject;
    }

    private void Gone(SessionId id) => AwaitCondition(() => Session(id) is null);

    private SessionMessages.Ended Ended() => _starter.ExpectMsg<SessionMessages.Ended>();
}
