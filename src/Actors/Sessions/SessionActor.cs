using System.Collections.Immutable;
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
using RealtimeAkka.Protocol.Records;

namespace RealtimeAkka.Actors.Sessions;

/// <summary>
/// One conversation: creates and supervises its stations. Audio flows from the microphone to the socket, and from the socket through
/// the turns to the playback; credit, requests and playback facts flow back. States: starting, running, draining, closing, reporting.
/// </summary>
public sealed class SessionActor : StationActor, IWithTimers
{
    private readonly ILoggingAdapter _log = Context.GetLogger();
    private readonly SessionSettings _settings;
    private readonly SessionPorts _ports;
    private readonly IActorRef _sinks, _ledger, _playback, _outOfBand, _turns, _tasks, _socket;
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
        (_settings, _ports) = (s, ports);
        _state = _checkpoint = new() { Mic = ActorRefs.Nobody, Host = ActorRefs.Nobody, Outcome = new(), Early = [] };

        _sinks = SinkChain();
        _ledger = Child("ledger", CostLedgerActor.Props(s.Ledger, s.Facts, s.OutOfBand.Context));
        _playback = Child("playback", PlaybackActor.Props(s.Playback, ports.Speaker, ports.Clock));
        _outOfBand = Child("outofband", OutOfBandActor.Props(s.OutOfBand, s.Ledger.Prices, s.Facts.Model, ports.Clock));
        _turns = Child(
            "turns", TurnCoordinatorActor.Props(s.Turns, s.Facts, s.Ledger.Prices, ports.Clock, _playback, _outOfBand, _ledger, _sinks));
        _tasks = Child("tasks", TasksActor.Props(s.Tasks, s.Facts, ports.Clock, _turns, _outOfBand, _sinks));
        Child("tools", ToolsActor.Props(s.Tools, s.Facts, ports.Clock, _turns, _sinks));
        _socket = Child("socket", SocketActor.Props(s.Socket, ports.Connector, ports.Clock, s.Facts.Url, _turns, _outOfBand, _ledger));

