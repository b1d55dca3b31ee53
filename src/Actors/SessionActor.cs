using Akka.Actor;
using Akka.Event;
using RealtimeAkka.Actors.Ledger;
using RealtimeAkka.Actors.Mic;
using RealtimeAkka.Actors.OutOfBand;
using RealtimeAkka.Actors.Playback;
using RealtimeAkka.Actors.Sinks;
using RealtimeAkka.Actors.Socket;
using RealtimeAkka.Actors.Tasks;
using RealtimeAkka.Actors.Tools;
using RealtimeAkka.Actors.Turns;
using RealtimeAkka.Protocol.Messages;
using RealtimeAkka.Protocol.Records;

namespace RealtimeAkka.Actors;

/// <summary>
/// One conversation, the whole machine. Sound goes down this page; credit, orders and news of playback come back up.
/// Its life: starting, running, draining, closing, reporting.
/// </summary>
public sealed class SessionActor : ReceiveActor, IWithTimers
{
    private readonly ILoggingAdapter _log = Context.GetLogger();
    private readonly SessionSettings _settings;
    private readonly SessionPorts _ports;
    private readonly IActorRef _sinks, _ledger, _playback, _outOfBand, _turns, _tasks, _socket;
    private IActorRef _mic = ActorRefs.Nobody;
    private IActorRef _host = ActorRefs.Nobody;
    private SessionReport _report = new();
    private SessionMessages.Ended _ended = new(ExitKind.Completed, null);
    private StationFailures _failures = new();
    private DateTimeOffset _startedAt;
    private int _turnCount, _reconnects;
    private bool _inputEnded;
    private List<SessionRecord>? _early = []; // what happened before the session was open

    /// <inheritdoc/>
    public ITimerScheduler Timers { get; set; } = null!;

    /// <summary>Props of a session that waits for <see cref="SessionMessages.Run"/>.</summary>
    public static Props Props(SessionSettings settings, SessionPorts ports) =>
        Akka.Actor.Props.Create(() => new SessionActor(settings, ports)).WithDispatcher(Threads.Line);

    /// <summary>Use <see cref="Props"/>.</summary>
    public SessionActor(SessionSettings s, SessionPorts ports)
    {
        (_settings, _ports) = (s, ports);

        _sinks = SinkChain();
        _ledger = LineChild("ledger", CostLedgerActor.Props(s.Ledger, s.Facts, s.OutOfBand.Context));
        _playback = LineChild("playback", PlaybackActor.Props(s.Playback, ports.Speaker, ports.Clock));
        _outOfBand = LineChild("outofband", OutOfBandActor.Props(s.OutOfBand, s.Ledger.Prices, s.Facts.Model, ports.Clock));
        _turns = LineChild("turns", TurnCoordinatorActor.Props(s.Turns, s.Facts, s.Ledger.Prices, ports.Clock, _playback, _outOfBand, _ledger, _sinks));
        _tasks = LineChild("tasks", TasksActor.Props(s.Tasks, s.Facts, ports.Clock, _turns, _outOfBand, _sinks));
        LineChild("tools", ToolsActor.Props(s.Tools, s.Facts, ports.Clock, _turns, _sinks));
        _socket = LineChild("socket", SocketActor.Props(s.Socket, ports.Connector, ports.Clock, s.Facts.Url, _turns, _outOfBand, _ledger));

        Receive<SessionMessages.Run>(_ =>
        {
            _host = Sender;
            // The microphone asks the socket to open; the session is told when it did.
            _mic = Child("mic", MicActor.Props(s.Mic, ports, _socket, _turns, _playback));
            Become(Starting);
        });
    }

    private void Starting()
    {
        Receive<SessionMessages.Opened>(_ =>
        {
            var f = _settings.Facts;
            _startedAt = _ports.Clock.GetUtcNow();
            Tell(new SessionStarted(f.Id.Value, f.Url, f.Model, f.AsrModel, _settings.OutOfBand.Context.ToString()!, f.Runtime, f.Input, _startedAt));
            foreach (var notice in _settings.Notices) Tell(notice);
            _ledger.Tell(new LedgerMessages.Begin());
            if (_settings.End.AfterTime is { } time) Timers.StartSingleTimer(TimeIsUp.Key, TimeIsUp.Signal, time);
            Become(Running);
        });
        Receive<SessionMessages.LineLost>(_ => { }); // the socket logs it; there is no session yet to tell of
        Receive<SessionMessages.StationFailed>(Mend);
        // Nothing was started, so there is nothing to tell but the reason.
        Receive<SessionMessages.Disconnected>(m => Finish(new SessionMessages.Ended(m.Exit, m.Reason)));
        Receive<SessionMessages.Stop>(_ => _socket.Tell(new SocketMessages.Close()));
        Receive<Terminated>(m => Finish(StationFailed(m)));
    }

