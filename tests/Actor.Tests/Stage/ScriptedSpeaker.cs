using Xunit.Sdk;

namespace RealtimeAkka.Actor.Tests.Stage;

/// <summary>A loudspeaker that takes a block when the test says so.</summary>
internal sealed class ScriptedSpeaker : ISpeaker
{
    private readonly Calls<(byte[] Block, TaskCompletionSource<bool> Promise)> _writes = new("block for the loudspeaker");
    private int _writing;
    private volatile string? _fault;

    public TimeSpan Latency { get; set; } = TimeSpan.FromMilliseconds(50);

    /// <summary>By itself it keeps what <see cref="Latency"/> promised.</summary>
    public TimeSpan Left { get; set; } = TimeSpan.FromHours(-1);

    /// <summary>What <see cref="Discard"/> will say.</summary>
    public long Unheard { get; set; }

    public int Discards { get; private set; }

    /// <summary>Blocks that were taken back before the test took them.</summary>
    public int Withdrawn { get; private set; }

    /// <summary>A block waits to be taken.</summary>
    public bool IsWriting => _writes.Any;

    /// <summary>Takes the next block.</summary>
    public byte[] Take()
    {
        var (block, promise) = _writes.Next();
        Volatile.Write(ref _writing, 0);
        promise.Keep(true);
        return block;
    }

    /// <summary>Breaks while it takes the next block.</summary>
    public void Fail(string reason)
    {
        var (_, promise) = _writes.Next();
        Volatile.Write(ref _writing, 0);
        promise.Break(new IOException(reason));
    }

    public Task<bool> WriteAsync(ReadOnlyMemory<byte> block, CancellationToken cancellation)
    {
        if (Interlocked.Exchange(ref _writing, 1) == 1) _fault = "Two blocks at once.";
        var promise = new TaskCompletionSource<bool>();
        _writes.Add((block.ToArray(), promise));
        cancellation.Register(() =>
        {
            if (promise.Task.IsCompleted) return;
            _writes.Next();
            Withdrawn++;
            Volatile.Write(ref _writing, 0);
            promise.TrySetResult(false);
        });
        return promise.Task;
    }

    public long Discard()
    {
        Discards++;
        return Unheard;
    }

    public void Verify()
    {
        if (_fault is { } fault) throw new XunitException(fault);
    }
}
