using System.Buffers;
using RealtimeAkka.Actors.Playback;
using RealtimeAkka.Protocol;

namespace RealtimeAkka.Gateway.Calls;

/// <summary>
/// The assistant's voice on its way to the client of a call, a browser or a carrier: sound is taken as far ahead of what the client has
/// played as the settings allow, and waits here to be sent. When the client is gone, what it has not played was not heard, and nothing
/// after it.
/// </summary>
/// <typeparam name="TPlayout">How it is known what was played.</typeparam>
/// <param name="playout">Nothing is played.</param>
/// <param name="format">How the sound is coded.</param>
/// <param name="ahead">Sound taken and not played, at most.</param>
/// <param name="clock">The time.</param>
/// <param name="ticker">Wakes those who wait for room.</param>
/// <param name="toSend">Called when there is sound to send.</param>
/// <param name="clear">Called when the client has to drop what it has not played.</param>
public sealed class CallSpeaker<TPlayout>(
    TPlayout playout, SoundFormat format, TimeSpan ahead, TimeProvider clock, TimeProvider ticker, Action toSend, Action clear)
    : ICallSpeaker
    where TPlayout : class, IPlayout<TPlayout>
{
    private static readonly TimeSpan LeastWait = TimeSpan.FromMilliseconds(20);

    private readonly Lock _lock = new();
    private readonly Queue<Block> _toSend = new();
    private readonly Queue<ArraySegment<byte>> _toRecord = new(); // copies from the pool
    private readonly TaskCompletionSource _gone = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly long _ahead = format.Bytes(ahead);
    private TPlayout _playout = playout;
    private long _recordedTo;

    /// <summary>Gets what was heard, valid during the call, and when; null: nobody records it. Set before the first sound.</summary>
    public Action<ReadOnlySpan<byte>, TimeSpan>? Record { get; set; }

    /// <inheritdoc/>
    public TimeSpan Latency => Left is { Ticks: > 0 } left ? left : TimeSpan.Zero;

    /// <inheritdoc/>
    public TimeSpan Left
    {
        get
        {
            lock (_lock) return _playout.Left(Now);
        }
    }

    /// <inheritdoc/>
    public ISpeaker Fallback => Nobody.Instance;

    /// <summary>What is played by now.</summary>
    internal TPlayout Playout
    {
        get
        {
            lock (_lock) return _playout;
        }
    }

    private TimeSpan Now => clock.GetElapsedTime(0);

    /// <summary>A device that never says that it works is not opened again when it is gone.</summary>
    public Task PlayAsync(Action playing) => _gone.Task;

    /// <inheritdoc/>
    public async Task<bool> WriteAsync(ReadOnlyMemory<byte> block, CancellationToken cancellation)
    {
        while (true)
        {
            if (_gone.Task.IsCompleted) await Task.Delay(Timeout.InfiniteTimeSpan, cancellation)
                .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing); // until the station knows
            if (cancellation.IsCancellationRequested) return false;
            if (TryTake(block, out var wait)) break;
            await Task.Delay(wait, ticker, cancellation).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
        toSend();
        return true;
    }

    /// <inheritdoc/>
    public long Discard()
    {
        long unheard;
        lock (_lock)
        {
            KeepHeard();
            (_playout, unheard) = _playout.Discard(Now);
            while (_toSend.TryDequeue(out var block)) ArrayPool<byte>.Shared.Return(block.Bytes);
            while (_toRecord.TryDequeue(out var sound)) ArrayPool<byte>.Shared.Return(sound.Array!);
            _recordedTo = _playout.Played(Now);
        }
        if (unheard > 0) clear();
        return unheard;
    }

    /// <summary>The next sound to send, which counts as sent: the receiver returns its bytes to the shared pool.</summary>
    internal bool TryTake(out Block block)
    {
        lock (_lock)
        {
            if (!_toSend.TryDequeue(out block)) return false;
            _playout = _playout.Send(block.Length, Now);
            block = block with { Playout = _playout };
            return true;
        }
    }

    /// <summary>The client says what it has played.</summary>
    internal void Report(Func<TPlayout, TimeSpan, TPlayout> report)
    {
        lock (_lock)
        {
            _playout = report(_playout, Now);
            KeepHeard();
        }
    }

    /// <inheritdoc/>
    public void Close(string reason) => _gone.TrySetException(new IOException(reason));

    private bool TryTake(ReadOnlyMemory<byte> sound, out TimeSpan wait)
    {
        lock (_lock)
        {
            KeepHeard();
            var waiting = _playout.Waiting(Now);
            wait = format.Duration(waiting + sound.Length - _ahead);
            if (wait > TimeSpan.Zero && waiting > 0)
            {
                wait = wait > LeastWait ? wait : LeastWait;
                return false;
            }
            _toSend.Enqueue(new Block(Copy(sound), sound.Length, _playout));
            if (Record is not null) _toRecord.Enqueue(new ArraySegment<byte>(Copy(sound), 0, sound.Length));
            _playout = _playout.Take(sound.Length);
            return true;
        }
    }

    private static byte[] Copy(ReadOnlyMemory<byte> sound)
    {
        var bytes = ArrayPool<byte>.Shared.Rent(sound.Length);
        sound.CopyTo(bytes);
        return bytes;
    }

    // Passes on what was played since the last time.
    private void KeepHeard()
    {
        if (Record is null) return;
        var (now, played) = (Now, _playout.Played(Now));
        while (_recordedTo < played && _toRecord.TryPeek(out var sound))
        {
            if (_recordedTo + sound.Count > played) return;
            _toRecord.Dequeue();
            Record(sound, now - format.Duration(played - _recordedTo));
            _recordedTo += sound.Count;
            ArrayPool<byte>.Shared.Return(sound.Array!);
        }
    }

    /// <summary>Sound to send, in an array of the shared pool; <c>Playout</c>: once it is sent.</summary>
    internal readonly record struct Block(byte[] Bytes, int Length, TPlayout Playout)
    {
        public ReadOnlyMemory<byte> Sound => Bytes.AsMemory(0, Length);
    }

    // Nobody listens: no block is taken, so none counts as heard.
    private sealed class Nobody : ISpeaker
    {
        private static readonly Task<bool> NotTaken = Task.FromResult(false);

        public static Nobody Instance { get; } = new();

        public bool IsHeard => false;

        public TimeSpan Latency => TimeSpan.Zero;

        public TimeSpan Left => TimeSpan.Zero;

        public Task<bool> WriteAsync(ReadOnlyMemory<byte> block, CancellationToken cancellation) => NotTaken;

        public long Discard() => 0;
    }
}
