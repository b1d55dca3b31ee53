using System.Diagnostics.CodeAnalysis;
using System.Text.RegularExpressions;
using Akka.Actor.Setup;
using Akka.Configuration;
using Akka.Dispatch;
using Akka.Event;
using Akka.Util;

namespace Akka.Actor;

/// <summary>The one kind of system there is here. Built in the order its parts need one another, taken down in reverse.</summary>
internal sealed class ActorSystemImpl : ExtendedActorSystem
{
    private readonly TaskCompletionSource _terminated = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly List<Action> _onTermination = [];
    private readonly LocalActorRefProvider _provider;
    private readonly LocalActorRef _guardian;
    private readonly LocalActorRef _systemGuardian;
    private readonly Extensions _extensions;
    private readonly Deployments _deployments;
    private IActorRef? _deadLetterListener;

    public ActorSystemImpl(string name, ActorSystemSetup setup)
    {
        if (!Regex.IsMatch(name, "^[a-zA-Z0-9][a-zA-Z0-9-_]*$"))
            throw new ArgumentException($"Invalid ActorSystem name [{name}], must contain only word characters (i.e. [a-zA-Z0-9] plus non-leading '-' and '_')", nameof(name));
        Name = name;
        Settings = new Settings(this, ConfigFrom(setup), setup);
        EventStream = new EventStream();
        EventStream.SetLogLevel(Logging.LogLevelFor(Settings.LogLevel));
        EventStream.StartStdoutLogger(Settings);
        Log = Logging.GetLogger(this, this);
        Scheduler = TypeNames.Create<IScheduler>(Settings.SchedulerClass, Settings.Config.GetConfig("akka.scheduler") ?? Config.Empty, Log);
        Dispatchers = new Dispatchers(Settings.Config, EventStream);
        Mailboxes = new Mailboxes(this);
        _deployments = new Deployments(Settings.Config);
        _extensions = new Extensions(this);
        _provider = new LocalActorRefProvider(this, Settings);
        var strategy = SupervisorStrategyConfigurator.CreateConfigurator(Settings.SupervisorStrategyClass).Create();
        _guardian = Guard("user", strategy);
        _systemGuardian = Guard("system", SupervisorStrategy.DefaultStrategy);
    }

    public override string Name { get; }
    public override Settings Settings { get; }
    public override EventStream EventStream { get; }
    public override IActorRef DeadLetters => _provider.DeadLetters;
    public override IScheduler Scheduler { get; }
    public override ILoggingAdapter Log { get; }
    public override Dispatchers Dispatchers { get; }
    public override Mailboxes Mailboxes { get; }
    public override IActorRefProvider Provider => _provider;
    public override IInternalActorRef Guardian => _guardian;
    public override IInternalActorRef SystemGuardian => _systemGuardian;
    public override Task WhenTerminated => _terminated.Task;

    public void Start()
    {
        _guardian.Start();
        _systemGuardian.Start();
        try
        {
            EventStream.StartDefaultLoggers(this);
            if (Settings.LogDeadLetters > 0)
                _deadLetterListener = SystemActorOf<DeadLetterListener>("deadLetterListener");
            CoordinatedShutdown.Get(this);
            _extensions.Load(Settings.Config.GetStringList("akka.extensions"));
            if (Settings.LogConfigOnStart)
                Log.Info(Settings.ToString());
        }
        catch
        {
            FinalTerminate();
            throw;
        }
    }

    public override IActorRef ActorOf(Props props, string? name = null) => _guardian.Cell.MakeChild(props, name);

    public override IActorRef SystemActorOf(Props props, string? name = null) => _systemGuardian.Cell.MakeChild(props, name);

    public override IActorRef SystemActorOf<TActor>(string? name = null) => SystemActorOf(Props.Create<TActor>(), name);

    public override ActorSelection ActorSelection(ActorPath actorPath) => ActorSelection(actorPath.ToString());

    public override ActorSelection ActorSelection(string actorPath) => Actor.ActorSelection.From(_provider.Root, actorPath);

    public override void Stop(IActorRef actor)
    {
        // A guardian must know that its child is to go; any other parent learns it when it has gone.
        if (actor.Path.Parent == _guardian.Path)
            _guardian.Cell.Stop(actor);
        else if (actor.Path.Parent == _systemGuardian.Path)
            _systemGuardian.Cell.Stop(actor);
        else
            ((IInternalActorRef)actor).Stop();
    }

    public override void RegisterOnTermination(Action code)
    {
        lock (_onTermination)
        {
            if (WhenTerminated.IsCompleted)
                throw new InvalidOperationException("ActorSystem already terminated.");
            _onTermination.Add(code);
        }
    }

    public override Task Terminate()
    {
        if (Settings.CoordinatedShutdownRunByActorSystemTerminate)
            CoordinatedShutdown.Get(this).Run(CoordinatedShutdown.ActorSystemTerminateReason.Instance);
        else
            FinalTerminate();
        return WhenTerminated;
    }

    /// <summary>Ends the actors: first those of the user, then the loggers and the rest.</summary>
    internal Task FinalTerminate()
    {
        if (!Settings.LogDeadLettersDuringShutdown && _deadLetterListener is not null)
            Stop(_deadLetterListener);
        _guardian.Stop();
        return WhenTerminated;
    }

    internal void GuardianEnded(IActorRef guardian)
    {
        if (ReferenceEquals(guardian, _guardian))
        {
            EventStream.StopDefaultLoggers(this);
            _systemGuardian.Stop();
            return;
        }
        if (!_guardian.IsTerminated)
        {
            _guardian.Stop();
            return;
        }
        Ended();
    }

    internal Props Deployed(Props props, ActorPath parent, string? name) =>
        name is null ? props : _deployments.Apply(props, parent, name);

    public override object RegisterExtension(IExtensionId extension) => _extensions.Register(extension);

    public override object GetExtension(IExtensionId extensionId) => _extensions.Register(extensionId);

    public override T GetExtension<T>() => TryGetExtension<T>(out var extension) ? extension : null!;

    public override bool HasExtension(Type type) => _extensions.TryGet(type, out _);

    public override bool HasExtension<T>() => HasExtension(typeof(T));

    public override bool TryGetExtension(Type extensionType, [NotNullWhen(true)] out object? extension) => _extensions.TryGet(extensionType, out extension);

    public override bool TryGetExtension<T>([NotNullWhen(true)] out T? extension) where T : class
    {
        TryGetExtension(typeof(T), out var found);
        extension = found as T;
        return extension is not null;
    }

    private LocalActorRef Guard(string name, SupervisorStrategy strategy) =>
        new(this, Props.Create(() => new GuardianActor(), strategy), _provider.Root, new ChildActorPath(_provider.Root.Path, name, ActorUids.Next()));

    private void Ended()
    {
        lock (_onTermination)
        {
            foreach (var code in Enumerable.Reverse(_onTermination))
            {
                try
                {
                    code();
                }
                catch (Exception e)
                {
                    Log.Error(e, "[{0}] A callback on termination failed", e.Message);
                }
            }
            (Scheduler as IDisposable)?.Dispose();
            Dispatchers.Close();
            _terminated.TrySetResult();
        }
    }

    private static Config ConfigFrom(ActorSystemSetup setup)
    {
        var bootstrap = setup.Get<BootstrapSetup>();
        var config = bootstrap.HasValue && bootstrap.Value.Config.HasValue ? bootstrap.Value.Config.Value : ConfigurationFactory.Load();
        return config.WithFallback(ConfigurationFactory.Default());
    }
}
