namespace Akka.Actor;

/// <summary>Timers that die with their actor and restart with nobody.</summary>
public interface ITimerScheduler
{
    void StartSingleTimer(object key, object msg, TimeSpan timeout);
    void StartSingleTimer(object key, object msg, TimeSpan timeout, IActorRef? sender);
    void StartPeriodicTimer(object key, object msg, TimeSpan interval);
    void StartPeriodicTimer(object key, object msg, TimeSpan interval, IActorRef? sender);
    void StartPeriodicTimer(object key, object msg, TimeSpan initialDelay, TimeSpan interval);
    void StartPeriodicTimer(object key, object msg, TimeSpan initialDelay, TimeSpan interval, IActorRef? sender);
    bool IsTimerActive(object key);
    void Cancel(object key);
    void CancelAll();
    IReadOnlyCollection<object> ActiveTimers { get; }
}

/// <summary>Put on an actor that wants timers; set before its constructor runs.</summary>
public interface IWithTimers
{
    ITimerScheduler Timers { get; set; }
}

/// <summary>The timers of one incarnation. A tick that was queued before its timer ended is not accepted.</summary>
internal sealed class TimerScheduler(ActorCell cell) : ITimerScheduler
{
    private readonly Dictionary<object, (Tick Tick, ICancelable Task, bool Repeats)> _timers = [];

    public IReadOnlyCollection<object> ActiveTimers => _timers.Keys;

    public void StartSingleTimer(object key, object msg, TimeSpan timeout) => StartSingleTimer(key, msg, timeout, null);

    public void StartSingleTimer(object key, object msg, TimeSpan timeout, IActorRef? sender)
    {
        Cancel(key);
        var tick = Tick.Of(key, msg);
        _timers[key] = (tick, cell.System.Scheduler.ScheduleTellOnceCancelable(timeout, cell.Self, tick, sender), false);
    }

    public void StartPeriodicTimer(object key, object msg, TimeSpan interval) => StartPeriodicTimer(key, msg, interval, interval, null);

    public void StartPeriodicTimer(object key, object msg, TimeSpan interval, IActorRef? sender) => StartPeriodicTimer(key, msg, interval, interval, sender);

    public void StartPeriodicTimer(object key, object msg, TimeSpan initialDelay, TimeSpan interval) => StartPeriodicTimer(key, msg, initialDelay, interval, null);

    public void StartPeriodicTimer(object key, object msg, TimeSpan initialDelay, TimeSpan interval, IActorRef? sender)
    {
        Cancel(key);
        var tick = Tick.Of(key, msg);
        _timers[key] = (tick, cell.System.Scheduler.ScheduleTellRepeatedlyCancelable(initialDelay, interval, cell.Self, tick, sender), true);
    }

    public bool IsTimerActive(object key) => _timers.ContainsKey(key);

    public void Cancel(object key)
    {
        if (_timers.Remove(key, out var timer))
            timer.Task.Cancel();
    }

    public void CancelAll()
    {
        foreach (var timer in _timers.Values)
            timer.Task.Cancel();
        _timers.Clear();
    }

    public bool Accepts(Tick tick)
    {
        if (!_timers.TryGetValue(tick.Key, out var timer) || !ReferenceEquals(timer.Tick, tick))
            return false;
        if (!timer.Repeats)
            _timers.Remove(tick.Key);
        return true;
    }

    /// <summary>What the scheduler sends: made anew by every start, so that it is its own generation.</summary>
    internal class Tick(object key, object message) : IWrappedMessage, INoSerializationVerificationNeeded
    {
        public object Key { get; } = key;
        public object Message { get; } = message;

        public static Tick Of(object key, object message) =>
            message is INotInfluenceReceiveTimeout ? new QuietTick(key, message) : new Tick(key, message);

        public override string ToString() => $"TimerMsg(key={Key}, message={Message})";
    }

    private sealed class QuietTick(object key, object message) : Tick(key, message), INotInfluenceReceiveTimeout;
}
