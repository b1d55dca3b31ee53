using RealtimeAkka.Actors.Mic;

namespace RealtimeAkka.Actor.Tests.Stage;

/// <summary>A pull source: a read completes when the test gives a frame, or immediately with a frame given before.</summary>
internal sealed class ScriptedSource : IPullAudioSource
{
    private readonly Lock _gate = new();
    private readonly Queue<Func<Memory<byte>, int>> _given = new();
    private (Memory<byte> Frame, TaskCompletionSource<int> Promise)? _pending;

    /// <summary>Number of reads, including a pending one.</summary>
    public int Reads { get; private set; }

    /// <summary>Whether a read is pending.</summary>
    public bool IsRead
    {
        get { lock (_gate) return _pending is { Promise.Task.IsCompleted: false }; }
    }

    /// <inheritdoc/>
    public bool EndsTurn { get; private set; }

    public void Give(params byte[][] frames)
    {
        foreach (var sound in frames) Give(sound, endsTurn: false);
    }

    /// <summary>Gives the last frame of a turn.</summary>
    public void GiveEndOfTurn(byte[] sound) => Give(sound, endsTurn: true);

    private void Give(byte[] sound, bool endsTurn) => Answer(frame =>
    {
        EndsTurn = endsTurn;
        sound.CopyTo(frame);
        return sound.Length;
    });

    /// <summary>Ends the audio.</summary>
    public void End() => Answer(_ => 0);

    /// <summary>Fails the pending read.</summary>
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
