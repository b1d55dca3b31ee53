using System.Diagnostics;
using Akka.Configuration;
using Akka.Event;

namespace Akka.Actor;

/// <summary>The scheduler of a system. It keeps the name of Akka.NET's, under which configurations know it; inside is a heap.</summary>
public sealed class HashedWheelTimerScheduler(Config scheduler, ILoggingAdapter log) : SchedulerBase, IDisposable
{
    private readonly TimerQueue _queue = new(
        scheduler.GetString("thread-name", "akka-scheduler"), scheduler.GetTimeSpan("tick-duration", TimeSpan.FromMilliseconds(10)));

    public override TimeSpan MonotonicClock => Stopwatch.GetElapsedTime(0);
    public override TimeSpan HighResMonotonicClock => MonotonicClock;
    protected override DateTimeOffset TimeNow => DateTimeOffset.Now;

    protected override void InternalScheduleTellOnce(TimeSpan delay, ICanTell receiver, object message, IActorRef? sender, ICancelable? cancelable) =>
        Add(new TellEntry(null, cancelable, log, receiver, message, sender), delay);

    protected override void InternalScheduleTellRepeatedly(TimeSpan initialDelay, TimeSpan interval, ICanTell receiver, object message, IActorRef? sender, ICancelable? cancelable) =>
        Add(new TellEntry(interval, cancelable, log, receiver, message, sender), initialDelay);

    protected override void InternalScheduleOnce(TimeSpan delay, Action action, ICancelable? cancelable) =>
        Add(new ActionEntry(null, cancelable, log, action), delay);

    protected override void InternalScheduleRepeatedly(TimeSpan initialDelay, TimeSpan interval, Action action, ICancelable? cancelable) =>
        Add(new ActionEntry(interval, cancelable, log, action), initialDelay);

    public void Dispose() => _queue.Dispose();

    private void Add(Entry entry, TimeSpan delay)
    {
        entry.Attach();
        _queue.Add(entry, delay);
    }

    private abstract class Entry(TimeSpan? interval, ICancelable? cancelable, ILoggingAdapter log) : TimerEntry(interval)
    {
        public void Attach() => (cancelable as Cancelable)?.Attach(this);

        public sealed override void Fire()
        {
            if (cancelable?.IsCancellationRequested == true)
            {
                Cancel();
                return;
            }
            if (Interval is null)
                (cancelable as Cancelable)?.Detach(this);
            try
            {
                Do();
            }
            catch (Exception e)
            {
                log.Error(e, "Scheduled work failed: {0}", e.Message);
            }
        }

        protected abstract void Do();
    }

    private sealed class TellEntry(TimeSpan? interval, ICancelable? cancelable, ILoggingAdapter log, ICanTell receiver, object message, IActorRef? sender)
        : Entry(interval, cancelable, log)
    {
        protected override void Do() => receiver.Tell(message, sender);
    }

    private sealed class ActionEntry(TimeSpan? interval, ICancelable? cancelable, ILoggingAdapter log, Action action)
        : Entry(interval, cancelable, log)
    {
        protected override void Do() => action();
    }
}
