using System.Runtime.CompilerServices;
using Akka.Actor;
using Akka.Event;
using RealtimeAkka.Protocol;
using RealtimeAkka.Protocol.Messages;
using RealtimeAkka.Protocol.Wire;

namespace RealtimeAkka.Actors.Socket;

/// <summary>
/// One WebSocket, used once: at most one send and one receive in progress, each reported to this actor when it completes.
/// It stops when the connection ends and is never repaired.
/// </summary>
public sealed class ConnectionActor : ReceiveActor, IWithTimers
{
    // Requests are rare; a queue this long means that nothing was sent for minutes.
    private const int ControlCapacity = 256;

    // Events not yet handled by the turns at which reading pauses; a mark is sent after every quarter of it.
    private const int ReadAhead = 256;

    private readonly ILoggingAdapter _log = Context.GetLogger();
    private readonly CancellationTokenSource _stop = new();
    private readonly Outbox _outbox = new(ControlCapacity);
    private readonly EventRouter _router = new();
    private readonly SpeechLevel _energy = new();
    private readonly Dictionary<ItemId, long> _speaking = [];
    private readonly HashSet<string> _unknown = new(StringComparer.Ordinal);
    private readonly ReceiveContinuation _arrival;
    private readonly Task<IRealtimeConnection> _connecting;
    private readonly IActorRef _turns;
    private readonly IActorRef _outOfBand;
    private readonly IActorRef _ledger;
    private readonly IActorRef _microphone;
    private readonly int _window;
    private IRealtimeConnection? _connection;
    private volatile ReceiveResult? _read; // the last read, on whichever thread it completed
    private volatile bool _stopped;
    private int _creditAtOnce; // frames per credit message; half a window keeps the audio flowing
    private int _creditOwed;
    private bool _sending, _reading, _closing;
    private long _received, _handled, _skipped;

    /// <inheritdoc/>
    public ITimerScheduler Timers { get; set; } = null!;

    /// <summary>Props of an actor that connects at once and reports the outcome to its parent.</summary>
    public static Props Props(IRealtimeConnector connector, int window, IActorRef microphone, IActorRef turns, IActorRef outOfBand, IActorRef ledger) =>
        Akka.Actor.Props.Create(() => new ConnectionActor(connector, window, microphone, turns, outOfBand, ledger));

    /// <summary>Use <see cref="Props"/>.</summary>
    public ConnectionActor(IRealtimeConnector connector, int window, IActorRef microphone, IActorRef turns, IActorRef outOfBand, IActorRef ledger)
    {
        (_window, _microphone, _turns, _outOfBand, _ledger) = (window, microphone, turns, outOfBand, ledger);
        _creditAtOnce = Math.Max(1, window / 2);
        _arrival = new ReceiveContinuation(this, Self);

        Receive<Connected>(m =>
        {
            _connection = m.Connection;
            Become(Open);
            Read();
        });
        Receive<Status.Failure>(m => End(m.Cause is ConnectionException e ? e.End : new ConnectionEnd.Broken(m.Cause.Message)));
        Receive<ConnectionMessages.Close>(_ => End(new ConnectionEnd.Closed(1000, "closed before it was open")));

        _connecting = connector.ConnectAsync(_stop.Token);
        _connecting.PipeTo(Self, success: line => new Connected(line));
    }

