using Akka.Actor;
using Akka.Event;
using RealtimeAkka.Actors.Stations;
using RealtimeAkka.Protocol.Messages;

namespace RealtimeAkka.Actors.Socket;

/// <summary>
/// Keeps a connection open, or reports why there is none: <see cref="ConnectionCycle"/> decides. A connection is never repaired; a new
/// one replaces it.
/// </summary>
public sealed class SocketActor : StationActor, IWithTimers
{
    private readonly ILoggingAdapter _log = Context.GetLogger();
    private readonly SocketSettings _settings;
    private readonly IRealtimeConnector _connector;
    private readonly TimeProvider _clock;
    private readonly string _url;
    private readonly IActorRef _turns, _outOfBand, _ledger;
    private readonly QueueDepth? _outbox, _unhandled;
    private State _state, _checkpoint;

    /// <inheritdoc/>
    public ITimerScheduler Timers { get; set; } = null!;

    /// <summary>Props of an actor that waits for <see cref="SocketMessages.Open"/>.</summary>
    public static Props Props(
        SocketSettings settings, IRealtimeConnector connector, TimeProvider clock, string url,
        IActorRef turns, IActorRef outOfBand, IActorRef ledger, QueueDepths? depths = null) =>
        Akka.Actor.Props.Create(() => new SocketActor(settings, connector, clock, url, turns, outOfBand, ledger, depths));

    /// <summary>Use <see cref="Props"/>.</summary>
    public SocketActor(
        SocketSettings settings, IRealtimeConnector connector, TimeProvider clock, string url,
        IActorRef turns, IActorRef outOfBand, IActorRef ledger, QueueDepths? depths)
    {
        (_settings, _connector, _clock, _url) = (settings, connector, clock, url);
        (_turns, _outOfBand, _ledger) = (turns, outOfBand, ledger);
        (_outbox, _unhandled) = (depths?.Add(nameof(Outbox)), depths?.Add(nameof(ReceiveLoop)));
        var connectivity = new Connectivity(url, settings.OpenTimeout, settings.Reconnect)
        {
            CanRenewKey = connector.CanRenewKey, KeyAdvice = settings.KeyAdvice,
        };
        var check = new SettingsCheck(settings.Session);
        var cycle = new ConnectionCycle(connectivity, settings.Rollover, check) { Greeting = settings.Greeting };
        _state = _checkpoint = new State(cycle, ActorRefs.Nobody, ActorRefs.Nobody, 0);

        Receive<SocketMessages.Open>(_ =>
        {
            _state.Microphone = Sender;
            Take(_state.Cycle.Begin());
        });
        Receive<SocketMessages.Reopen>(m => Take(_state.Cycle.Reopen(m.Reason, Now())));
        Receive<SocketMessages.Close>(_ => Take(_state.Cycle.Close())); // may arrive before the microphone's Open
        // Only from the current connection: a dropped one may still have messages in the mailbox.
        Receive<ConnectionFacts.Received>(_ => Sender.Equals(_state.Connection), m => Take(_state.Cycle.On(m.Event, Now())));
        Receive<ConnectionFacts.Ended>(_ => Sender.Equals(_state.Connection), m => Take(_state.Cycle.Ended(m.End, Now())));
        Receive<Terminated>(m => m.ActorRef.Equals(_state.Connection), _ => Take(_state.Cycle.Failed(Now())));
        Receive<Due>(m => Take(_state.Cycle.Due(m.Timer, Now())));
        ReceiveAny(_ => { });
    }

    /// <inheritdoc/>
    protected override void Checkpoint() => _checkpoint = _state;

    /// <inheritdoc/>
    protected override void Rollback() => _state = _checkpoint;

    /// <inheritdoc/>
    protected override bool NeedsReconnect => true;

    /// <inheritdoc/>
    protected override bool GiveUp(object message) => message is ConnectionFacts.Received or ConnectionFacts.Ended
        or Due { Timer: SocketTimer.Pause or SocketTimer.Expiry }; // reconnects

    private Moment Now() => new(_clock.Now(), _clock.GetUtcNow(), Jitter.Of(Self.Path.ToString(), _state.Connections));

