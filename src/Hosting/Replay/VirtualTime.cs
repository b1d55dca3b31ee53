namespace RealtimeAkka.Hosting.Replay;

/// <summary>
/// A clock that stands still while there is work, and then jumps to the next due time. All work runs one after the other on the thread
/// that calls <see cref="Run"/>, in the order in which it was posted, so that the same session always takes the same course.
/// </summary>
public sealed class VirtualTime : TimeProvider
{
    // Work may only come from other threads at the start and at the end of a session; longer than this nobody needs for it.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    private static readonly TimeSpan Begin = TimeSpan.FromHours(1); // not 0: time since the start of the machine

    private readonly object _gate = new();
    private readonly Queue<Action> _work = new();
    private readonly PriorityQueue<Due, (long At, long Number)> _due = new();
    private long _now = Begin.Ticks;
    private long _number;
    private bool _isReleased;

    /// <summary>The date and time at which the clock begins.</summary>
    public DateTimeOffset Start { get; set; } = DateTimeOffset.UnixEpoch;

    /// <summary>The time on the clock of the rules.</summary>
    public TimeSpan Now => TimeSpan.FromTicks(Interlocked.Read(ref _now));

    /// <inheritdoc/>
    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    /// <inheritdoc/>
    public override long GetTimestamp() => Now.Ticks;

    /// <inheritdoc/>
    public override DateTimeOffset GetUtcNow() => Start + (Now - Begin);

    /// <summary>Adds work, from any thread.</summary>
    public void Post(Action work)
    {
        lock (_gate)
        {
            if (!_isReleased)
            {
                _work.Enqueue(work);
                Monitor.Pulse(_gate);
                return;
            }
        }
        ThreadPool.UnsafeQueueUserWorkItem(_ => work(), null);
    }

    /// <summary>Calls <paramref name="action"/> at a time, now if that is past; disposing of the result prevents it.</summary>
    public IDisposable At(TimeSpan time, Action action)
    {
        var due = new Due(action);
        lock (_gate)
        {
            _due.Enqueue(due, (Math.Max(time.Ticks, _now), _number++));
            Monitor.Pulse(_gate);
        }
        return due;
    }

    /// <inheritdoc/>
    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = new VirtualTimer(this, () => callback(state));
        timer.Change(dueTime, period);
        return timer;
    }

    /// <summary>
    /// Runs until <paramref name="end"/> completes, or it is cancelled. <paramref name="speed"/>: so many times as fast as real time;
    /// null: as fast as it goes. False if nothing was left to do before that.
    /// </summary>
    public bool Run(Task end, double? speed, CancellationToken cancellation)
    {
        // What awaits a task runs at once, on this thread, only where there is no context.
        var context = SynchronizationContext.Current;
        SynchronizationContext.SetSynchronizationContext(null);
        try
        {
            return Work(end, speed, cancellation);
        }
        finally
        {
            SynchronizationContext.SetSynchronizationContext(context);
        }
    }

    /// <summary>From now on work runs on the thread pool: the session is over, and what is left has no order that matters.</summary>
    public void Release()
    {
        lock (_gate) _isReleased = true;
        while (TakeWork() is { } work) ThreadPool.UnsafeQueueUserWorkItem(_ => work(), null);
    }

    private bool Work(Task end, double? speed, CancellationToken cancellation)
    {
        var (real, from) = (System.GetTimestamp(), Now);
        while (!end.IsCompleted && !cancellation.IsCancellationRequested)
        {
            TimeSpan? limit = speed is { } times ? from + System.GetElapsedTime(real) * times : null;
            if (TakeWork() is { } work) work();
            else if (!Advance(limit) && !AwaitWork(end)) return false;
        }
        return true;
    }

    private Action? TakeWork()
    {
        lock (_gate) return _work.TryDequeue(out var work) ? work : null;
    }

    // One due time after the other: each may make work that comes before the next, also at the same time.
    private bool Advance(TimeSpan? limit)
    {
        Due? due;
        lock (_gate)
        {
            if (!_due.TryPeek(out due, out var place)) return false;
            if (!due.IsDisposed && limit is { } until && place.At > until.Ticks)
            {
                // Real time is behind: wait a little, and look again whether there is work.
                Monitor.Wait(_gate, TimeSpan.FromMilliseconds(Math.Clamp((place.At - until.Ticks) / TimeSpan.TicksPerMillisecond, 1, 20)));
                return true;
            }
            _due.Dequeue();
            if (due.IsDisposed) return true;
            Interlocked.Exchange(ref _now, place.At);
        }
        due.Action();
        return true;
    }

    private bool AwaitWork(Task end)
    {
        var since = System.GetTimestamp();
        while (System.GetElapsedTime(since) < Patience)
        {
            lock (_gate)
            {
                if (_work.Count > 0 || _due.Count > 0) return true;
                Monitor.Wait(_gate, TimeSpan.FromMilliseconds(5));
            }
            if (end.IsCompleted) return true;
        }
        return false;
    }

    private sealed class Due(Action action) : IDisposable
    {
        public Action Action => action;

        public bool IsDisposed { get; private set; }

        public void Dispose() => IsDisposed = true;
    }

    private sealed class VirtualTimer(VirtualTime time, Action callback) : ITimer
    {
        private IDisposable? _next;

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            _next?.Dispose();
            _next = dueTime < TimeSpan.Zero ? null : time.At(time.Now + dueTime, () =>
            {
                if (period > TimeSpan.Zero) Change(period, period);
                callback();
            });
            return true;
        }

        public void Dispose() => _next?.Dispose();

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
