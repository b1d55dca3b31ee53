using Akka.Actor;
using RealtimeAkka.Actors.Stations;
using RealtimeAkka.Protocol;
using RealtimeAkka.Protocol.Messages;

namespace RealtimeAkka.Actors.Sessions;

/// <summary>
/// All calls of a process, each a session as a child named by its id: admits, starts, supervises and ends them. It knows a call by its id
/// and its ports only. The sender of <see cref="Start"/> receives how the session ended, even if it stops without reporting that. A
/// failure of one session does not affect another.
/// </summary>
public sealed class CallsActor : ReceiveActor, IWithTimers
{
    private readonly Dictionary<IActorRef, Running> _running = [];
    private readonly TimeProvider _clock;
    private CallAdmission _admission;
    private IActorRef _drainer = ActorRefs.Nobody;
    private bool _isStopping; // the time to drain is over

    /// <inheritdoc/>
    public ITimerScheduler Timers { get; set; } = null!;

    /// <summary>Props of an actor without calls.</summary>
    public static Props Props(CallLimits limits, TimeProvider clock) => Akka.Actor.Props.Create(() => new CallsActor(limits, clock));

    /// <summary>Use <see cref="Props"/>.</summary>
    public CallsActor(CallLimits limits, TimeProvider clock)
    {
        (_admission, _clock) = (new CallAdmission(limits), clock);

        Receive<Admit>(m => Sender.Tell(new Admission(TryAdmit(m.Call))));
        Receive<Withdraw>(m => Leave(m.Call));
        Receive<Start>(OnStart);
        Receive<Stop>(m => Find(m.Call).Tell(new SessionMessages.Stop()));
        Receive<Control>(m => Find(m.Call).Tell(new MicMessages.Control(m.What)));
        Receive<OfTenant>(m => Find(m.Call).Tell(new LedgerMessages.OfTenant(m.Budget)));
        Receive<Abandon>(m => Context.Stop(Find(m.Call)));
        Receive<GetStatus>(_ => Sender.Tell(new Status(_admission.Count, _admission.IsOpen)));
        Receive<Drain>(m =>
        {
            (_admission, _drainer) = (_admission.Drain(), Sender);
            Timers.StartSingleTimer(TimeIsUp.Key, TimeIsUp.Signal, m.Limit);
            ReportDrained();
        });
        Receive<TimeIsUp>(_ =>
        {
            _isStopping = true;
            foreach (var session in _running.Keys) session.Tell(new SessionMessages.Stop());
        });
        Receive<SessionMessages.Ended>(m => End(Sender, m));
        Receive<Terminated>(m =>
        {
            if (_running.TryGetValue(m.ActorRef, out var running)) End(m.ActorRef, new(ExitKind.Failed, running.Failure));
        });
    }

    private void OnStart(Start m)
    {
        var id = m.Settings.Facts.Id;
        var refusal = !Find(id).IsNobody() ? CallRefusal.Exists : _admission.Has(id) ? null : TryAdmit(id);
        if (refusal is { } reason)
        {
            Sender.Tell(new SessionMessages.Ended(ExitKind.Failed, Say(reason, id)));
            return;
        }
        var session = Context.Watch(Context.ActorOf(SessionActor.Props(m.Settings, m.Ports), id.Value));
        _running.Add(session, new Running(id, Sender, m.Ports.Clock, new StationFailures(), "The session stopped before its end."));
        session.Tell(new SessionMessages.Run());
        if (_isStopping) session.Tell(new SessionMessages.Stop());
    }

    private CallRefusal? TryAdmit(SessionId call)
    {
        (_admission, var refusal) = _admission.Admit(call, _clock.Now());
        return refusal;
    }

    private static string Say(CallRefusal refusal, SessionId id) =>
        refusal == CallRefusal.Exists ? $"A session {id} is running already." : $"The session {id} is not admitted: {refusal}.";

    private static IActorRef Find(SessionId id) => Context.Child(id.Value);

    private void End(IActorRef session, SessionMessages.Ended ended)
    {
        if (!_running.Remove(session, out var running)) return;
        running.Starter.Tell(ended);
        Leave(running.Call);
    }

    private void Leave(SessionId call)
    {
        _admission = _admission.Leave(call);
        ReportDrained();
    }

    private void ReportDrained()
    {
        if (_admission.IsDrained) _drainer.Tell(new Drained());
    }

    /// <summary>
    /// A session that fails in its own handlers resumes as its stations do (<see cref="StationActor"/>). It stops, with its stations, when
    /// it gives up a message, which nothing delivers again, and at the third failure within a minute.
    /// </summary>
    protected override SupervisorStrategy SupervisorStrategy() => new OneForOneStrategy(e =>
    {
        if (!_running.TryGetValue(Sender, out var running)) return Directive.Stop;
        var (failures, isHopeless) = running.Failures.Failed("session", running.Clock.Now());
        _running[Sender] = running with { Failures = failures, Failure = $"The session failed: {e.Message}" };
        if (isHopeless || e is GivenUpException or ActorKilledException or ActorInitializationException) return Directive.Stop;
        Sender.Tell(new SessionMessages.StationFailed("session", e.Message));
        return Directive.Resume;
    });

    /// <summary>
    /// Keep a place for a call; answered with <see cref="Admission"/>. The place is taken until the call ends or withdraws.
    /// </summary>
    public sealed record Admit(SessionId Call);

    /// <summary>Whether a call has a place; null: it has.</summary>
    public sealed record Admission(CallRefusal? Refusal);

    /// <summary>The admitted call does not start.</summary>
    public sealed record Withdraw(SessionId Call);

    /// <summary>
    /// Starts a call, which is admitted now unless it is already; answered with <see cref="SessionMessages.Ended"/> when it is over.
    /// </summary>
    public sealed record Start(SessionSettings Settings, SessionPorts Ports);

    /// <summary>Ends a call in an orderly way: open turns are finished.</summary>
    public sealed record Stop(SessionId Call);

    /// <summary>A person wants this of a call's microphone.</summary>
    public sealed record Control(SessionId Call, MicControl What);

    /// <summary>Where the budget of a call's tenant stands.</summary>
    public sealed record OfTenant(SessionId Call, TenantBudget Budget);

    /// <summary>Stops a call at once.</summary>
    public sealed record Abandon(SessionId Call);

    /// <summary>
    /// Admit no more calls; those there are go on, and after <paramref name="Limit"/> they are stopped in an orderly way. Answered with
    /// <see cref="Drained"/> when the last one is over.
    /// </summary>
    public sealed record Drain(TimeSpan Limit);

    /// <summary>No call is left.</summary>
    public sealed record Drained;

    /// <summary>Answered with <see cref="Status"/>.</summary>
    public sealed record GetStatus;

    /// <summary>The number of calls, and whether there is a place for another one.</summary>
    public sealed record Status(int Calls, bool IsOpen);

    private sealed record Running(
        SessionId Call, IActorRef Starter, TimeProvider Clock, StationFailures Failures, string Failure);

    private sealed record TimeIsUp
    {
        public const string Key = "drain";
        public static readonly TimeIsUp Signal = new();
    }
}
