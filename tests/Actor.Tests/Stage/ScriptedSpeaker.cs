using RealtimeAkka.Actors.Playback;
using Xunit.Sdk;

namespace RealtimeAkka.Actor.Tests.Stage;

/// <summary>A speaker that takes a block when the test does so.</summary>
internal sealed class ScriptedSpeaker : ISpeaker
{
    private readonly Calls<(byte[] Block, TaskCompletionSource<bool> Promise)> _writes = new("block for the loudspeaker");
    private int _writing;
    private volatile string? _fault;

    public TimeSpan Latency { get; set; } = TimeSpan.FromMilliseconds(50);

    /// <summary>The default of -1 h means that <see cref="Latency"/> alone determines when audio was heard.</summary>
    public TimeSpan Left { get; set; } = TimeSpan.FromHours(-1);

    /// <summary>The result of <see cref="Discard"/>.</summary>
    public long Unheard { get; set; }

    public int Discards { get; private set; }

    /// <summary>Number of blocks whose write was cancelled.</summary>
    public int Withdrawn { get; private set; }

    /// <summary>Whether a block is pending.</summary>
    public bool IsWriting => _writes.Any;

    /// <summary>Takes the pending block.</summary>
    public byte[] Take()
    {
        var (block, promise) = _writes.Next();
        Volatile.Write(ref _writing, 0);
        promise.Keep(true);
        return block;
    }

    /// <summary>Fails the write of the pending block.</summary>
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
