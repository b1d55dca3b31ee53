using Akka.Actor;
using RealtimeAkka.Actors.Stations;
using RealtimeAkka.Protocol;
using RealtimeAkka.Protocol.Messages;

namespace RealtimeAkka.Actors.Sessions;

/// <summary>
/// All sessions of a process, each a child named by its id. The sender of <see cref="Start"/> receives how the session ended, even if
/// it stops without reporting that. A failure of one session does not affect another.
/// </summary>
public sealed class SessionsActor : ReceiveActor
{
    private readonly Dictionary<IActorRef, Running> _sessions = [];

    /// <summary>Props of an actor without sessions.</summary>
    public static Props Props() => Akka.Actor.Props.Create(() => new SessionsActor());

    /// <summary>Use <see cref="Props"/>.</summary>
    public SessionsActor()
    {
        Receive<Start>(m =>
        {
            var id = m.Settings.Facts.Id;
            if (!Find(id).IsNobody())
            {
                Sender.Tell(new SessionMessages.Ended(ExitKind.Failed, $"A session {id} is running already."));
                return;
            }
            var session = Context.Watch(Context.ActorOf(SessionActor.Props(m.Settings, m.Ports), id.Value));
            _sessions.Add(session, new Running(Sender, m.Ports.Clock, new StationFailures(), "The session stopped before its end."));
            session.Tell(new SessionMessages.Run());
        });
        Receive<Stop>(m => Find(m.Session).Tell(new SessionMessages.Stop()));
        Receive<Abandon>(m => Context.Stop(Find(m.Session)));
        Receive<SessionMessages.Ended>(m => End(Sender, m));
        Receive<Terminated>(m =>
        {
            if (_sessions.TryGetValue(m.ActorRef, out var running)) End(m.ActorRef, new(ExitKind.Failed, running.Failure));
        });
    }

    private static IActorRef Find(SessionId id) => Context.Child(id.Value);

    private void End(IActorRef session, SessionMessages.Ended ended)
    {
        if (_sessions.Remove(session, out var running)) running.Starter.Tell(ended);
    }

    /// <summary>
    /// A session that fails in its own handlers resumes as its stations do (<see cref="StationActor"/>). It stops, with its stations, when
    /// it gives up a message, which nothing delivers again, and at the third failure within a minute.
    /// </summary>
    protected override SupervisorStrategy SupervisorStrategy() => new OneForOneStrategy(e =>
    {
        if (!_sessions.TryGetValue(Sender, out var running)) return Directive.Stop;
        var (failures, isHopeless) = running.Failures.Failed("session", running.Clock.Now());
        _sessions[Sender] = running with { Failures = failures, Failure = $"The session failed: {e.Message}" };
        if (isHopeless || e is GivenUpException or ActorKilledException or ActorInitializationException) return Directive.Stop;
        Sender.Tell(new SessionMessages.StationFailed("session", e.Message));
        return Directive.Resume;
    });

    /// <summary>Starts a session; answered with <see cref="SessionMessages.Ended"/> when it is over.</summary>
    public sealed record Start(SessionSettings Settings, SessionPorts Ports);

    /// <summary>Ends a session in an orderly way: open turns are finished.</summary>
    public sealed record Stop(SessionId Session);

    /// <summary>Stops a session at once.</summary>
    public sealed record Abandon(SessionId Session);

    private sealed record Running(IActorRef Starter, TimeProvider Clock, StationFailures Failures, string Failure);
}
