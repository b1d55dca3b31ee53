using Akka.Configuration;
using Akka.Event;

namespace Akka.Actor;

/// <summary>The orderly end: phases in sequence, the tasks of one phase at the same time, each phase with its limit.</summary>
public sealed class CoordinatedShutdown : IExtension
{
    public const string PhaseBeforeServiceUnbind = "before-service-unbind";
    public const string PhaseServiceUnbind = "service-unbind";
    public const string PhaseServiceRequestsDone = "service-requests-done";
    public const string PhaseServiceStop = "service-stop";
    public const string PhaseBeforeClusterShutdown = "before-cluster-shutdown";
    public const string PhaseClusterShardingShutdownRegion = "cluster-sharding-shutdown-region";
    public const string PhaseClusterLeave = "cluster-leave";
    public const string PhaseClusterExiting = "cluster-exiting";
    public const string PhaseClusterExitingDone = "cluster-exiting-done";
    public const string PhaseClusterShutdown = "cluster-shutdown";
    public const string PhaseBeforeActorSystemTerminate = "before-actor-system-terminate";
    public const string PhaseActorSystemTerminate = "actor-system-terminate";

    private readonly Lock _gate = new();
    private readonly ShutdownPhases _phases;
    private readonly Dictionary<string, List<(string Name, Func<Task<Done>> Task)>> _tasks = [];
    private readonly TaskCompletionSource<Done> _done = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly ILoggingAdapter _log;

    internal CoordinatedShutdown(ExtendedActorSystem system)
    {
        System = system;
        _log = Logging.GetLogger(system, typeof(CoordinatedShutdown));
        _phases = new ShutdownPhases(system.Settings.Config.GetConfig("akka.coordinated-shutdown") ?? Config.Empty);
        if (system.Settings.CoordinatedShutdownTerminateActorSystem)
            AddTask(PhaseActorSystemTerminate, "terminate-system", TerminateSystem);
        if (system.Settings.Config.GetBoolean("akka.coordinated-shutdown.run-by-clr-shutdown-hook"))
            RunWhenTheProcessEnds();
    }

    public ExtendedActorSystem System { get; }
    public Reason? ShutdownReason { get; private set; }

    public TimeSpan TotalTimeout
    {
        get
        {
            lock (_gate)
                return _tasks.Keys.Aggregate(TimeSpan.Zero, (sum, phase) => sum + Timeout(phase));
        }
    }

    public static CoordinatedShutdown Get(ActorSystem sys) => sys.WithExtension<CoordinatedShutdown, CoordinatedShutdownExtension>();

    public void AddTask(string phase, string taskName, Func<Task<Done>> task)
    {
        _phases.Check(phase);
        lock (_gate)
        {
            if (!_tasks.TryGetValue(phase, out var tasks))
                _tasks.Add(phase, tasks = []);
            tasks.Add((taskName, task));
        }
    }

    public TimeSpan Timeout(string phase) => _phases.Of(phase).Timeout;

    /// <summary>The first caller's reason counts; everyone gets the same task.</summary>
    public Task<Done> Run(Reason reason, string? fromPhase = null)
    {
        lock (_gate)
        {
            if (ShutdownReason is not null)
                return _done.Task;
            ShutdownReason = reason;
        }
        _ = Task.Run(() => RunPhases(_phases.From(fromPhase)));
        return _done.Task;
    }

    private async Task RunPhases(IEnumerable<string> phases)
    {
        try
        {
            foreach (var phase in phases)
                await RunPhase(phase, _phases.Of(phase)).ConfigureAwait(false);
            _done.SetResult(Done.Instance);
        }
        catch (Exception e)
        {
            _done.SetException(e as AggregateException ?? new AggregateException(e));
        }
    }

    private async Task RunPhase(string phase, ShutdownPhase settings)
    {
        (string Name, Func<Task<Done>> Task)[] tasks;
        lock (_gate)
            tasks = _tasks.TryGetValue(phase, out var list) ? [.. list] : [];
        if (tasks.Length == 0)
            return;
        _log.Debug("Performing phase [{0}] with [{1}] tasks: [{2}]", phase, tasks.Length, string.Join(",", tasks.Select(t => t.Name)));
        try
        {
            await Task.WhenAll(tasks.Select(t => RunTask(phase, t.Name, t.Task, settings.Recover))).WaitAsync(settings.Timeout).ConfigureAwait(false);
        }
        catch (TimeoutException) when (settings.Recover)
        {
            _log.Warning("Coordinated shutdown phase [{0}] timed out after {1}", phase, settings.Timeout);
        }
    }

    private async Task RunTask(string phase, string name, Func<Task<Done>> task, bool recover)
    {
        try
        {
            await task().ConfigureAwait(false);
        }
        catch (Exception e) when (recover)
        {
            _log.Warning("Task [{0}] failed in phase [{1}]: {2}", name, phase, e.Message);
        }
    }

    private async Task<Done> TerminateSystem()
    {
        await ((ActorSystemImpl)System).FinalTerminate().ConfigureAwait(false);
        if (System.Settings.Config.GetBoolean("akka.coordinated-shutdown.exit-clr"))
            Environment.Exit(0);
        return Done.Instance;
    }

    private void RunWhenTheProcessEnds()
    {
        EventHandler hook = (_, _) =>
        {
            if (!System.WhenTerminated.IsCompleted)
                Run(ClrExitReason.Instance).Wait(TotalTimeout);
        };
        AppDomain.CurrentDomain.ProcessExit += hook;
        System.WhenTerminated.ContinueWith(_ => AppDomain.CurrentDomain.ProcessExit -= hook, TaskScheduler.Default);
    }

    public class Reason
    {
        protected Reason() { }
    }

    public class UnknownReason : Reason
    {
        public static readonly Reason Instance = new UnknownReason();

        private UnknownReason() { }
    }

    public class ActorSystemTerminateReason : Reason
    {
        public static readonly Reason Instance = new ActorSystemTerminateReason();

        private ActorSystemTerminateReason() { }
    }

    public class ClrExitReason : Reason
    {
        public static readonly Reason Instance = new ClrExitReason();

        private ClrExitReason() { }
    }
}

/// <summary>The key under which each system has its one CoordinatedShutdown.</summary>
public sealed class CoordinatedShutdownExtension : ExtensionIdProvider<CoordinatedShutdown>
{
    public override CoordinatedShutdown CreateExtension(ExtendedActorSystem system) => new(system);
}
