using Akka.Actor;
using Akka.Event;
using RealtimeAkka.Actors.Stations;
using RealtimeAkka.Protocol.Messages;
using RealtimeAkka.Protocol.Wire;

namespace RealtimeAkka.Actors.Socket;

/// <summary>
/// One WebSocket, used once: at most one send and one receive in progress, each reported to this actor when it completes.
/// It stops when the connection ends and is never repaired.
/// </summary>
public sealed class ConnectionActor : ReceiveActor, IWithTimers
{
    private readonly ILoggingAdapter _log = Context.GetLogger();
    private readonly EventRouter _router = new();
    private readonly SentAudio _audio;
    private readonly UnusedFrames _unused = new();
    private readonly ConnectionAttempt _attempt;
    private readonly ReceiveLoop _receiving;
    private readonly SendLoop _sending;
    private readonly IActorRef _microphone, _turns, _outOfBand, _ledger;

    /// <inheritdoc/>
    public ITimerScheduler Timers { get; set; } = null!;

    /// <summary>Props of an actor that connects at once and reports the outcome to its parent.</summary>
    public static Props Props(
        IRealtimeConnector connector, SocketSettings settings, IActorRef microphone, IActorRef turns, IActorRef outOfBand,
        IActorRef ledger, QueueDepth? outbox = null, QueueDepth? unhandled = null) =>
        Akka.Actor.Props.Create(
            () => new ConnectionActor(connector, settings, microphone, turns, outOfBand, ledger, outbox, unhandled));

    /// <summary>Use <see cref="Props"/>.</summary>
    public ConnectionActor(
        IRealtimeConnector connector, SocketSettings settings, IActorRef microphone, IActorRef turns, IActorRef outOfBand, IActorRef ledger,
        QueueDepth? outbox, QueueDepth? unhandled)
    {
        (_microphone, _turns, _outOfBand, _ledger) = (microphone, turns, outOfBand, ledger);
        _audio = new SentAudio(settings.MinInterruption, settings.Format);
        _sending = new SendLoop(settings.Window, frames => microphone.Tell(new MicMessages.AddCredit(frames)), outbox);
        var self = Self;
        _receiving = new ReceiveLoop(
            arrived: result => self.Tell(result, ActorRefs.NoSender),
            failed: e => self.Tell(new Status.Failure(e), ActorRefs.NoSender),
            // It is not sent again, and the ledger charges nothing twice. Other events are replaced by the next connection.
            unhandledUsage: e => ledger.Tell(new ConnectionFacts.Received(e)),
            unhandled);

        Receive<Connected>(m =>
        {
            Become(() => Open(m.Connection));
            Handle(_receiving.Next(m.Connection), m.Connection);
        });
        Receive<Status.Failure>(m => End(m.Cause is ConnectionException e ? e.End : new ConnectionEnd.Broken(m.Cause.Message)));
        Receive<ConnectionMessages.Close>(_ => End(new ConnectionEnd.Closed(1000, "closed before it was open")));

        _attempt = new ConnectionAttempt(connector);
        _attempt.Connection.PipeTo(Self, success: connection => new Connected(connection));
    }

    private void Open(IRealtimeConnection connection)
    {
        Receive<ReceiveResult>(m => Handle(m, connection));
        Receive<ConnectionMessages.Handled>(m =>
        {
            _receiving.Handled(m.Sequence);
            Handle(_receiving.Next(connection), connection);
        });
        Receive<ConnectionMessages.Send>(m =>
        {
            if (_sending.TryAdd(m.Event)) Write(connection);
            else End(new ConnectionEnd.Broken("nothing could be sent for too long"));
        });
        Receive<ConnectionMessages.StartAudio>(_ => _microphone.Tell(new MicMessages.ResetCredit(_sending.Window)));
        Receive<ConnectionMessages.ReturnCredit>(_ => _sending.ReturnEachFrame());
        Receive<Sent>(m =>
        {
            OnSent(m.Event);
            Write(connection);
        });
        Receive<ConnectionMessages.Close>(_ =>
        {
            _sending.Close();
            Write(connection);
        });
        // A send usually fails because the peer closed: its close frame is read next and gives the reason.
        Receive<SendFailed>(m => Timers.StartSingleTimer(nameof(CloseGrace), new CloseGrace(m.Reason), TimeSpan.FromSeconds(1)));
        Receive<CloseGrace>(m => End(new ConnectionEnd.Broken(m.Reason)));
        Receive<Status.Failure>(m => End(new ConnectionEnd.Broken(m.Cause.Message)));
    }

