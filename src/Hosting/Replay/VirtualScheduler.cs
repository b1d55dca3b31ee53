using Akka.Actor;
using Akka.Configuration;
using Akka.Dispatch;
using Akka.Event;

namespace RealtimeAkka.Hosting.Replay;

/// <summary>
/// The timers of an actor system on <see cref="VirtualTime"/>; <see cref="VirtualExecutor"/> runs its actors there. The actor system
/// makes both, by the names in <see cref="Hocon"/>.
/// </summary>
public sealed class VirtualScheduler : SchedulerBase
{
    /// <summary>Called by the actor system.</summary>
    public VirtualScheduler(Config config, ILoggingAdapter log) : base(config, log)
    {
    }

    /// <summary>
    /// The settings of an actor system that runs on virtual time. Loggers do not: they are no part of a session, and the system waits for
    /// them at its start.
    /// </summary>
    public static string Hocon { get; } =
        $$"""
        akka {
          scheduler.implementation = "{{typeof(VirtualScheduler).AssemblyQualifiedName}}"
          loggers-dispatcher = akka.actor.internal-dispatcher
          actor.default-dispatcher.executor = "{{typeof(VirtualExecutor).AssemblyQualifiedName}}"
          actor.own-thread { type = Dispatcher, executor = "{{typeof(VirtualExecutor).AssemblyQualifiedName}}" }
          actor.sinks { type = Dispatcher, executor = "{{typeof(VirtualExecutor).AssemblyQualifiedName}}" }
        }
        """;

    /// <summary>The time.</summary>
    public VirtualTime Time { get; } = new();

    /// <inheritdoc/>
    public override TimeSpan MonotonicClock => Time.Now;

    /// <inheritdoc/>
    public override TimeSpan HighResMonotonicClock => Time.Now;

    /// <inheritdoc/>
    protected override DateTimeOffset TimeNow => Time.GetUtcNow();

    /// <inheritdoc/>
    protected override void InternalScheduleTellOnce(
        TimeSpan delay, ICanTell receiver, object message, IActorRef sender, ICancelable cancelable) =>
        Schedule(delay, null, () => receiver.Tell(message, sender), cancelable);

    /// <inheritdoc/>
    protected override void InternalScheduleTellRepeatedly(
        TimeSpan initialDelay, TimeSpan interval, ICanTell receiver, object message, IActorRef sender, ICancelable cancelable) =>
        Schedule(initialDelay, interval, () => receiver.Tell(message, sender), cancelable);

    /// <inheritdoc/>
    protected override void InternalScheduleOnce(TimeSpan delay, Action action, ICancelable cancelable) =>
        Schedule(delay, null, action, cancelable);

    /// <inheritdoc/>
    protected override void InternalScheduleOnce(TimeSpan delay, IRunnable action, ICancelable cancelable) =>
        Schedule(delay, null, action.Run, cancelable);

    /// <inheritdoc/>
    protected override void InternalScheduleRepeatedly(TimeSpan initialDelay, TimeSpan interval, Action action, ICancelable cancelable) =>
        Schedule(initialDelay, interval, action, cancelable);

    /// <inheritdoc/>
    protected override void InternalScheduleRepeatedly(
        TimeSpan initialDelay, TimeSpan interval, IRunnable action, ICancelable cancelable) =>
        Schedule(initialDelay, interval, action.Run, cancelable);

    private void Schedule(TimeSpan delay, TimeSpan? interval, Action action, ICancelable? cancelable) => Time.At(Time.Now + delay, () =>
    {
        if (cancelable is { IsCancellationRequested: true }) return;
        if (interval is { } next) Schedule(next, next, action, cancelable);
        action();
    });
}

/// <summary>Runs actors on the virtual time of their system's scheduler.</summary>
public sealed class VirtualExecutor(Config config, IDispatcherPrerequisites prerequisites)
    : ExecutorServiceConfigurator(config, prerequisites)
{
    /// <inheritdoc/>
    public override ExecutorService Produce(string id) => new Service(id, ((VirtualScheduler)Prerequisites.Scheduler).Time);

    private sealed class Service(string id, VirtualTime time) : ExecutorService(id)
    {
        public override void Execute(IRunnable run) => time.Post(run.Run);

        public override void Shutdown()
        {
        }
    }
}