    private void Open()
    {
        Receive<ReceiveResult>(m =>
        {
            Take(m);
            Read();
        });
        Receive<ConnectionMessages.Handled>(m =>
        {
            _handled = m.Sequence;
            Read();
        });
        Receive<ConnectionMessages.Send>(m => Add(m.Event));
        Receive<ConnectionMessages.StartAudio>(_ => _microphone.Tell(new MicMessages.ResetCredit(_window)));
        Receive<ConnectionMessages.ReturnCredit>(_ =>
        {
            _creditAtOnce = 1;
            GiveCredit();
        });
        Receive<Sent>(m =>
        {
            OnSent(m.Event);
            Write();
        });
        Receive<ConnectionMessages.Close>(_ =>
        {
            _closing = true;
            Write();
        });
        // A send usually fails because the peer closed: its close frame is read next and gives the reason.
        Receive<SendFailed>(m => Timers.StartSingleTimer(CloseGrace.Key, new CloseGrace(m.Reason), TimeSpan.FromSeconds(1)));
        Receive<CloseGrace>(m => End(new ConnectionEnd.Broken(m.Reason)));
        Receive<Status.Failure>(m => End(new ConnectionEnd.Broken(m.Cause.Message)));
    }

    private void Take(ReceiveResult read)
    {
        switch (read)
        {
            case ReceiveResult.Event { Value: var e }:
                _reading = false;
                Handle(e);
                break;
            case ReceiveResult.Skipped skipped:
                _reading = false;
                // Bounds the log when a server sends only such frames.
                if (++_skipped <= 20 || _skipped % 1000 == 0) _log.Warning("Skipped frame {Count}, {Bytes} bytes, type {Type}: {Reason}", _skipped, skipped.Bytes, skipped.Type ?? "-", skipped.Reason);
                break;
            case ReceiveResult.End { Value: var end }:
                End(end); // the last read: _reading stays set
                break;
        }
    }

    private void Handle(ServerEvent received)
    {
        var (to, e) = _router.Route(received);
        var fact = new ConnectionFacts.Received(e);
        if (to == Recipients.None) Unused(e);
        // Out-of-band before turns: it must know an item before the turns ask about it.
        if (to.HasFlag(Recipients.OutOfBand)) _outOfBand.Tell(fact);
        if (to.HasFlag(Recipients.Ledger)) _ledger.Tell(fact);
        if (to.HasFlag(Recipients.Turns))
        {
            Measure(e);
            _turns.Tell(fact);
        }
        if (to.HasFlag(Recipients.Socket)) Context.Parent.Tell(fact);

        if (++_received % (ReadAhead / 4) == 0) _turns.Tell(new ConnectionFacts.Mark(_received));
    }

    // Measured here because only this actor knows what was sent on the connection, which is what the server's audio clock counts.
    private void Measure(ServerEvent e)
    {
        switch (e)
        {
            case SpeechStarted started when _speaking.Count < ReadAhead:
                _speaking[started.ItemId] = started.AudioStartMs;
                break;
            case SpeechStopped stopped when _speaking.Remove(stopped.ItemId, out var from) && _energy.Loudest(from, stopped.AudioEndMs) is { } loudest:
                _turns.Tell(new ConnectionFacts.Loudness(stopped.ItemId, loudest));
                break;
        }
    }

    private void Unused(ServerEvent e)
    {
        if (e is UnknownEvent unknown && _unknown.Count < 100 && _unknown.Add(unknown.Type)) _log.Debug("The server sends {Event}, which is not used", unknown.Type);
    }

    private void Add(ClientEvent order)
    {
        if (_closing) return;
        if (!_outbox.TryAdd(order))
        {
            End(new ConnectionEnd.Broken("nothing could be sent for too long"));
            return;
        }
        Write();
    }

    // Handles all received events in a loop: a message to self per event would be half of the cost of an event.
    private void Read()
    {
        while (!_reading && _received - _handled < ReadAhead)
        {
            _reading = true;
            ValueTask<ReceiveResult> reading;
            // One statement, so that no exception can separate a received event from _read.
            _read = (reading = _connection!.ReceiveAsync()).IsCompletedSuccessfully ? reading.Result : null;
            if (_read is { } read) Take(read);
            else _arrival.Await(reading);
        }
    }

