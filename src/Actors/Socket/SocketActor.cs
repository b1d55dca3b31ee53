using Akka.Actor;
using Akka.Event;
using RealtimeAkka.Actors.Stations;
using RealtimeAkka.Protocol;
using RealtimeAkka.Protocol.Messages;
using RealtimeAkka.Protocol.Wire;

namespace RealtimeAkka.Actors.Socket;

/// <summary>
/// Keeps a connection open, or reports why there is none. Open only after <c>session.updated</c>: nothing streams before.
/// A connection is never repaired; a new one replaces it.
/// </summary>
public sealed class SocketActor : StationActor, IWithTimers
{
    private readonly ILoggingAdapter _log = Context.GetLogger();
    private readonly SocketSettings _settings;
    private readonly TimeProvider _clock;
    private readonly Func<IActorRef, Props> _connection;
    private readonly IActorRef _turns, _outOfBand, _ledger;
    private State _state, _checkpoint;

    /// <inheritdoc/>
    public ITimerScheduler Timers { get; set; } = null!;

    /// <summary>Props of an actor that waits for <see cref="SocketMessages.Open"/>.</summary>
    public static Props Props(
        SocketSettings settings, IRealtimeConnector connector, TimeProvider clock, string url,
        IActorRef turns, IActorRef outOfBand, IActorRef ledger) =>
        Akka.Actor.Props.Create(() => new SocketActor(settings, connector, clock, url, turns, outOfBand, ledger));

    /// <summary>Use <see cref="Props"/>.</summary>
    public SocketActor(
        SocketSettings settings, IRealtimeConnector connector, TimeProvider clock, string url,
        IActorRef turns, IActorRef outOfBand, IActorRef ledger)
    {
        (_settings, _clock, _turns, _outOfBand, _ledger) = (settings, clock, turns, outOfBand, ledger);
        _connection = microphone => ConnectionActor.Props(connector, settings.Window, microphone, turns, outOfBand, ledger);
        _state = _checkpoint = new State(new Connectivity(url, settings.OpenTimeout, settings.Reconnect), ActorRefs.Nobody, 0, 0);
        Receive<SocketMessages.Open>(_ =>
        {
            _state.Microphone = Sender;
            Connect();
        });
        // An early stop may arrive before the microphone's Open.
        Receive<SocketMessages.Close>(_ => GiveUp(_state.Connectivity.Closed));
    }

    /// <inheritdoc/>
    protected override void Checkpoint() => _checkpoint = _state;

    /// <inheritdoc/>
    protected override void Rollback() => _state = _checkpoint;

    /// <inheritdoc/>
    protected override bool NeedsReconnect => true;

    /// <inheritdoc/>
    protected override bool GiveUp(object message) =>
        message is ConnectionFacts.Received or ConnectionFacts.Ended or RolloverDue; // reconnects

    private void Connect()
    {
        _state.Connectivity = _state.Connectivity.Connecting();
        var connection = Context.Watch(ChildOf(_connection(_state.Microphone), $"{++_state.Connections}"));
        Timers.StartSingleTimer(nameof(TimedOut), TimedOut.Signal, _settings.OpenTimeout);
        Become(() => Opening(connection));
    }

    private void Opening(IActorRef connection)
    {
        From<ConnectionFacts.Received>(connection, m => Configure(connection, m.Event));
        OnEnd(connection);
        Receive<SocketMessages.Reopen>(m => Lost(connection, ConnectionOutcome.Renewal(m.Reason)));
        Receive<SocketMessages.Close>(_ =>
        {
            Drop(connection);
            GiveUp(_state.Connectivity.Closed);
        });
        Receive<TimedOut>(_ => Lost(connection, _state.Connectivity.TimedOut));
    }

    // The server sends session.created first; an error in its place means a bad key or model (docs/protocol.md 2.2).
    private void Configure(IActorRef connection, ServerEvent e)
    {
        if (e is SessionCreated created)
        {
            _log.Debug("The server offers session {Event}", created.Session?.Id ?? "-");
            _state.Connectivity = _state.Connectivity.Configuring();
            var update = new SessionUpdate(_settings.Session) { EventId = EventId.Of($"session_{++_state.Updates}") };
            Tell(connection, new ConnectionMessages.Send(update));
        }
        else if (e is SessionUpdated) Opened(connection);
        else if (e is ServerError { Error: var error })
        {
            (_state.Connectivity, var rejection) = _state.Connectivity.Error(error);
            if (rejection is not null) Lost(connection, rejection);
        }
    }

    private void Opened(IActorRef connection)
    {
        _state.Connectivity = _state.Connectivity.Opened(_clock.Now());
        Timers.Cancel(nameof(TimedOut));
        Timers.StartSingleTimer(nameof(RolloverDue), RolloverDue.Signal, _settings.Rollover);
        _log.Info("Connection to {Url} is open", _state.Connectivity.Url);
        // The turns come last: they start the audio.
        foreach (var station in (IActorRef[])[_outOfBand, _ledger, _turns]) Tell(station, new ConnectionFacts.Opened(), connection);
        Tell(Context.Parent, new SessionMessages.Opened());
        Become(() => Open(connection));
    }