        Receive<SessionMessages.Run>(_ =>
        {
            _state.Host = Sender;
            // The microphone asks the socket to open; the socket then sends Opened to the session.
            var mic = new MicPorts(ports.Source, ports.Clock) { Key = ports.Key, Recorder = ports.Recorder };
            _state.Mic = Child("mic", MicActor.Props(s.Mic, mic, _socket, _turns, _playback));
            Become(Starting);
        });
    }

    private void Starting()
    {
        Receive<SessionMessages.Opened>(_ =>
        {
            var (facts, now) = (_settings.Facts, _ports.Clock.GetUtcNow());
            _state.Outcome = _state.Outcome.Started(now);
            Publish(facts.Started(_settings.OutOfBand.Context.ToString()!, now));
            foreach (var notice in _state.Early.AddRange(_settings.Notices)) Publish(notice);
            Tell(_ledger, new LedgerMessages.Begin());
            if (_settings.End.AfterDuration is { } time) Timers.StartSingleTimer(TimeIsUp.Key, TimeIsUp.Signal, time);
            Become(Running);
        });
        Receive<SessionMessages.ConnectionLost>(_ => { }); // the socket logs it; no session has been published yet
        Receive<SessionMessages.StationFailed>(m => _state.Early = _state.Early.Add(OnFailed(m)));
        // Nothing was started, so only the reason is reported.
        Receive<SessionMessages.Disconnected>(m => Finish(new SessionMessages.Ended(m.Exit, m.Reason)));
        Receive<SessionMessages.Stop>(_ => Tell(_socket, new SocketMessages.Close()));
        Receive<Terminated>(m => Finish(new SessionMessages.Ended(ExitKind.Failed, OnFailed(m))));
    }

    private void Running()
    {
        Receive<SessionMessages.TurnsJoined>(m =>
        {
            _state.Outcome = _state.Outcome.Joined(m.Count);
            if (m.Count >= _settings.End.AfterTurns) StopListening();
        });
        Receive<SessionMessages.InputEnded>(_ =>
        {
            _state.InputEnded = true;
            Become(Draining);
            Tell(_turns, new TurnMessages.Drain());
        });
        Receive<SessionMessages.Stop>(_ => StopListening());
        Receive<TimeIsUp>(_ => StopListening());
        Common();
    }

    // In this order: the microphone sends all it has, the turns finish what is open, the tasks do their work at the end.
    private void Draining()
    {
        Receive<SessionMessages.TurnsJoined>(m => _state.Outcome = _state.Outcome.Joined(m.Count));
        Receive<SessionMessages.InputEnded>(_ =>
        {
            _state.InputEnded = true;
            Tell(_turns, new TurnMessages.Drain());
        });
        Receive<SessionMessages.StationFailed>(m =>
        {
            Publish(OnFailed(m));
            // It may have failed on the message that this station sent, so that is sent again.
            Tell(_state.Mic, new MicMessages.Stop());
            if (_state.InputEnded) Tell(_turns, new TurnMessages.Drain());
        });
        Receive<TimeIsUp>(_ => Tell(_turns, new TurnMessages.Drain())); // the connection is stuck: the closing silence cannot be sent
        Receive<SessionMessages.Stop>(_ => { });
        Receive<SessionMessages.Drained>(m =>
        {
            Timers.Cancel(TimeIsUp.Key);
            _state.Outcome = _state.Outcome.Drained(m.OpenTurns);
            var limit = $"{_settings.Turns.Drain.TotalSeconds:0.#} s";
            if (m.OpenTurns > 0) Publish(NoticeLevel.Warning, "drain_timeout", $"{m.OpenTurns} open turns did not finish within {limit}.");
            Tell(_tasks, new TaskMessages.Finish());
        });
        Receive<TaskMessages.Finished>(_ =>
        {
            _state.Outcome = _state.Outcome.Finished();
            Tell(_socket, new SocketMessages.Close());
        });
        Common();
    }

    private void Common()
    {
        Receive<SessionMessages.StationFailed>(m => Publish(OnFailed(m)));
        Receive<SessionMessages.BudgetReached>(OnBudgetReached);
        Receive<SessionMessages.ConnectionLost>(m => Publish(NoticeLevel.Warning, "disconnected", m.Reason));
        Receive<SessionMessages.Opened>(_ =>
        {
            _state.Outcome = _state.Outcome.Reconnected();
            const string Message = "A new connection is open; what was said is told again, what was open is asked again.";
            Publish(NoticeLevel.Info, "reconnected", Message);
        });
        Receive<SessionMessages.NoticeRaised>(m => Publish(m.Notice));
        Receive<SessionMessages.InputFailed>(m => _state.Outcome = _state.Outcome.End(ExitKind.Audio, m.Reason));
        Receive<SessionMessages.Disconnected>(m =>
        {
            _state.Outcome = _state.Outcome.Disconnected(m.Exit, m.Reason);
            Become(Closing);
            // What was pending on the connection is abandoned by now. The turns are drained once they have been sent that.
            Tell(_outOfBand, new OutOfBandMessages.Flush());
        });
        Receive<Terminated>(m =>
        {
            _state.Outcome = _state.Outcome.End(ExitKind.Failed, OnFailed(m));
            Report();
        });
    }

    // Without a connection the open turns end as they are, and what the assistant said is played to the end.
    private void Closing()
    {
        Receive<OutOfBandFacts.Flushed>(_ => Tell(_turns, new TurnMessages.Drain()));
        Receive<SessionMessages.StationFailed>(m =>
        {
            Publish(OnFailed(m));
            Tell(_turns, new TurnMessages.Drain());
        });
        Receive<SessionMessages.TurnsJoined>(m => _state.Outcome = _state.Outcome.Joined(m.Count));
        Receive<SessionMessages.Drained>(_ => Tell(_tasks, new TaskMessages.Finish()));
        Receive<TaskMessages.Finished>(_ => Report());
        Receive<Terminated>(m =>
        {
            _state.Outcome = _state.Outcome.EndIfCompleted(OnFailed(m));
            Report();
        });
        ReceiveAny(_ => { });
    }

    // Every station reports its figures, the summary is written, the sinks are flushed.
    private void Reporting()
    {
        Receive<LedgerMessages.Totals>(m => Reported(_state.Outcome.Report with { Bill = m }));
        Receive<MicMessages.Report>(m => Reported(_state.Outcome.Report with { Mic = m }));
        Receive<PlaybackMessages.Report>(m => Reported(_state.Outcome.Report with { Playback = m }));
        Receive<SessionMessages.TurnsJoined>(m => _state.Outcome = _state.Outcome.Joined(m.Count));
        Receive<Terminated>(m => _state.Outcome = _state.Outcome.EndIfCompleted(OnFailed(m)));
        Receive<TimeIsUp>(_ => Summarize());
        ReceiveAny(_ => { });
    }

    // A sink that is stuck or has failed does not delay the end of the session for ever.
    private void Flushing()
    {
        Receive<SinkMessages.Flushed>(m =>
        {
            if (m.Lost > 0) _log.Error("{Count} records could not be written", m.Lost);
            Finish(_state.Outcome.Ended);
        });
        Receive<TimeIsUp>(_ =>
        {
            _log.Error("The sinks did not finish; records may be lost");
            Finish(_state.Outcome.Ended);
        });
        ReceiveAny(_ => { });
    }

    private Notice OnFailed(SessionMessages.StationFailed failed)
    {
        _log.Error("Station {Actor} failed and goes on: {Reason}", failed.Station, failed.Reason);
        if (failed.NeedsReconnect) Tell(_socket, new SocketMessages.Reopen($"the {failed.Station} station failed"));
        return StationFailures.NoticeOf(failed);
    }

    private string OnFailed(Terminated m)
    {
        _log.Error("Station {Actor} failed", m.ActorRef.Path.Name);
        return $"The {m.ActorRef.Path.Name} station failed; see session.log.";
    }

    private void StopListening()
    {
        Tell(_state.Mic, new MicMessages.Stop());
        Timers.StartSingleTimer(TimeIsUp.Key, TimeIsUp.Signal, _settings.Turns.Drain);
        Become(Draining);
    }

    private void Report()
    {
        Become(Reporting);
        Tell(_ledger, new LedgerMessages.GetTotals());
        Tell(_state.Mic, new MicMessages.GetReport());
        Tell(_playback, new PlaybackMessages.GetReport());
        // A station that failed does not answer: the summary is written without its figures.
        Timers.StartSingleTimer(TimeIsUp.Key, TimeIsUp.Signal, TimeSpan.FromSeconds(2));
    }

    private void Reported(SessionReport report)
    {
        _state.Outcome = _state.Outcome with { Report = report };
        if (report.IsComplete) Summarize();
    }

    private void Summarize()
    {
        foreach (var record in _state.Outcome.Records(_settings.Facts, _ports.Clock.GetUtcNow())) Publish(record);
        Tell(_sinks, new SinkMessages.Flush());
        Timers.StartSingleTimer(TimeIsUp.Key, TimeIsUp.Signal, TimeSpan.FromSeconds(5));
        Become(Flushing);
    }

    private void OnBudgetReached(SessionMessages.BudgetReached m)
    {
        Publish(BudgetNotice.For(m));
        Tell(_outOfBand, new OutOfBandMessages.Limit(m.Step is BudgetStep.LimitContext narrow ? narrow.Scope : null));
        if (m.Step is not BudgetStep.EndSession) return;
        _state.Outcome = _state.Outcome.End(ExitKind.Budget, $"{BudgetNotice.Spent(m)}.");
        StopListening();
    }

    private void Finish(SessionMessages.Ended ended)
    {
        Tell(_state.Host, ended);
        Tell(Self, PoisonPill.Instance);
    }

    private void Publish(SessionRecord record) => Tell(_sinks, new SinkMessages.Write(record));

    private void Publish(NoticeLevel level, string code, string message) => Publish(new Notice(level, code, message));

    // The last sink is created first: each sink holds a reference to the next one.
    private IActorRef SinkChain()
    {
        IActorRef? next = null;
        foreach (var sink in _ports.Sinks.Reverse()) next = Child($"sink-{sink.Name}", SinkActor.Props(_settings.Sinks, sink, next));
        return next ?? Context.System.DeadLetters;
    }

    private IActorRef Child(string name, Props props) => Context.Watch(ChildOf(props, name));

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
        public IActorRef Mic, Host;
        public SessionOutcome Outcome;
        public ImmutableList<Notice> Early; // published once the session has started
        public bool InputEnded;
    }

    private sealed record TimeIsUp
    {
        public const string Key = "time";
        public static readonly TimeIsUp Signal = new();
    }
}
