using Akka.Actor;
using Akka.Configuration;
using Akka.Event;

namespace Akka.TestKit;

/// <summary>A clock that stands still until the test advances it. It replaces all timers of its system.</summary>
public class TestScheduler(Config schedulerConfig, ILoggingAdapter log) : IScheduler, IAdvancedScheduler
{
    private readonly Lock _gate = new();
    private readonly PriorityQueue<Item, (long Due, long Order)> _work = new();
    private readonly DateTimeOffset _start = DateTimeOffset.UtcNow;
    private DateTimeOffset _now = DateTimeOffset.UtcNow;
    private long _order;

    public IAdvancedScheduler Advanced => this;
    public DateTimeOffset Now => _now;
    public TimeSpan MonotonicClock => _now - _start;
    public TimeSpan HighResMonotonicClock => MonotonicClock;
    protected Config SchedulerConfig { get; } = schedulerConfig;
    protected ILoggingAdapter Log { get; } = log;

    /// <summary>Does, in order of time, everything due at the new time. As in Akka.NET, a repeated item comes once per call.</summary>
    public void Advance(TimeSpan offset)
    {
        List<Item> due = [];
        lock (_gate)
        {
            _now += offset;
            while (_work.TryPeek(out var item, out var at) && at.Due <= _now.UtcTicks)
                due.Add(_work.Dequeue());
        }
        foreach (var item in due)
        {
            if (item.Cancelable?.IsCancellationRequested == true)
                continue;
            item.Do();
            if (item.Interval is { } interval)
                Add(item, interval);
        }
    }

    public void AdvanceTo(DateTimeOffset when)
    {
        if (when < _now)
            throw new InvalidOperationException("You can't reverse time...");
        Advance(when - _now);
    }

    public void ScheduleTellOnce(TimeSpan delay, ICanTell receiver, object message, IActorRef? sender) => ScheduleTellOnce(delay, receiver, message, sender, null);

    public void ScheduleTellOnce(TimeSpan delay, ICanTell receiver, object message, IActorRef? sender, ICancelable? cancelable) =>
        Add(new Item(() => receiver.Tell(message, sender), null, cancelable), delay);

    public void ScheduleTellRepeatedly(TimeSpan initialDelay, TimeSpan interval, ICanTell receiver, object message, IActorRef? sender) => ScheduleTellRepeatedly(initialDelay, interval, receiver, message, sender, null);

    public void ScheduleTellRepeatedly(TimeSpan initialDelay, TimeSpan interval, ICanTell receiver, object message, IActorRef? sender, ICancelable? cancelable) =>
        Add(new Item(() => receiver.Tell(message, sender), interval, cancelable), initialDelay);

    public void ScheduleOnce(TimeSpan delay, Action action) => ScheduleOnce(delay, action, null);

    public void ScheduleOnce(TimeSpan delay, Action action, ICancelable? cancelable) => Add(new Item(action, null, cancelable), delay);

    public void ScheduleRepeatedly(TimeSpan initialDelay, TimeSpan interval, Action action) => ScheduleRepeatedly(initialDelay, interval, action, null);

    public void ScheduleRepeatedly(TimeSpan initialDelay, TimeSpan interval, Action action, ICancelable? cancelable) => Add(new Item(action, interval, cancelable), initialDelay);

    private void Add(Item item, TimeSpan delay)
    {
        lock (_gate)
            _work.Enqueue(item, ((_now + delay).UtcTicks, _order++));
    }

    private sealed record Item(Action Do, TimeSpan? Interval, ICancelable? Cancelable);
}