    private void Open(IActorRef connection)
    {
        From<ConnectionFacts.Received>(connection, m =>
        {
            if (m.Event is not ServerError { Error: var error }) return;
            _state.Connectivity = _state.Connectivity.Error(error).Next;
            _log.Warning("The server reports {Code}: {Reason}", error.Reason, error.Message ?? "-");
        });
        OnEnd(connection);
        Receive<RolloverDue>(_ => Tell(_turns, new TurnMessages.AwaitPause()));
        Receive<SocketMessages.Reopen>(m => Close(connection, ConnectionOutcome.Renewal(m.Reason)));
        Receive<SocketMessages.Close>(_ => Close(connection, _state.Connectivity.Closed));
    }

    // Closes; events that arrive meanwhile still go to their recipients.
    private void Close(IActorRef connection, ConnectionOutcome outcome)
    {
        Tell(connection, new ConnectionMessages.Close());
        Timers.StartSingleTimer(nameof(TimedOut), TimedOut.Signal, _settings.CloseTimeout);
        Become(() =>
        {
            From<ConnectionFacts.Ended>(connection, _ => Lost(connection, outcome));
            OnTerminated(connection, () => Lost(connection, outcome));
            Receive<TimedOut>(_ => Lost(connection, outcome));
            Receive<SocketMessages.Close>(_ => Close(connection, _state.Connectivity.Closed));
            ReceiveAny(_ => { });
        });
    }

    private void Lost(IActorRef connection, ConnectionOutcome outcome)
    {
        var isFirst = _state.Connectivity.Loss is null;
        (_state.Connectivity, var wait) = _state.Connectivity.Lost(outcome, _clock.Now(), Random.Shared.NextDouble());
        Drop(connection);
        if (wait is not { } delay)
        {
            GiveUp(outcome);
            return;
        }
        _log.Warning(
            "Connection to {Url} is lost, the next in {Milliseconds} ms: {Reason}",
            _state.Connectivity.Url, (long)delay.TotalMilliseconds, outcome.Reason);
        if (isFirst)
        {
            // The turns first: what the out-of-band station fails now is requested again, not published.
            foreach (var station in (IActorRef[])[_turns, _outOfBand]) Tell(station, new ConnectionFacts.Lost());
            Tell(_state.Microphone, new MicMessages.Suspend());
            Tell(Context.Parent, new SessionMessages.ConnectionLost(outcome.Reason));
        }
        Timers.StartSingleTimer(nameof(ReconnectDue), ReconnectDue.Signal, delay);
        Become(Waiting);
    }

    private void Waiting()
    {
        Receive<ReconnectDue>(_ => Connect());
        Receive<SocketMessages.Reopen>(_ => Connect());
        Receive<SocketMessages.Close>(_ => GiveUp(_state.Connectivity.Closed));
        ReceiveAny(_ => { }); // late messages of a dropped connection
    }

    private void Drop(IActorRef connection)
    {
        Timers.CancelAll();
        Context.Unwatch(connection);
        Context.Stop(connection);
    }

    private void GiveUp(ConnectionOutcome outcome)
    {
        Timers.CancelAll();
        _log.Info("Connection to {Url} is over: {Reason}", _state.Connectivity.Url, outcome.Reason);
        var ended = new ConnectionFacts.Ended(new ConnectionEnd.Closed(null, outcome.Reason));
        Tell(_outOfBand, ended);
        Tell(_turns, ended);
        Tell(Context.Parent, new SessionMessages.Disconnected(outcome.Exit, outcome.Reason));
        Become(() => ReceiveAny(_ => { }));
    }

    // Only from the current connection: a dropped one may still have messages in the mailbox.
    private void From<T>(IActorRef connection, Action<T> handle) => Receive<T>(_ => Sender.Equals(connection), handle);

    private void OnEnd(IActorRef connection)
    {
        From<ConnectionFacts.Ended>(connection, m => Lost(connection, _state.Connectivity.Ended(m.End)));
        OnTerminated(connection, () =>
        {
            (_state.Connectivity, var outcome) = _state.Connectivity.Failed(_clock.Now());
            Lost(connection, outcome);
        });
    }

    private void OnTerminated(IActorRef connection, Action handle) =>
        Receive<Terminated>(m => m.ActorRef.Equals(connection), _ => handle());

    /// <summary>A failed connection stops: a restarted one would connect again, unknown to the other actors.</summary>
    protected override SupervisorStrategy SupervisorStrategy() => new OneForOneStrategy(_ => Directive.Stop);

    private record struct State(Connectivity Connectivity, IActorRef Microphone, long Connections, long Updates);

    private sealed record TimedOut { public static readonly TimedOut Signal = new(); }
    private sealed record ReconnectDue { public static readonly ReconnectDue Signal = new(); }
    private sealed record RolloverDue { public static readonly RolloverDue Signal = new(); }
}