    // Handles all received events in a loop: a message to self per event would be half of the cost of an event.
    private void Handle(ReceiveResult? received, IRealtimeConnection connection)
    {
        for (; received is not null; received = _receiving.Next(connection))
        {
            _receiving.Take(received);
            if (received is ReceiveResult.Event { Value: var e }) Route(e);
            else if (received is ReceiveResult.Skipped frame && _unused.Skip(frame) is { } line) _log.Warning(line.Template, line.Values);
            else if (received is ReceiveResult.End { Value: var end }) End(end);
        }
    }

    private void Route(ServerEvent received)
    {
        var (to, e) = _router.Route(_audio.Correct(received));
        if (e is UnknownEvent unknown && _unused.IsNew(unknown)) _log.Debug("The server sends {Event}, which is not used", unknown.Type);
        if (to != Recipients.None) Tell(to, new ConnectionFacts.Received(e));
        if (_receiving.Count() is { } mark) _turns.Tell(new ConnectionFacts.Mark(mark));
    }

    private void Tell(Recipients to, ConnectionFacts.Received fact)
    {
        // Out-of-band before turns: it must know an item before the turns ask about it.
        if (to.HasFlag(Recipients.OutOfBand)) _outOfBand.Tell(fact);
        if (to.HasFlag(Recipients.Ledger)) _ledger.Tell(fact);
        if (to.HasFlag(Recipients.Turns))
        {
            if (_audio.Loudness.Measure(fact.Event) is { } loudness) _turns.Tell(loudness);
            _turns.Tell(fact);
        }
        if (to.HasFlag(Recipients.Socket)) Context.Parent.Tell(fact);
    }

    // A send that completes synchronously needs no message to self.
    private void Write(IRealtimeConnection connection)
    {
        while (_sending.TryTake(out var next))
        {
            _router.Sent(next);
            var send = connection.SendAsync(next);
            if (send.IsCompletedSuccessfully) OnSent(next);
            else TellWhenSent(send, next);
        }
        // The peer's close frame, or its silence, ends the reading; the parent enforces the timeout.
        if (_sending.TryClose()) connection.CloseAsync().PipeTo(Self);
    }

    // A method of its own: a closure in Write would be allocated for each event.
    private void TellWhenSent(Task send, ClientEvent next) =>
        send.PipeTo(Self, success: () => new Sent(next), failure: e => new SendFailed(e.GetBaseException().Message));

    private void OnSent(ClientEvent sent)
    {
        if (sent is AppendAudio { Audio: var audio } && _audio.Add(audio.Span) is { } spoken) _turns.Tell(spoken);
        _sending.Sent(sent);
        if (sent is CreateResponse { Response.Metadata: not null, EventId: { } id }) _outOfBand.Tell(new ConnectionFacts.RequestSent(id));
    }

    private void End(ConnectionEnd end)
    {
        Context.Parent.Tell(new ConnectionFacts.Ended(end));
        Context.Stop(Self);
    }

    /// <inheritdoc/>
    protected override void PostStop()
    {
        _receiving.Stop();
        _attempt.Stop();
    }

    private sealed record Connected(IRealtimeConnection Connection);
    private sealed record Sent(ClientEvent Event);
    private sealed record SendFailed(string Reason);
    private sealed record CloseGrace(string Reason);
}
