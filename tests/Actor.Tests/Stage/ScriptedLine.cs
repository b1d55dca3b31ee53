using Xunit.Sdk;

namespace RealtimeAkka.Actor.Tests.Stage;

/// <summary>
/// A WebSocket played by the test. Strict: the test names each event that leaves, in order; any other fails at once, and one
/// that nobody named fails at the end. A send lasts until the test has looked at it.
/// </summary>
internal sealed class ScriptedLine : IRealtimeLine
{
    private readonly Calls<Departure> _departures = new("event on the wire");
    private readonly Calls<TaskCompletionSource<LineRead>> _reads = new("reading of the line");
    private readonly Calls<bool> _disposals = new("end of the line");
    private readonly CancellationTokenSource _end = new();
    private int _sending, _reading;
    private volatile string? _fault;

    /// <summary>Makes each send fail in the caller's face, as a disposed socket does.</summary>
    public Exception? ThrowsOnSend { get; set; }

    /// <summary>Something is under way, or left and was not looked at yet.</summary>
    public bool IsSending => _departures.Any;

    /// <summary>Somebody waits for the next event.</summary>
    public bool IsRead => _reads.Any;

    /// <summary>The next event, which has left now.</summary>
    public T Next<T>() where T : ClientEvent
    {
        var departure = Hold<T>();
        departure.Complete();
        return (T)departure.Event!;
    }

    /// <summary>The next event, still on its way.</summary>
    public Departure Hold<T>() where T : ClientEvent
    {
        Check();
        var departure = _departures.Next();
        return departure.Event is T ? departure : throw new XunitException($"Expected {typeof(T).Name} on the wire, got {departure.Event?.ToString() ?? "goodbye"}.");
    }

    /// <summary>The goodbye, said now.</summary>
    public void Goodbye()
    {
        Check();
        var departure = _departures.Next();
        if (departure.Event is { } other) throw new XunitException($"Expected goodbye, got {other}.");
        departure.Complete();
    }

    /// <summary>The server says these, one after the other, each to somebody who waits for it.</summary>
    public void Emit(params ServerEvent[] events)
    {
        foreach (var e in events) Emit(new LineRead.Event(e));
    }

    /// <summary>This comes in.</summary>
    public void Emit(LineRead read)
    {
        Check();
        var reader = _reads.Next();
        Volatile.Write(ref _reading, 0);
        reader.Keep(read);
    }

    /// <summary>The line is at its end.</summary>
    public void End(int? code, string? reason = null) => Emit(new LineRead.End(new LineEnd.Closed(code, reason)));

    /// <summary>Waits until somebody listens.</summary>
    public void ExpectReader()
    {
        var reader = _reads.Next();
        _reads.Add(reader);
    }

    /// <summary>Waits until the owner has let go of the line.</summary>
    public void ExpectDisposed() => _disposals.Next();

    public ValueTask<LineRead> ReceiveAsync()
    {
        if (Interlocked.Exchange(ref _reading, 1) == 1) _fault = "Two readings of the line at once.";
        var promise = Promises.Until<LineRead>(_end.Token);
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

    /// <summary>An event on its way; null is the goodbye.</summary>
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

/// <summary>Connections as the test hands them out; one more than it has is a fault.</summary>
internal sealed class ScriptedConnector : IRealtimeConnector
{
    private readonly Queue<Func<CancellationToken, Task<IRealtimeLine>>> _answers = new();
    private readonly Calls<CancellationToken> _attempts = new("attempt to connect");
    private string? _fault;

    public ScriptedConnector Accept(ScriptedLine line) => Answer(_ => Task.FromResult<IRealtimeLine>(line));

    public ScriptedConnector Refuse(Exception reason) => Answer(_ => Task.FromException<IRealtimeLine>(reason));

    public ScriptedConnector Throw(Exception reason) => Answer(_ => throw reason);

    /// <summary>Never answers; gives up when it is told to.</summary>
    public ScriptedConnector Hang() => Answer(cancellation => Promises.Until<IRealtimeLine>(cancellation).Task);

    /// <summary>Waits for the attempt and hands out what cancels it.</summary>
    public CancellationToken ExpectAttempt() => _attempts.Next();

    public Task<IRealtimeLine> ConnectAsync(CancellationToken cancellation)
    {
        _attempts.Add(cancellation);
        if (_answers.TryDequeue(out var answer)) return answer(cancellation);
        _fault = "A connection too many.";
        return Task.FromException<IRealtimeLine>(new InvalidOperationException(_fault));
    }

    public void Verify()
    {
        if (_fault is not null) throw new XunitException(_fault);
        if (_answers.Count > 0) throw new XunitException($"{_answers.Count} connections were never asked for.");
    }

    private ScriptedConnector Answer(Func<CancellationToken, Task<IRealtimeLine>> answer)
    {
        _answers.Enqueue(answer);
        return this;
    }
}
