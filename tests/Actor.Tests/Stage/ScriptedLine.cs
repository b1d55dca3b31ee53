using RealtimeAkka.Actors.Socket;
using Xunit.Sdk;

namespace RealtimeAkka.Actor.Tests.Stage;

/// <summary>
/// A WebSocket scripted by the test. Strict: the test takes each sent event in order; an unexpected type fails immediately, and an
/// event not taken fails at the end. A send completes when the test takes the event.
/// </summary>
internal sealed class ScriptedLine : IRealtimeConnection
{
    private readonly Calls<Departure> _departures = new("event on the wire");
    private readonly Calls<TaskCompletionSource<ReceiveResult>> _reads = new("reading of the line");
    private readonly Calls<bool> _disposals = new("end of the line");
    private readonly CancellationTokenSource _end = new();
    private int _sending, _reading;
    private volatile string? _fault;

    /// <summary>Thrown synchronously by each send, as by a disposed socket.</summary>
    public Exception? ThrowsOnSend { get; set; }

    /// <summary>Whether an event was sent that the test has not taken.</summary>
    public bool IsSending => _departures.Any;

    /// <summary>Whether a receive is pending.</summary>
    public bool IsRead => _reads.Any;

    /// <summary>Takes the next event and completes its send.</summary>
    public T Next<T>() where T : ClientEvent
    {
        var departure = Hold<T>();
        departure.Complete();
        return (T)departure.Event!;
    }

    /// <summary>Takes the next event without completing its send.</summary>
    public Departure Hold<T>() where T : ClientEvent
    {
        Check();
        var departure = _departures.Next();
        return departure.Event is T ? departure
            : throw new XunitException($"Expected {typeof(T).Name} on the wire, got {departure.Event?.ToString() ?? "goodbye"}.");
    }

    /// <summary>Takes and completes the close.</summary>
    public void Goodbye()
    {
        Check();
        var departure = _departures.Next();
        if (departure.Event is { } other) throw new XunitException($"Expected goodbye, got {other}.");
        departure.Complete();
    }

    /// <summary>Delivers events from the server, each to a pending receive.</summary>
    public void Emit(params ServerEvent[] events)
    {
        foreach (var e in events) Emit(new ReceiveResult.Event(e));
    }

    /// <summary>Completes the pending receive.</summary>
    public void Emit(ReceiveResult read)
    {
        Check();
        var reader = _reads.Next();
        Volatile.Write(ref _reading, 0);
        reader.Keep(read);
    }

    /// <summary>Closes the connection from the server.</summary>
    public void End(int? code, string? reason = null) => Emit(new ReceiveResult.End(new ConnectionEnd.Closed(code, reason)));

    /// <summary>Waits until a receive is pending.</summary>
    public void ExpectReader()
    {
        var reader = _reads.Next();
        _reads.Add(reader);
    }

    /// <summary>Waits until the owner has disposed the connection.</summary>
    public void ExpectDisposed() => _disposals.Next();

    public ValueTask<ReceiveResult> ReceiveAsync()
    {
        if (Interlocked.Exchange(ref _reading, 1) == 1) _fault = "Two readings of the line at once.";
        var promise = Promises.Until<ReceiveResult>(_end.Token);
        _reads.Add(promise);
        return new(promise.Task);
    }

    public Task SendAsync(ClientEvent clientEvent) => ThrowsOnSend is { } e ? throw e : Depart(clientEvent);

    public Task CloseAsync() => Depart(null);

    public ValueTask DisposeAsync()
    {
        _disposals.Add(true);
        _end.Cancel();
        return ValueTask.CompletedTask;
    }

    public void Verify()
    {
        Check();
        _departures.ExpectNone();
    }

    private Task Depart(ClientEvent? clientEvent)
    {
        if (Interlocked.Exchange(ref _sending, 1) == 1) _fault = $"Two sends at once, the second of {clientEvent}.";
        var promise = Promises.Until<bool>(_end.Token);
        _departures.Add(new Departure(clientEvent, promise, () => Volatile.Write(ref _sending, 0)));
        return promise.Task;
    }

    private void Check()
    {
        if (_fault is { } fault) throw new XunitException(fault);
    }

    /// <summary>An event being sent; null is the close.</summary>
    internal sealed record Departure(ClientEvent? Event, TaskCompletionSource<bool> Promise, Action Over)
    {
        public void Complete()
        {
            Over();
            Promise.Keep(true);
        }

        public void Fail(Exception reason)
        {
            Over();
            Promise.Break(reason);
        }
    }
}

/// <summary>Returns scripted connections in order; an attempt without one is a fault.</summary>
internal sealed class ScriptedConnector : IRealtimeConnector
{
    private readonly Queue<Func<CancellationToken, Task<IRealtimeConnection>>> _answers = new();
    private readonly Calls<CancellationToken> _attempts = new("attempt to connect");
    private string? _fault;

    public ScriptedConnector Accept(ScriptedLine line) => Answer(_ => Task.FromResult<IRealtimeConnection>(line));

    public ScriptedConnector Refuse(Exception reason) => Answer(_ => Task.FromException<IRealtimeConnection>(reason));

    public ScriptedConnector Throw(Exception reason) => Answer(_ => throw reason);

    /// <summary>The next attempt never completes unless cancelled.</summary>
    public ScriptedConnector Hang() => Answer(cancellation => Promises.Until<IRealtimeConnection>(cancellation).Task);

    /// <summary>Waits for an attempt and returns its cancellation token.</summary>
    public CancellationToken ExpectAttempt() => _attempts.Next();

    public Task<IRealtimeConnection> ConnectAsync(CancellationToken cancellation)
    {
        _attempts.Add(cancellation);
        if (_answers.TryDequeue(out var answer)) return answer(cancellation);
        _fault = "A connection too many.";
        return Task.FromException<IRealtimeConnection>(new InvalidOperationException(_fault));
    }

    public void Verify()
    {
        if (_fault is not null) throw new XunitException(_fault);
        if (_answers.Count > 0) throw new XunitException($"{_answers.Count} connections were never asked for.");
    }

    private ScriptedConnector Answer(Func<CancellationToken, Task<IRealtimeConnection>> answer)
    {
        _answers.Enqueue(answer);
        return this;
    }
}