    private void Running()
    {
        Receive<SessionMessages.TurnsJoined>(m =>
        {
            _turnCount = m.Count;
            if (m.Count >= _settings.End.AfterTurns) StopListening();
        });
        Receive<SessionMessages.InputEnded>(_ =>
        {
            _inputEnded = true;
            Become(Draining);
            _turns.Tell(new TurnMessages.Drain());
        });
        Receive<SessionMessages.Stop>(_ => StopListening());
        Receive<TimeIsUp>(_ => StopListening());
        Common();
    }

    // The microphone first says all it has, then the turns finish what is open, then the tasks do what is to be done at the end.
    private void Draining()
    {
        Receive<SessionMessages.TurnsJoined>(m => _turnCount = m.Count);
        Receive<SessionMessages.InputEnded>(_ =>
        {
            _inputEnded = true;
            _turns.Tell(new TurnMessages.Drain());
        });
        Receive<SessionMessages.StationFailed>(m =>
        {
            Mend(m);
            // Our order may have been what it failed on.
            _mic.Tell(new MicMessages.Stop());
            if (_inputEnded) _turns.Tell(new TurnMessages.Drain());
        });
        Receive<TimeIsUp>(_ => _turns.Tell(new TurnMessages.Drain())); // the line is stuck: the closing silence cannot leave
        Receive<SessionMessages.Stop>(_ => { });
        Receive<SessionMessages.Drained>(m =>
        {
            Timers.Cancel(TimeIsUp.Key);
            if (m.OpenTurns > 0) Tell(NoticeLevel.Warning, "drain_timeout", $"{m.OpenTurns} open turns did not finish within {_settings.Turns.Drain.TotalSeconds:0.#} s.");
            _tasks.Tell(new TaskMessages.Finish());
        });
        Receive<TaskMessages.Finished>(_ => _socket.Tell(new SocketMessages.Close()));
        Common();
    }

    private void Common()
    {
        Receive<SessionMessages.StationFailed>(Mend);
        Receive<SessionMessages.BudgetReached>(Reached);
        Receive<SessionMessages.LineLost>(m => Tell(NoticeLevel.Warning, "disconnected", m.Reason));
        Receive<SessionMessages.Opened>(_ =>
        {
            _reconnects++;
            Tell(NoticeLevel.Info, "reconnected", "A new connection is open; what was said is told again, what was open is asked again.");
        });
        Receive<SessionMessages.Noticed>(m => Tell(m.Notice));
        Receive<SessionMessages.InputFailed>(m => _ended = new(ExitKind.Audio, m.Reason));
        Receive<SessionMessages.Disconnected>(m =>
        {
            if (m.Exit != ExitKind.Completed) _ended = new(m.Exit, m.Reason);
            Become(Closing);
            // What the connection owed has been given up by now; the turns shall hear of it before they say that all is told.
            _outOfBand.Tell(new ConnectionFacts.Mark(0));
        });
        Receive<Terminated>(m =>
        {
            _ended = StationFailed(m);
            Report();
        });
    }

    // Without a connection the turns that are open end as they are, and what the assistant said is heard to the end.
    private void Closing()
    {
        Receive<ConnectionMessages.Handled>(_ => _turns.Tell(new TurnMessages.Drain()));
        Receive<SessionMessages.StationFailed>(m =>
        {
            Mend(m);
            _turns.Tell(new TurnMessages.Drain());
        });
        Receive<SessionMessages.TurnsJoined>(m => _turnCount = m.Count);
        Receive<SessionMessages.Drained>(_ => _tasks.Tell(new TaskMessages.Finish()));
        Receive<TaskMessages.Finished>(_ => Report());
        Receive<SessionMessages.BudgetReached>(_ => { });
        Receive<Terminated>(m =>
        {
            if (_ended.Exit == ExitKind.Completed) _ended = StationFailed(m);
            Report();
        });
        ReceiveAny(_ => { });
    }

    // Every station says its figures, the summary is written, everything is flushed.
    private void Reporting()
    {
        Receive<LedgerMessages.Totals>(m => Reported(_report with { Bill = m }));
        Receive<MicMessages.Report>(m => Reported(_report with { Mic = m }));
        Receive<PlaybackMessages.Report>(m => Reported(_report with { Playback = m }));
        Receive<SessionMessages.TurnsJoined>(m => _turnCount = m.Count);
        Receive<SessionMessages.BudgetReached>(_ => { });
        Receive<TimeIsUp>(_ => Summarize());
        ReceiveAny(_ => { });
    }

    // A sink that is stuck, or failed, does not hold the last word back.
    private void Flushing()
    {
        Receive<SinkMessages.Flushed>(m =>
        {
            if (m.Lost > 0) _log.Error("{Count} records could not be written", m.Lost);
            Finish(_ended);
        });
        Receive<TimeIsUp>(_ =>
        {
            _log.Error("The sinks did not finish; records may be lost");
            Finish(_ended);
        });
        ReceiveAny(_ => { });
    }

