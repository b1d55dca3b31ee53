namespace RealtimeAkka.Simulator.Session;

/// <summary>
/// The pending actions of one session, ordered by due time, then by order of scheduling.
/// A single timer only calls the owner; the owner calls <see cref="RunDue"/> under the session's lock.
/// </summary>
internal sealed class EventSchedule : IDisposable
{
    private readonly TimeProvider _time;
    private readonly PriorityQueue<Action, (DateTimeOffset Due, long Order)> _entries = new();
    private readonly ITimer _timer;
    private long _order;

    public EventSchedule(TimeProvider time, Action run)
    {
        _time = time;
        _timer = time.CreateTimer(_ => run(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    public DateTimeOffset Now => _time.GetUtcNow();

    /// <summary>Runs <paramref name="what"/> after a delay; never synchronously, even with delay zero.</summary>
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

    // Rounded up to whole milliseconds: a timer that fires early would be set again in a busy loop.
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
