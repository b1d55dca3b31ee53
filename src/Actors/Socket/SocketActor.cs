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
    private readonly IRealtimeConnector _connector;
    private readonly TimeProvider _clock;
    private readonly string _url;
    private readonly IActorRef _turns;
    private readonly IActorRef _outOfBand;
    private readonly IActorRef _ledger;
    private State _state, _checkpoint;

    /// <inheritdoc/>
    public ITimerScheduler Timers { get; set; } = null!;

    /// <summary>Props of an actor that waits for <see cref="SocketMessages.Open"/>.</summary>
    public static Props Props(
        SocketSettings settings, IRealtimeConnector connector, TimeProvider clock, string url, IActorRef turns, IActorRef outOfBand, IActorRef ledger) =>
        Akka.Actor.Props.Create(() => new SocketActor(settings, connector, clock, url, turns, outOfBand, ledger));

    /// <summary>Use <see cref="Props"/>.</summary>
    public SocketActor(
        SocketSettings settings, IRealtimeConnector connector, TimeProvider clock, string url, IActorRef turns, IActorRef outOfBand, IActorRef ledger)
    {
        (_settings, _connector, _clock, _url, _turns, _outOfBand, _ledger) = (settings, connector, clock, url, turns, outOfBand, ledger);
        _state = _checkpoint = new State { Reconnect = settings.Reconnect, Failures = new(), Microphone = ActorRefs.Nobody };
        Receive<SocketMessages.Open>(_ =>
        {
            _state.Microphone = Sender;
            Connect();
        });
        // An early stop may arrive before the microphone's Open.
        Receive<SocketMessages.Close>(_ => GiveUp(ClosedEarly));
    }

    private static ConnectionOutcome ClosedEarly { get; } = new(ExitKind.Completed, "closed before it was open");

    /// <inheritdoc/>
    protected override void Checkpoint() => _checkpoint = _state;

    /// <inheritdoc/>
    protected override void Rollback() => _state = _checkpoint;

    /// <inheritdoc/>
    protected override bool GiveUp(object message) => message is ConnectionFacts.Received or ConnectionFacts.Ended or RolloverDue; // reconnects

    private void Connect()
    {
        (_state.LastError, _state.IsConfiguring) = (null, false);
        var props = ConnectionActor.Props(_connector, _settings.Window, _state.Microphone, _turns, _outOfBand, _ledger);
        var connection = Context.Watch(ChildOf(props, $"{++_state.Connections}"));
        Timers.StartSingleTimer(OpenTimedOut.Key, OpenTimedOut.Signal, _settings.OpenTimeout);
        Become(() => Opening(connection));
    }

    // The server sends session.created first; an error in its place means a bad key or model (docs/protocol.md 2.2).
    private void Opening(IActorRef connection)
    {
        From<ConnectionFacts.Received>(connection, m =>
        {
            switch (m.Event)
            {
                case SessionCreated created:
                    _log.Debug("The server offers session {Event}", created.Session?.Id ?? "-");
                    _state.IsConfiguring = true;
                    Tell(connection, new ConnectionMessages.Send(new SessionUpdate(_settings.Session) { EventId = EventId.Of($"session_{++_state.Ids}") }));
                    break;
                case SessionUpdated:
                    Opened(connection);
                    break;
                case ServerError { Error: var error }:
                    _state.LastError = error;
                    // For a refused key or model, or an expired session, a close with the same reason follows.
                    if (_state.IsConfiguring && error.Code != "session_expired") Lost(connection, ConnectionOutcome.Rejected(error));
                    break;
            }
        });
        From<ConnectionFacts.Ended>(connection, m =>
        {
            var verdict = ConnectionOutcome.Of(m.End, _state.LastError, _url);
            // An address that never answered is more likely wrong than temporarily down.
            var reached = _state.IsConfiguring || _state.WasOpen || _state.LastLoss is not null || m.End is not ConnectionEnd.Broken;
            Lost(connection, verdict with { IsRetryable = verdict.IsRetryable && reached });
        });
        OnTerminated(connection, () => Lost(connection, Failed()));
        Receive<SocketMessages.Reopen>(m => Lost(connection, Renewal(m)));
        Receive<SocketMessages.Close>(_ => Leave(connection, _state.LastLoss ?? ClosedEarly));
        Receive<OpenTimedOut>(_ => Lost(connection, _state.LastError is null
            ? new ConnectionOutcome(ExitKind.Failed, $"{_url} did not set up the session within {_settings.OpenTimeout.TotalSeconds:0.#} s. Is it a Realtime endpoint?") { IsRetryable = _state.WasOpen || _state.LastLoss is not null }
            : ConnectionOutcome.Rejected(_state.LastError)));
    }

    private void Opened(IActorRef connection)
    {
        _state.Reconnect = _state.Reconnect.Opened(_clock.Now());
        Timers.Cancel(OpenTimedOut.Key);
        Timers.StartSingleTimer(RolloverDue.Key, RolloverDue.Signal, _settings.Rollover);
        _log.Info("Connection to {Url} is open", _url);
        (_state.WasOpen, _state.LastLoss) = (true, null);
        // The turns come last: they start the audio.
        var opened = new ConnectionFacts.Opened();
        Tell(_outOfBand, opened, connection);
        Tell(_ledger, opened, connection);
        Tell(_turns, opened, connection);
        Tell(Context.Parent, new SessionMessages.Opened());
        Become(() => Open(connection));
    }

    private void Open(IActorRef connection)
    {
        From<ConnectionFacts.Received>(connection, m =>
        {
            if (m.Event is not ServerError error) return;
            _state.LastError = error.Error;
            _log.Warning("The server reports {Code}: {Reason}", error.Error.Reason, error.Error.Message ?? "-");
        });
        From<ConnectionFacts.Ended>(connection, m => Lost(connection, ConnectionOutcome.Of(m.End, _state.LastError, _url)));
        OnTerminated(connection, () => Lost(connection, Failed()));
        Receive<RolloverDue>(_ => Tell(_turns, new TurnMessages.AwaitPause()));
        Receive<SocketMessages.Reopen>(m => Close(connection, () => Lost(connection, Renewal(m))));
        Receive<SocketMessages.Close>(_ => Close(connection, () => Leave(connection, new ConnectionOutcome(ExitKind.Completed, "closed"))));
    }

    // Closes; events that arrive meanwhile still go to their recipients.
    private void Close(IActorRef connection, Action then)
    {
        Tell(connection, new ConnectionMessages.Close());
        Timers.StartSingleTimer(OpenTimedOut.Key, OpenTimedOut.Signal, _settings.CloseTimeout);
        Become(() =>
        {
            From<ConnectionFacts.Received>(connection, _ => { });
            From<ConnectionFacts.Ended>(connection, _ => then());
            OnTerminated(connection, then);
            Receive<OpenTimedOut>(_ => then());
            Receive<RolloverDue>(_ => { });
            Receive<SocketMessages.Reopen>(_ => { });
            Receive<SocketMessages.Close>(_ => Close(connection, () => Leave(connection, new ConnectionOutcome(ExitKind.Completed, "closed"))));
        });
    }

    private void Lost(IActorRef connection, ConnectionOutcome verdict)
    {
        TimeSpan? wait = null;
        if (verdict.IsRetryable) (_state.Reconnect, wait) = _state.Reconnect.Lost(_clock.Now(), Random.Shared.NextDouble());
        if (wait is not { } delay)
        {
            Leave(connection, verdict);
            return;
        }
        Drop(connection);
        _log.Warning("Connection to {Url} is lost, the next in {Milliseconds} ms: {Reason}", _url, (long)delay.TotalMilliseconds, verdict.Reason);
        if (_state.LastLoss is null)
        {
            // The turns first: what the out-of-band station fails now is requested again, not published.
            var lost = new ConnectionFacts.Lost();
            Tell(_turns, lost);
            Tell(_outOfBand, lost);
            Tell(_state.Microphone, new MicMessages.Suspend());
            Tell(Context.Parent, new SessionMessages.ConnectionLost(verdict.Reason));
        }
        _state.LastLoss = verdict;
        Timers.StartSingleTimer(ReconnectDue.Key, ReconnectDue.Signal, delay);
        Become(Waiting);
    }

    private void Waiting()
    {
        Receive<ReconnectDue>(_ => Connect());
        Receive<SocketMessages.Reopen>(_ => Connect());
        Receive<SocketMessages.Close>(_ => GiveUp(_state.LastLoss!));
        ReceiveAny(_ => { }); // late messages of a dropped connection
    }

    private void Leave(IActorRef connection, ConnectionOutcome verdict)
    {
        Drop(connection);
        GiveUp(verdict);
    }

    private void Drop(IActorRef connection)
    {
        Timers.CancelAll();
        Context.Unwatch(connection);
        Context.Stop(connection);
    }

    private void GiveUp(ConnectionOutcome verdict)
    {
        Timers.CancelAll();
        _log.Info("Connection to {Url} is over: {Reason}", _url, verdict.Reason);
        var ended = new ConnectionFacts.Ended(new ConnectionEnd.Closed(null, verdict.Reason));
        Tell(_outOfBand, ended);
        Tell(_turns, ended);
        Tell(Context.Parent, new SessionMessages.Disconnected(verdict.Exit, verdict.Reason));
        Become(() => ReceiveAny(_ => { }));
    }

    // Only from the current connection: a dropped one may still have messages in the mailbox.
    private void From<T>(IActorRef connection, Action<T> handle) => Receive<T>(_ => Sender.Equals(connection), handle);

    private void OnTerminated(IActorRef connection, Action handle) => Receive<Terminated>(m => m.ActorRef.Equals(connection), _ => handle());

    private static ConnectionOutcome Renewal(SocketMessages.Reopen order) => new(ExitKind.Failed, order.Reason) { IsRetryable = true };

    // The actor stopped without reporting an end: a defect here, logged by the supervision.
    private ConnectionOutcome Failed()
    {
        (_state.Failures, var isHopeless) = _state.Failures.Failed("connection", _clock.Now());
        return new(ExitKind.Failed, "The connection station failed; see session.log.") { IsRetryable = !isHopeless };
    }

    /// <summary>A failed connection stops: a restarted one would connect again, unknown to the other actors.</summary>
    protected override SupervisorStrategy SupervisorStrategy() => new OneForOneStrategy(_ => Directive.Stop);

    private record struct State
    {
        public IActorRef Microphone;
        public ReconnectPolicy Reconnect;
        public StationFailures Failures; // of connections
        public ConnectionOutcome? LastLoss;
        public ErrorDetail? LastError;
        public bool WasOpen;
        public bool IsConfiguring; // session.created arrived and session.update was sent
        public long Connections, Ids;
    }

    private sealed record OpenTimedOut
    {
        public const string Key = "late";
        public static readonly OpenTimedOut Signal = new();
    }

    private sealed record ReconnectDue
    {
        public const string Key = "again";
        public static readonly ReconnectDue Signal = new();
    }

    private sealed record RolloverDue
    {
        public const string Key = "old";
        public static readonly RolloverDue Signal = new();
    }
}
