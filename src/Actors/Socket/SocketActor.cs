using Akka.Actor;
using Akka.Event;
using RealtimeAkka.Protocol;
using RealtimeAkka.Protocol.Messages;
using RealtimeAkka.Protocol.Wire;

namespace RealtimeAkka.Actors.Socket;

/// <summary>
/// A live connection at all times, or the reason why there is none. Open only after <c>session.updated</c>: nothing streams before.
/// A connection is never repaired: the next one takes its place.
/// </summary>
public sealed class SocketActor : ReceiveActor, IWithTimers
{
    private readonly ILoggingAdapter _log = Context.GetLogger();
    private readonly SocketSettings _settings;
    private readonly IRealtimeConnector _connector;
    private readonly TimeProvider _clock;
    private readonly string _url;
    private readonly IActorRef _turns;
    private readonly IActorRef _outOfBand;
    private readonly IActorRef _ledger;
    private IActorRef _microphone = ActorRefs.Nobody;
    private ReconnectPolicy _reconnect;
    private LineVerdict? _lastLoss;
    private ErrorDetail? _lastError;
    private bool _wasOpen;
    private long _ids;

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
        _reconnect = settings.Reconnect;
        Receive<SocketMessages.Open>(_ =>
        {
            _microphone = Sender;
            Connect();
        });
        // An early stop may overtake the microphone's request to open.
        Receive<SocketMessages.Close>(_ => GiveUp(ClosedEarly));
    }

    private static LineVerdict ClosedEarly { get; } = new(ExitKind.Completed, "closed before it was open");

    private void Connect()
    {
        _lastError = null;
        var connection = Context.Watch(Context.ActorOf(ConnectionActor.Props(_connector, _settings.Window, _microphone, _turns, _outOfBand, _ledger).WithDispatcher(Threads.Line)));
        Timers.StartSingleTimer(Late.Key, Late.Signal, _settings.OpenTimeout);
        Become(() => Opening(connection));
    }

    // The server greets first; an error instead of the greeting is the key or the model (docs/protocol.md 2.2).
    private void Opening(IActorRef connection)
    {
        var asked = false;
        From<ConnectionFacts.Received>(connection, m =>
        {
            switch (m.Event)
            {
                case SessionCreated created:
                    _log.Debug("The server offers session {Event}", created.Session?.Id ?? "-");
                    asked = true;
                    connection.Tell(new ConnectionMessages.Send(new SessionUpdate(_settings.Session) { EventId = EventId.Of($"session_{++_ids}") }));
                    break;
                case SessionUpdated:
                    Opened(connection);
                    break;
                case ServerError { Error: var error }:
                    _lastError = error;
                    // Where the key or the model is refused, or the session is over, a close follows and says the same.
                    if (asked && error.Code != "session_expired") Lost(connection, LineVerdict.Rejected(error));
                    break;
            }
        });
        From<ConnectionFacts.Ended>(connection, m =>
        {
            var verdict = LineVerdict.Of(m.End, _lastError, _url);
            // An address where nobody ever answered is wrong more often than it is unlucky.
            var reached = asked || _wasOpen || _lastLoss is not null || m.End is not LineEnd.Broken;
            Lost(connection, verdict with { MayReturn = verdict.MayReturn && reached });
        });
        Gone(connection, () => Lost(connection, Failed() with { MayReturn = _wasOpen }));
        Receive<SocketMessages.Reopen>(m => Lost(connection, Renewal(m)));
        Receive<SocketMessages.Close>(_ => Leave(connection, _lastLoss ?? ClosedEarly));
        Receive<Late>(_ => Lost(connection, _lastError is null
            ? new LineVerdict(ExitKind.Failed, $"{_url} did not set up the session within {_settings.OpenTimeout.TotalSeconds:0.#} s. Is it a Realtime endpoint?") { MayReturn = _wasOpen }
            : LineVerdict.Rejected(_lastError)));
    }

    private void Opened(IActorRef connection)
    {
        _reconnect = _reconnect.Opened(_clock.Now());
        Timers.Cancel(Late.Key);
        Timers.StartSingleTimer(Old.Key, Old.Signal, _settings.Rollover);
        _log.Info("Connection to {Url} is open", _url);
        (_wasOpen, _lastLoss) = (true, null);
        // The turns come last: with them begins the sound.
        var opened = new ConnectionFacts.Opened();
        _outOfBand.Tell(opened, connection);
        _ledger.Tell(opened, connection);
        _turns.Tell(opened, connection);
        Context.Parent.Tell(new SessionMessages.Opened());
        Become(() => Open(connection));
    }

    private void Open(IActorRef connection)
    {
        From<ConnectionFacts.Received>(connection, m =>
        {
            if (m.Event is not ServerError error) return;
            _lastError = error.Error;
            _log.Warning("The server reports {Code}: {Reason}", error.Error.Reason, error.Error.Message ?? "-");
        });
        From<ConnectionFacts.Ended>(connection, m => Lost(connection, LineVerdict.Of(m.End, _lastError, _url)));
        Gone(connection, () => Lost(connection, Failed()));
        Receive<Old>(_ => _turns.Tell(new TurnMessages.AwaitPause()));
        Receive<SocketMessages.Reopen>(m => Close(connection, () => Lost(connection, Renewal(m))));
        Receive<SocketMessages.Close>(_ => Close(connection, () => Leave(connection, new LineVerdict(ExitKind.Completed, "closed"))));
    }

    // Says goodbye; what comes in meanwhile is heard, by those whom it concerns.
    private void Close(IActorRef connection, Action then)
    {
        connection.Tell(new ConnectionMessages.Close());
        Timers.StartSingleTimer(Late.Key, Late.Signal, _settings.CloseTimeout);
        Become(() =>
        {
            From<ConnectionFacts.Received>(connection, _ => { });
            From<ConnectionFacts.Ended>(connection, _ => then());
            Gone(connection, then);
            Receive<Late>(_ => then());
            Receive<Old>(_ => { });
            Receive<SocketMessages.Reopen>(_ => { });
            Receive<SocketMessages.Close>(_ => Close(connection, () => Leave(connection, new LineVerdict(ExitKind.Completed, "closed"))));
        });
    }

    private void Lost(IActorRef connection, LineVerdict verdict)
    {
        TimeSpan? wait = null;
        if (verdict.MayReturn) (_reconnect, wait) = _reconnect.Lost(_clock.Now(), Random.Shared.NextDouble());
        if (wait is not { } delay)
        {
            Leave(connection, verdict);
            return;
        }
        Drop(connection);
        _log.Warning("Connection to {Url} is lost, the next in {Milliseconds} ms: {Reason}", _url, (long)delay.TotalMilliseconds, verdict.Reason);
        if (_lastLoss is null)
        {
            // The turns first: what the out-of-band station gives up now is asked again, not told.
            var lost = new ConnectionFacts.Lost();
            _turns.Tell(lost);
            _outOfBand.Tell(lost);
            _microphone.Tell(new MicMessages.Hold());
            Context.Parent.Tell(new SessionMessages.LineLost(verdict.Reason));
        }
        _lastLoss = verdict;
        Timers.StartSingleTimer(Again.Key, Again.Signal, delay);
        Become(Waiting);
    }

    private void Waiting()
    {
        Receive<Again>(_ => Connect());
        Receive<SocketMessages.Reopen>(_ => Connect());
        Receive<SocketMessages.Close>(_ => GiveUp(_lastLoss!));
        ReceiveAny(_ => { }); // last words of a connection that was left
    }

    private void Leave(IActorRef connection, LineVerdict verdict)
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

    private void GiveUp(LineVerdict verdict)
    {
        Timers.CancelAll();
        _log.Info("Connection to {Url} is over: {Reason}", _url, verdict.Reason);
        var ended = new ConnectionFacts.Ended(new LineEnd.Closed(null, verdict.Reason));
        _outOfBand.Tell(ended);
        _turns.Tell(ended);
        Context.Parent.Tell(new SessionMessages.Disconnected(verdict.Exit, verdict.Reason));
        Become(() => ReceiveAny(_ => { }));
    }

    // Only from the connection of now: one that was left may still have something to say.
    private void From<T>(IActorRef connection, Action<T> handle) => Receive<T>(_ => Sender.Equals(connection), handle);

    private void Gone(IActorRef connection, Action handle) => Receive<Terminated>(m => m.ActorRef.Equals(connection), _ => handle());

    private static LineVerdict Renewal(SocketMessages.Reopen order) => new(ExitKind.Failed, order.Reason) { MayReturn = true };

    // It ended without a word: a fault of ours, logged by the supervision.
    private static LineVerdict Failed() => new(ExitKind.Failed, "The connection station failed; see session.log.") { MayReturn = true };

    /// <summary>A connection that fails stops: a restarted one would connect anew, behind the back of everybody.</summary>
    protected override SupervisorStrategy SupervisorStrategy() => new OneForOneStrategy(_ => Directive.Stop);

    private sealed record Late
    {
        public const string Key = "late";
        public static readonly Late Signal = new();
    }

    private sealed record Again
    {
        public const string Key = "again";
        public static readonly Again Signal = new();
    }

    private sealed record Old
    {
        public const string Key = "old";
        public static readonly Old Signal = new();
    }
}
