using Akka.Actor;
using Akka.Event;
using RealtimeAkka.Protocol;
using RealtimeAkka.Protocol.Messages;
using RealtimeAkka.Protocol.Wire;

namespace RealtimeAkka.Actors.Socket;

/// <summary>A live connection, or the reason why there is none. Open only after <c>session.updated</c>: nothing streams before.</summary>
public sealed class SocketActor : ReceiveActor, IWithTimers
{
    private readonly ILoggingAdapter _log = Context.GetLogger();
    private readonly SocketSettings _settings;
    private readonly IRealtimeConnector _connector;
    private readonly string _url;
    private readonly IActorRef _turns;
    private readonly IActorRef _outOfBand;
    private readonly IActorRef _ledger;
    private ErrorDetail? _lastError;
    private long _ids;

    /// <inheritdoc/>
    public ITimerScheduler Timers { get; set; } = null!;

    /// <summary>Props of an actor that waits for <see cref="SocketMessages.Open"/>.</summary>
    public static Props Props(SocketSettings settings, IRealtimeConnector connector, string url, IActorRef turns, IActorRef outOfBand, IActorRef ledger) =>
        Akka.Actor.Props.Create(() => new SocketActor(settings, connector, url, turns, outOfBand, ledger));

    /// <summary>Use <see cref="Props"/>.</summary>
    public SocketActor(SocketSettings settings, IRealtimeConnector connector, string url, IActorRef turns, IActorRef outOfBand, IActorRef ledger)
    {
        (_settings, _connector, _url, _turns, _outOfBand, _ledger) = (settings, connector, url, turns, outOfBand, ledger);
        Receive<SocketMessages.Open>(_ => Connect(Sender));
        // An early stop may overtake the microphone's request to open.
        Receive<SocketMessages.Close>(_ => GiveUp(ActorRefs.Nobody, new LineVerdict(ExitKind.Completed, "closed before it was open")));
    }

    private void Connect(IActorRef microphone)
    {
        var connection = Context.Watch(Context.ActorOf(ConnectionActor.Props(_connector, microphone, _turns, _outOfBand, _ledger)));
        Timers.StartSingleTimer(Late.Key, Late.Signal, _settings.OpenTimeout);
        Become(() => Opening(connection, microphone));
    }

    // The server greets first; an error instead of the greeting is the key or the model (PROTOCOL section 0).
    private void Opening(IActorRef connection, IActorRef microphone)
    {
        Receive<ConnectionFacts.Received>(m => m.Event is SessionCreated, m =>
        {
            _log.Debug("The server offers session {Event}", ((SessionCreated)m.Event).Session?.Id ?? "-");
            connection.Tell(new ConnectionMessages.Send(new SessionUpdate(_settings.Session) { EventId = EventId.Of($"session_{++_ids}") }));
        });
        Receive<ConnectionFacts.Received>(m => m.Event is SessionUpdated, _ =>
        {
            Timers.Cancel(Late.Key);
            _log.Info("Connection to {Url} is open", _url);
            var opened = new ConnectionFacts.Opened();
            _outOfBand.Tell(opened, connection);
            _ledger.Tell(opened, connection);
            _turns.Tell(opened, connection);
            microphone.Tell(new MicMessages.ResetCredit(_settings.Window), connection);
            Context.Parent.Tell(new SessionMessages.Opened());
            Become(() => Open(connection));
        });
        Receive<ConnectionFacts.Received>(m => m.Event is ServerError, m =>
        {
            _lastError = ((ServerError)m.Event).Error;
            // Where the key or the model is refused, a close follows and says the same.
            if (_ids > 0) GiveUp(connection, LineVerdict.Rejected(_lastError));
        });
        Receive<ConnectionFacts.Ended>(m => GiveUp(connection, LineVerdict.Of(m.End, _lastError, _url)));
        Receive<Terminated>(_ => GiveUp(connection, Failed()));
        Receive<SocketMessages.Close>(_ => GiveUp(connection, new LineVerdict(ExitKind.Completed, "closed before it was open")));
        Receive<Late>(_ => GiveUp(connection, _lastError is null
            ? new LineVerdict(ExitKind.Failed, $"{_url} did not set up the session within {_settings.OpenTimeout.TotalSeconds:0.#} s. Is it a Realtime endpoint?")
            : LineVerdict.Rejected(_lastError)));
    }

    private void Open(IActorRef connection)
    {
        Receive<ConnectionFacts.Received>(m =>
        {
            if (m.Event is not ServerError error) return;
            _lastError = error.Error;
            _log.Warning("The server reports {Code}: {Reason}", error.Error.Reason, error.Error.Message ?? "-");
        });
        Receive<ConnectionFacts.Ended>(m => GiveUp(connection, LineVerdict.Of(m.End, _lastError, _url)));
        Receive<Terminated>(_ => GiveUp(connection, Failed()));
        Receive<SocketMessages.Close>(_ =>
        {
            connection.Tell(new ConnectionMessages.Close());
            Timers.StartSingleTimer(Late.Key, Late.Signal, _settings.CloseTimeout);
            Become(() => Closing(connection));
        });
    }

    private void Closing(IActorRef connection)
    {
        Receive<ConnectionFacts.Received>(_ => { });
        Receive<ConnectionFacts.Ended>(_ => GiveUp(connection, new LineVerdict(ExitKind.Completed, "closed")));
        Receive<Terminated>(_ => GiveUp(connection, Failed()));
        Receive<Late>(_ => GiveUp(connection, new LineVerdict(ExitKind.Completed, "the server did not answer the goodbye")));
    }

    private void GiveUp(IActorRef connection, LineVerdict verdict)
    {
        Timers.Cancel(Late.Key);
        _log.Info("Connection to {Url} is over: {Reason}", _url, verdict.Reason);
        if (!connection.IsNobody()) Context.Stop(connection);
        var ended = new ConnectionFacts.Ended(new LineEnd.Closed(null, verdict.Reason));
        _outOfBand.Tell(ended);
        _turns.Tell(ended);
        Context.Parent.Tell(new SessionMessages.Disconnected(verdict.Exit, verdict.Reason));
        Become(Over);
    }

    private void Over() => ReceiveAny(_ => { });

    // It ended without a word: a fault of ours, logged by the supervision.
    private LineVerdict Failed() => LineVerdict.Of(new LineEnd.Broken("the connection station failed; see session.log"), _lastError, _url);

    /// <summary>A connection that fails stops: a restarted one would connect anew, behind the back of everybody.</summary>
    protected override SupervisorStrategy SupervisorStrategy() => new OneForOneStrategy(_ => Directive.Stop);

    private sealed record Late
    {
        public const string Key = "late";
        public static readonly Late Signal = new();
    }
}
