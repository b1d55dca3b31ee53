using System.Collections.Frozen;
using Akka.Actor;
using Akka.Event;
using RealtimeAkka.Actors.Ledger;
using RealtimeAkka.Actors.Mic;
using RealtimeAkka.Actors.OutOfBand;
using RealtimeAkka.Actors.Playback;
using RealtimeAkka.Actors.Sinks;
using RealtimeAkka.Actors.Socket;
using RealtimeAkka.Actors.Stations;
using RealtimeAkka.Actors.Tasks;
using RealtimeAkka.Actors.Tools;
using RealtimeAkka.Actors.Turns;
using RealtimeAkka.Protocol.Messages;

namespace RealtimeAkka.Actors.Sessions;

/// <summary>
/// One conversation: creates and supervises its stations. Audio flows from the microphone to the socket, and from the socket through
/// the turns to the playback; credit, requests and playback facts flow back. <see cref="SessionFlow"/> decides what happens when.
/// </summary>
public sealed class SessionActor : StationActor, IWithTimers
{
    private readonly ILoggingAdapter _log = Context.GetLogger();
    private readonly SessionPorts _ports;
    private readonly FrozenDictionary<SessionStation, IActorRef> _stations;
    private State _state, _checkpoint;
    private StationFailures _failures = new(); // not rolled back: a station may fail at any time

    /// <inheritdoc/>
    public ITimerScheduler Timers { get; set; } = null!;

    /// <summary>Props of a session that waits for <see cref="SessionMessages.Run"/>.</summary>
    public static Props Props(SessionSettings settings, SessionPorts ports) =>
        Akka.Actor.Props.Create(() => new SessionActor(settings, ports));

    /// <summary>Use <see cref="Props"/>.</summary>
    public SessionActor(SessionSettings s, SessionPorts ports)
    {
        _ports = ports;
        var flow = new SessionFlow(s.Facts, s.End, s.Turns.Drain, s.OutOfBand.Context, s.Notices, s.Ledger)
            { Sinks = ports.Sinks.Count, FlushTimeout = s.Sinks.Flush };
        _state = _checkpoint = new() { Flow = flow, Mic = ActorRefs.Nobody, Host = ActorRefs.Nobody };

        // The last sink is created first: each sink holds a reference to the next one.
        var sinks = ports.Sinks.Reverse().Aggregate((IActorRef?)null, (next, sink) =>
            Child($"sink-{sink.Name}", SinkActor.Props(s.Sinks, sink, next, ports.Depths).WithDispatcher(DispatcherIds.Sinks)))
            ?? Context.System.DeadLetters;
        var ledger = Child("ledger", CostLedgerActor.Props(s.Ledger, s.Facts, s.OutOfBand.Context, ports.Display, ports.Spending));
        var playback = Child("playback", PlaybackActor.Props(s.Playback, ports.Speaker, ports.Clock, ports.Depths));
        var outOfBand = Child(
            "outofband", OutOfBandActor.Props(s.OutOfBand, s.Ledger.Prices, s.Facts.Model, ports.Clock, ports.Depths));
        var turns = Child(
            "turns",
            TurnCoordinatorActor.Props(
                s.Turns, s.Facts, s.Ledger.Prices, ports.Clock, playback, outOfBand, ledger, sinks, ports.Depths, ports.Display));
        var tasks = Child("tasks", TasksActor.Props(s.Tasks, s.Facts, ports.Clock, turns, outOfBand, sinks));
        var tools = Child("tools", ToolsActor.Props(s.Tools, s.Facts, ports.Clock, turns, sinks, ports.Depths));
        // Here and not by themselves alone: a short turn may be joined before their threads run.
        if (s.Tasks.Tasks.Count > 0) turns.Tell(new TurnMessages.Attach(), tasks);
        if (s.Tools.Tools.Count > 0) turns.Tell(new TurnMessages.Attach(Tools: true), tools);
        var socket = Child(
            "socket", SocketActor.Props(s.Socket, ports.Connector, ports.Clock, s.Facts.Url, turns, outOfBand, ledger, ports.Depths));
        _stations = new Dictionary<SessionStation, IActorRef>
        {
            [SessionStation.Sinks] = sinks, [SessionStation.Ledger] = ledger, [SessionStation.Playback] = playback,
            [SessionStation.OutOfBand] = outOfBand, [SessionStation.Turns] = turns, [SessionStation.Tasks] = tasks,
            [SessionStation.Socket] = socket,
        }.ToFrozenDictionary();

        Receive<SessionMessages.Run>(_ =>
        {
            // The microphone asks the socket to open; the socket then sends Opened to the session.
            var mic = new MicPorts(ports.Source, ports.Clock)
                { Key = ports.Key, Recorder = ports.Recorder, Depths = ports.Depths, Display = ports.Display };
            ports.Keypad?.Listen(key => turns.Tell(new TurnMessages.KeyPressed(key)));
            (_state.Host, _state.Mic) = (Sender, Child("mic", MicActor.Props(s.Mic, mic, socket, turns, playback)));
        });
        ReceiveFromStations();
    }