    private void Take(Step<ConnectionCycle, SocketDecision> step)
    {
        _state.Cycle = step.Next;
        foreach (var decision in step.Decisions) Do(decision);
    }

    private void Do(SocketDecision decision)
    {
        switch (decision)
        {
            case SocketDecision.Connect connect:
                if (connect.WithFreshKey) _connector.RenewKey();
                var props = ConnectionActor.Props(
                    _connector, _settings, _state.Microphone, _turns, _outOfBand, _ledger, _outbox, _unhandled);
                _state.Connection = Context.Watch(ChildOf(props, $"{++_state.Connections}"));
                Start(SocketTimer.Limit, _settings.OpenTimeout);
                break;
            case SocketDecision.Send send:
                Tell(_state.Connection, new ConnectionMessages.Send(send.Event));
                break;
            case SocketDecision.Announce announce:
                Announce(announce);
                break;
            case SocketDecision.Raise raise:
                Tell(Context.Parent, new SessionMessages.NoticeRaised(raise.Notice));
                break;
            case SocketDecision.Log { Error: var error }:
                _log.Info("The server reports {Code}: {Reason}", error.Reason, error.Message ?? "-");
                break;
            case SocketDecision.AwaitPause:
                Tell(_turns, new TurnMessages.AwaitPause());
                break;
            case SocketDecision.Close:
                Tell(_state.Connection, new ConnectionMessages.Close());
                Start(SocketTimer.Limit, _settings.CloseTimeout);
                break;
            case SocketDecision.Drop:
                Timers.CancelAll();
                Context.Unwatch(_state.Connection);
                Context.Stop(_state.Connection);
                _state.Connection = ActorRefs.Nobody;
                break;
            case SocketDecision.Suspend suspend:
                // The turns first: what the out-of-band station fails now is requested again, not published.
                foreach (var station in (IActorRef[])[_turns, _outOfBand]) Tell(station, new ConnectionFacts.Lost());
                Tell(_state.Microphone, new MicMessages.Suspend());
                Tell(Context.Parent, new SessionMessages.ConnectionLost(suspend.Reason));
                break;
            case SocketDecision.Wait wait:
                var ms = (long)wait.Delay.TotalMilliseconds;
                _log.Warning("Connection to {Url} is lost, the next in {Milliseconds} ms: {Reason}", _url, ms, wait.Reason);
                Start(SocketTimer.Reconnect, wait.Delay);
                break;
            case SocketDecision.End { Outcome: var outcome }:
                _log.Info("Connection to {Url} is over: {Reason}", _url, outcome.Reason);
                var ended = new ConnectionFacts.Ended(new ConnectionEnd.Closed(null, outcome.Reason));
                foreach (var station in (IActorRef[])[_outOfBand, _turns]) Tell(station, ended);
                Tell(Context.Parent, new SessionMessages.Disconnected(outcome.Exit, outcome.Reason));
                break;
        }
    }

    private void Announce(SocketDecision.Announce open)
    {
        Timers.Cancel(SocketTimer.Limit);
        Start(SocketTimer.Pause, open.Renewal.InPauseAfter);
        if (open.Renewal.AtLatest is { } latest) Start(SocketTimer.Expiry, latest);
        _log.Info("Connection to {Url} is open", _url);
        // The turns come last: they start the audio.
        foreach (var station in (IActorRef[])[_outOfBand, _ledger, _turns])
            Tell(station, new ConnectionFacts.Opened(open.Model), _state.Connection);
        Tell(Context.Parent, new SessionMessages.Opened(open.Model));
    }

    private void Start(SocketTimer timer, TimeSpan delay) => Timers.StartSingleTimer(timer, new Due(timer), delay);

    /// <summary>A failed connection stops: a restarted one would connect again, unknown to the other actors.</summary>
    protected override SupervisorStrategy SupervisorStrategy() => new OneForOneStrategy(_ => Directive.Stop);

    private record struct State(ConnectionCycle Cycle, IActorRef Connection, IActorRef Microphone, long Connections);

    private sealed record Due(SocketTimer Timer);
}