    // What the message brought that a station failed on is not known here; a new connection brings it again.
    private void Mend(SessionMessages.StationFailed failed)
    {
        _log.Error("Station {Actor} failed and goes on: {Reason}", failed.Station, failed.Reason);
        Tell(NoticeLevel.Warning, "station_restarted", $"The {failed.Station} station failed and goes on; see session.log.");
        if (failed.Station is "mic" or "turns" or "outofband" or "socket") _socket.Tell(new SocketMessages.Reopen($"the {failed.Station} station failed"));
    }

    private void StopListening()
    {
        _mic.Tell(new MicMessages.Stop());
        Timers.StartSingleTimer(TimeIsUp.Key, TimeIsUp.Signal, _settings.Turns.Drain);
        Become(Draining);
    }

    private void Report()
    {
        Become(Reporting);
        _ledger.Tell(new LedgerMessages.GetTotals());
        _mic.Tell(new MicMessages.GetReport());
        _playback.Tell(new PlaybackMessages.GetReport());
        // A station that failed does not answer: the others' figures are told without it.
        Timers.StartSingleTimer(TimeIsUp.Key, TimeIsUp.Signal, TimeSpan.FromSeconds(2));
    }

    private void Reported(SessionReport report)
    {
        _report = report;
        if (report.IsComplete) Summarize();
    }

    private void Summarize()
    {
        if (_ended is { Exit: not (ExitKind.Completed or ExitKind.Budget), Reason: { } reason }) Tell(NoticeLevel.Error, "session_failed", reason);
        Tell(_report.Summarize(_settings.Facts, _turnCount, _reconnects, _ports.Clock.GetUtcNow() - _startedAt, _ended.Exit));
        _sinks.Tell(new SinkMessages.Flush());
        Timers.StartSingleTimer(TimeIsUp.Key, TimeIsUp.Signal, TimeSpan.FromSeconds(5));
        Become(Flushing);
    }

    private void Reached(SessionMessages.BudgetReached m)
    {
        Tell(BudgetNotice.For(m));
        _outOfBand.Tell(new OutOfBandMessages.Limit(m.Step is BudgetStep.Narrow narrow ? narrow.Scope : null));
        if (m.Step is not BudgetStep.End) return;
        _ended = new(ExitKind.Budget, $"{BudgetNotice.Spent(m)}.");
        StopListening();
    }

    private void Finish(SessionMessages.Ended ended)
    {
        _host.Tell(ended);
        Context.Stop(Self);
    }

    private SessionMessages.Ended StationFailed(Terminated m)
    {
        _log.Error("Station {Actor} failed", m.ActorRef.Path.Name);
        return new(ExitKind.Failed, $"The {m.ActorRef.Path.Name} station failed; see session.log.");
    }

    // The session is the first thing that is told.
    private void Tell(SessionRecord record)
    {
        if (_early is not null && record is not SessionStarted)
        {
            _early.Add(record);
            return;
        }
        _sinks.Tell(new SinkMessages.Write(record));
        var early = _early;
        _early = null;
        early?.ForEach(Tell);
    }

    private void Tell(NoticeLevel level, string code, string message) => Tell(new Notice(level, code, message));

    // The last sink is made first: each knows the one after it.
    private IActorRef SinkChain()
    {
        IActorRef? next = null;
        for (var i = _ports.Sinks.Count - 1; i >= 0; i--) next = Child($"sink-{_ports.Sinks[i].Name}", SinkActor.Props(_settings.Sinks, _ports.Sinks[i], next));
        return next ?? Context.System.DeadLetters;
    }

    private IActorRef LineChild(string name, Props props) => Child(name, props.WithDispatcher(Threads.Line));

    private IActorRef Child(string name, Props props) => Context.Watch(Context.ActorOf(props, name));

    /// <summary>
    /// A station that fails goes on where it was: what it knows is a value that is replaced as a whole, so it is as it was before the
    /// message it failed on, and its neighbours and its mailbox are still its own. Only what that message brought is missing.
    /// </summary>
    protected override SupervisorStrategy SupervisorStrategy() => new OneForOneStrategy(e =>
    {
        if (e is ActorInitializationException) return Directive.Stop;
        var station = Sender.Path.Name;
        (_failures, var isHopeless) = _failures.Failed(station, _ports.Clock.Now());
        if (isHopeless) return Directive.Stop;
        Self.Tell(new SessionMessages.StationFailed(station, e.Message));
        return Directive.Resume;
    });

    private sealed record TimeIsUp
    {
        public const string Key = "time";
        public static readonly TimeIsUp Signal = new();
    }
}
