using RealtimeAkka.Actors.Sinks;
using Xunit.Sdk;

namespace RealtimeAkka.Actor.Tests.Stage;

/// <summary>Collects written records. With <c>held</c>, a write completes when the test takes the record.</summary>
internal sealed class CollectingSink(string name, bool held = false) : IRecordSink
{
    private readonly Calls<(SessionRecord Record, TaskCompletionSource<bool> Promise)> _writes = new($"record for sink {name}");

    private int _writing;
    private volatile string? _fault;

    public string Name => name;

    /// <summary>Thrown synchronously by each write.</summary>
    public Exception? Throws { get; set; }

    public bool Any => _writes.Any;

    /// <summary>Takes the next record, which must be of this type.</summary>
    public T Next<T>() where T : SessionRecord
    {
        var (record, promise) = _writes.Next();
        if (record is not T expected) throw new XunitException($"Expected {typeof(T).Name} in sink {name}, got {record}.");
        if (!held) return expected;

        Volatile.Write(ref _writing, 0);
        promise.Keep(true);
        return expected;
    }

    /// <summary>Fails the write of the next record.</summary>
    public void Fail(string reason)
    {
        var (_, promise) = _writes.Next();
        Volatile.Write(ref _writing, 0);
        promise.Break(new IOException(reason));
    }

    public Task WriteAsync(SessionRecord record)
    {
        if (Throws is { } e) throw e;
        if (held && Interlocked.Exchange(ref _writing, 1) == 1) _fault = $"Two records at once in sink {name}.";
        var promise = new TaskCompletionSource<bool>();
        if (!held) promise.SetResult(true);
        _writes.Add((record, promise));
        return promise.Task;
    }

    public void Verify()
    {
        if (_fault is { } fault) throw new XunitException(fault);
        _writes.ExpectNone();
    }
}
