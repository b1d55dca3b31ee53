namespace RealtimeAkka.Simulator.Session;

/// <summary>
/// What one session has still to do, by due time, equal times in the order they were asked for.
/// One timer for all of it, which only calls its owner; the owner calls <see cref="RunDue"/> under the session's lock.
/// </summary>
internal sealed class Agenda : IDisposable
{
    private readonly TimeProvider _time;
    private readonly PriorityQueue<Action, (DateTimeOffset Due, long Order)> _entries = new();
    private readonly ITimer _timer;
    private long _order;

    public Agenda(TimeProvider time, Action run)
    {
        _time = time;
        _timer = time.CreateTimer(_ => run(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    public DateTimeOffset Now => _time.GetUtcNow();

    /// <summary>Does <paramref name="what"/> after a delay; never at once, also when the delay is zero.</summary>
    public void After(TimeSpan delay, Action what)
    {
        _entries.Enqueue(what, (Now + delay, _order++));
        SetTimer();
    }

    public void RunDue()
    {
        while (_entries.TryPeek(out var what, out var at) && at.Due <= Now)
        {
            _entries.Dequeue();
            what();
        }
        SetTimer();
    }

    // A little late is fine, a little early would spin: whole milliseconds, rounded up.
    private void SetTimer()
    {
        if (!_entries.TryPeek(out _, out var at)) return;
        var wait = Math.Max(0, Math.Ceiling((at.Due - Now).TotalMilliseconds));
        _timer.Change(TimeSpan.FromMilliseconds(wait), Timeout.InfiniteTimeSpan);
    }

    public void Dispose()
    {
        _entries.Clear();
        _timer.Dispose();
    }
}
