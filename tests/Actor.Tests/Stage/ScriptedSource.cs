namespace RealtimeAkka.Actor.Tests.Stage;

/// <summary>A patient source: a read is answered when the test gives something, or at once from what it gave before.</summary>
internal sealed class ScriptedSource : IPatientSource
{
    private readonly Lock _gate = new();
    private readonly Queue<Func<Memory<byte>, int>> _given = new();
    private (Memory<byte> Frame, TaskCompletionSource<int> Promise)? _pending;

    /// <summary>Reads so far, the pending one included.</summary>
    public int Reads { get; private set; }

    /// <summary>A read of the caller's is open.</summary>
    public bool IsRead
    {
        get { lock (_gate) return _pending is { Promise.Task.IsCompleted: false }; }
    }

    public void Give(params byte[][] frames)
    {
        foreach (var sound in frames)
        {
            Answer(frame =>
            {
                sound.CopyTo(frame);
                return sound.Length;
            });
        }
    }

    /// <summary>The sound is at its end.</summary>
    public void End() => Answer(_ => 0);

    /// <summary>The source breaks under the pending read.</summary>
    public void Fail(string reason)
    {
        (Memory<byte>, TaskCompletionSource<int> Promise) pending;
        lock (_gate) (pending, _pending) = (_pending!.Value, null);
        pending.Promise.Break(new IOException(reason));
    }

    public ValueTask<int> ReadAsync(Memory<byte> frame, CancellationToken cancellation)
    {
        lock (_gate)
        {
            Reads++;
            if (_given.TryDequeue(out var answer)) return new(answer(frame));
            var promise = Promises.Until<int>(cancellation);
            _pending = (frame, promise);
            return new(promise.Task);
        }
    }

    private void Answer(Func<Memory<byte>, int> answer)
    {
        (Memory<byte> Frame, TaskCompletionSource<int> Promise) pending;
        lock (_gate)
        {
            if (_pending is not { } waiting)
            {
                _given.Enqueue(answer);
                return;
            }
            (pending, _pending) = (waiting, null);
        }
        pending.Promise.Keep(answer(pending.Frame));
    }
}