    private void ReceiveFromStations()
    {
        Receive<SessionMessages.Opened>(m => Take(_state.Flow.Opened(Now, m.Model)));
        Receive<SessionMessages.ConnectionLost>(m => Take(_state.Flow.ConnectionLost(m.Reason)));
        Receive<SessionMessages.Disconnected>(m => Take(_state.Flow.Disconnected(m.Exit, m.Reason)));
        Receive<OutOfBandFacts.Flushed>(_ => Take(_state.Flow.OutOfBandFlushed()));
        Receive<SessionMessages.Stop>(_ => Take(_state.Flow.Stop()));
        Receive<MicMessages.Control>(m => Take(_state.Flow.Control(m)));
        Receive<SessionMessages.TurnsJoined>(m => Take(_state.Flow.TurnsJoined(m.Count)));
        Receive<SessionMessages.Judged>(m => Take(_state.Flow.Judged(m.Hearing)));
        Receive<SessionMessages.InputEnded>(_ => Take(_state.Flow.AllSent()));
        Receive<SessionMessages.InputFailed>(m => Take(_state.Flow.InputFailed(m.Reason)));
        Receive<SessionMessages.Drained>(m => Take(_state.Flow.Drained(m.OpenTurns)));
        Receive<TaskMessages.Finished>(_ => Take(_state.Flow.TasksFinished()));
        Receive<SessionMessages.NoticeRaised>(m => Take(_state.Flow.NoticeRaised(m.Notice)));
        Receive<SessionMessages.BudgetReached>(m => Take(_state.Flow.BudgetReached(m)));
        Receive<LedgerMessages.OfTenant>(m => Take(_state.Flow.OfTenant(m)));
        Receive<LedgerMessages.Totals>(m => Take(_state.Flow.Reported(report => report with { Bill = m }, Now)));
        Receive<MicMessages.Report>(m => Take(_state.Flow.Reported(report => report with { Mic = m }, Now)));
        Receive<PlaybackMessages.Report>(m => Take(_state.Flow.Reported(report => report with { Playback = m }, Now)));
        Receive<SinkMessages.Flushed>(m =>
        {
            if (m.Lost > 0) _log.Info("{Count} records could not be written ({Reason})", m.Lost, m.Reason);
            Take(_state.Flow.Flushed(m));
        });
        Receive<SessionMessages.SinkClosed>(_ => Take(_state.Flow.SinkClosed()));
        Receive<SessionMessages.StationFailed>(m =>
        {
            _log.Error("Station {Actor} failed and goes on: {Reason}", m.Station, m.Reason);
            Take(_state.Flow.StationFailed(m));
        });
        Receive<Terminated>(m =>
        {
            _log.Error("Station {Actor} failed", m.ActorRef.Path.Name);
            Take(_state.Flow.StationStopped(m.ActorRef.Path.Name));
        });
        Receive<TimeIsUp>(_ => Take(_state.Flow.TimeIsUp(Now)));
    }

    private DateTimeOffset Now => _ports.Clock.GetUtcNow();

    private void Take(Step<SessionFlow, SessionDecision> step)
    {
        _state.Flow = step.Next;
        foreach (var decision in step.Decisions) Do(decision);
    }

    private void Do(SessionDecision decision)
    {
        switch (decision)
        {
            case SessionDecision.Publish { Record: var record }:
                Tell(_stations[SessionStation.Sinks], new SinkMessages.Write(record));
                break;
            case SessionDecision.Send { To: var station, Message: var message }:
                Tell(station == SessionStation.Mic ? _state.Mic : _stations[station], message);
                break;
            case SessionDecision.Wait { Time: { } time }:
                Timers.StartSingleTimer(nameof(TimeIsUp), TimeIsUp.Signal, time);
                break;
            case SessionDecision.Wait:
                Timers.Cancel(nameof(TimeIsUp));
                break;
            case SessionDecision.Finish { Ended: var ended }:
                Tell(_state.Host, ended);
                Tell(Self, PoisonPill.Instance);
                break;
        }
    }

    private static IActorRef Child(string name, Props props) => Context.Watch(ChildOf(props, name));

    /// <summary>
    /// A station that fails resumes with its state from before the message it failed on (<see cref="StationActor"/>), with its references
    /// and its mailbox, in which that message is the first.
    /// </summary>
    protected override SupervisorStrategy SupervisorStrategy() => new OneForOneStrategy(e =>
    {
        if (e is ActorInitializationException) return Directive.Stop;
        var station = Sender.Path.Name;
        (_failures, var isHopeless) = _failures.Failed(station, _ports.Clock.Now());
        if (isHopeless || e is GivenUpException { IsRecoverable: false }) return Directive.Stop;
        var givenUp = e as GivenUpException;
        Self.Tell(new SessionMessages.StationFailed(station, e.Message, givenUp?.GivenUp, givenUp?.NeedsReconnect ?? false));
        return Directive.Resume;
    });

    /// <inheritdoc/>
    protected override void Checkpoint() => _checkpoint = _state;

    /// <inheritdoc/>
    protected override void Rollback() => _state = _checkpoint;

    private record struct State
    {
        public SessionFlow Flow;
        public IActorRef Mic, Host;
    }

    private sealed record TimeIsUp { public static readonly TimeIsUp Signal = new(); }
}