    // A send that completes synchronously needs no message to self.
    private void Write()
    {
        while (!_sending && _outbox.TryTake(out var next))
        {
            _sending = true;
            _router.Sent(next);
            var send = _connection!.SendAsync(next);
            if (send.IsCompletedSuccessfully) OnSent(next);
            else TellWhenLeft(send, next);
        }
        if (_sending || !_closing) return;

        // The last send: _sending stays set. The peer's close frame, or its silence, ends the reading; the parent enforces the
        // timeout.
        _sending = true;
        _connection!.CloseAsync().PipeTo(Self);
    }

    private void TellWhenLeft(Task send, ClientEvent next) =>
        send.PipeTo(Self, success: () => new Sent(next), failure: e => new SendFailed(e.GetBaseException().Message));

    private void OnSent(ClientEvent sent)
    {
        _sending = false;
        if (sent is AppendAudio { Audio: var sound })
        {
            _energy.Add(sound.Span);
            _creditOwed++;
            GiveCredit();
        }
        if (sent is CreateResponse { Response.Metadata: not null, EventId: { } id }) _outOfBand.Tell(new ConnectionFacts.RequestSent(id));
    }

    private void GiveCredit()
    {
        if (_creditOwed < _creditAtOnce) return;
        _microphone.Tell(new MicMessages.AddCredit(_creditOwed));
        _creditOwed = 0;
    }

    private void End(ConnectionEnd end)
    {
        Context.Parent.Tell(new ConnectionFacts.Ended(end));
        Context.Stop(Self);
    }

    /// <inheritdoc/>
    protected override void PostStop()
    {
        _stopped = true;
        Interlocked.MemoryBarrier();
        ForwardUnhandledUsage();
        _stop.Cancel();
        _ = Dispose(_connecting);
    }

    // The last event read may be unhandled: still in the mailbox, or the one this actor failed on. It is not sent again, so its
    // usage goes to the ledger, which charges nothing twice. Other events are replaced by the next connection.
    private void ForwardUnhandledUsage()
    {
        if (_read is ReceiveResult.Event { Value: (ResponseDone or AsrCompleted) and var e }) _ledger.Tell(new ConnectionFacts.Received(e));
    }

    // Nothing to report: the operating system closes a connection that fails to close, and one that failed to open needs no closing.
    private static async Task Dispose(Task<IRealtimeConnection> connecting)
    {
        try
        {
            var line = await connecting.ConfigureAwait(false);
            await line.DisposeAsync().ConfigureAwait(false);
        }
        catch (Exception e) when (e is ConnectionException or OperationCanceledException or IOException or ObjectDisposedException or System.Net.WebSockets.WebSocketException)
        {
            // See above.
        }
    }

    // The continuation of an asynchronous read. One per connection: a task per read would allocate more.
    private sealed class ReceiveContinuation
    {
        private readonly ConnectionActor _of;
        private readonly IActorRef _connection;
        private readonly Action _tell;
        private ConfiguredValueTaskAwaitable<ReceiveResult>.ConfiguredValueTaskAwaiter _reading;

        public ReceiveContinuation(ConnectionActor of, IActorRef connection) => (_of, _connection, _tell) = (of, connection, Tell);

        public void Await(ValueTask<ReceiveResult> reading)
        {
            _reading = reading.ConfigureAwait(false).GetAwaiter();
            _reading.UnsafeOnCompleted(_tell);
        }

        private void Tell()
        {
            object read;
            try
            {
                read = _of._read = _reading.GetResult();
            }
            catch (Exception e)
            {
                read = new Status.Failure(e);
            }
            _connection.Tell(read, ActorRefs.NoSender);
            Interlocked.MemoryBarrier(); // either this sees _stopped, or PostStop sees _read
            if (_of._stopped) _of.ForwardUnhandledUsage();
        }
    }

    private sealed record SendFailed(string Reason);

    private sealed record CloseGrace(string Reason)
    {
        public const string Key = "last-word";
    }

    private sealed record Connected(IRealtimeConnection Connection);

    private sealed record Sent(ClientEvent Event);
}
