namespace Akka.Actor;

/// <summary>The checks and short forms that all schedulers share.</summary>
public abstract class SchedulerBase : IScheduler, IAdvancedScheduler
{
    public IAdvancedScheduler Advanced => this;
    public DateTimeOffset Now => TimeNow;
    public abstract TimeSpan MonotonicClock { get; }
    public abstract TimeSpan HighResMonotonicClock { get; }
    protected abstract DateTimeOffset TimeNow { get; }

    public void ScheduleTellOnce(TimeSpan delay, ICanTell receiver, object message, IActorRef? sender) =>
        ScheduleTellOnce(delay, receiver, message, sender, null);

    public void ScheduleTellOnce(TimeSpan delay, ICanTell receiver, object message, IActorRef? sender, ICancelable? cancelable) =>
        InternalScheduleTellOnce(Checked(delay, nameof(delay)), receiver, message, sender, cancelable);

    public void ScheduleTellRepeatedly(TimeSpan initialDelay, TimeSpan interval, ICanTell receiver, object message, IActorRef? sender) =>
        ScheduleTellRepeatedly(initialDelay, interval, receiver, message, sender, null);

    public void ScheduleTellRepeatedly(TimeSpan initialDelay, TimeSpan interval, ICanTell receiver, object message, IActorRef? sender, ICancelable? cancelable) =>
        InternalScheduleTellRepeatedly(Checked(initialDelay, nameof(initialDelay)), CheckedInterval(interval), receiver, message, sender, cancelable);

    public void ScheduleOnce(TimeSpan delay, Action action) => ScheduleOnce(delay, action, null);

    public void ScheduleOnce(TimeSpan delay, Action action, ICancelable? cancelable) =>
        InternalScheduleOnce(Checked(delay, nameof(delay)), action, cancelable);

    public void ScheduleRepeatedly(TimeSpan initialDelay, TimeSpan interval, Action action) => ScheduleRepeatedly(initialDelay, interval, action, null);

    public void ScheduleRepeatedly(TimeSpan initialDelay, TimeSpan interval, Action action, ICancelable? cancelable) =>
        InternalScheduleRepeatedly(Checked(initialDelay, nameof(initialDelay)), CheckedInterval(interval), action, cancelable);

    protected abstract void InternalScheduleTellOnce(TimeSpan delay, ICanTell receiver, object message, IActorRef? sender, ICancelable? cancelable);
    protected abstract void InternalScheduleTellRepeatedly(TimeSpan initialDelay, TimeSpan interval, ICanTell receiver, object message, IActorRef? sender, ICancelable? cancelable);
    protected abstract void InternalScheduleOnce(TimeSpan delay, Action action, ICancelable? cancelable);
    protected abstract void InternalScheduleRepeatedly(TimeSpan initialDelay, TimeSpan interval, Action action, ICancelable? cancelable);

    private static TimeSpan Checked(TimeSpan delay, string name) =>
        delay >= TimeSpan.Zero ? delay : throw new ArgumentOutOfRangeException(name, $"Parameter must be a positive timespan, {delay}");

    private static TimeSpan CheckedInterval(TimeSpan interval) =>
        interval > TimeSpan.Zero ? interval : throw new ArgumentOutOfRangeException(nameof(interval), $"Interval must be > 0, {interval}");
}
