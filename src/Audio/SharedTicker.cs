namespace RealtimeAkka.Audio;

/// <summary>
/// Real time with shared one-shot timers: they end together on the next tick, 50 of which come per second while a timer waits.
/// 1,000 speakers then need 50 timer callbacks per second, instead of ten per second each. The delay is not heard: audio paced
/// by this clock is taken further ahead than a tick.
/// </summary>
public sealed class SharedTicker : TimeProvider
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(20);

    private readonly Lock _lock = new();
    private readonly List<Waiter> _waiting = [];
    private readonly List<Waiter> _due = [];
    private readonly Timer _timer;
    private bool _isTicking;

    private SharedTicker() => _timer = new Timer(_ => Tick(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);

    /// <summary>The shared instance.</summary>
    public static SharedTicker Instance { get; } = new();

    /// <inheritdoc/>
    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        if (period > TimeSpan.Zero) return base.CreateTimer(callback, state, dueTime, period);
        var waiter = new Waiter(this, callback, state);
        waiter.Change(dueTime, period);
        return waiter;
    }

    private void Add(Waiter waiter)
    {
        lock (_lock)
        {
            _waiting.Add(waiter);
            if (_isTicking) return;
            _isTicking = true;
            _timer.Change(Interval, Interval);
        }
    }

    private void Remove(Waiter waiter)
    {
        lock (_lock) _waiting.Remove(waiter);
    }

    // One tick at a time: a tick that had to wait for the one before finds nothing due.
    private void Tick()
    {
        lock (_due)
        {
            var now = this.GetElapsedTime(0);
            lock (_lock)
            {
                _waiting.RemoveAll(waiter =>
                {
                    if (waiter.Due > now) return false;
                    _due.Add(waiter);
                    return true;
                });
                _isTicking = _waiting.Count > 0;
                if (!_isTicking) _timer.Change(Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
            }
            foreach (var waiter in _due) waiter.End();
            _due.Clear();
        }
    }

    private sealed class Waiter(SharedTicker beat, TimerCallback callback, object? state) : ITimer
    {
        public TimeSpan Due { get; private set; }

        public void End() => callback(state);

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            beat.Remove(this);
            if (dueTime < TimeSpan.Zero) return true;
            Due = beat.GetElapsedTime(0) + dueTime;
            beat.Add(this);
            return true;
        }

        public void Dispose() => beat.Remove(this);

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
