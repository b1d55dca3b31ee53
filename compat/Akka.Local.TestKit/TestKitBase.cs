using System.Threading.Channels;
using Akka.Actor;
using Akka.Actor.Setup;
using Akka.Configuration;
using Akka.Event;
using Xunit.Sdk;

namespace Akka.TestKit;

/// <summary>A system, an actor that collects messages, and the words to expect them. Each other part of this class is one kind of expectation.</summary>
public abstract partial class TestKitBase : IActorRefFactory
{
    private static int _lastTestActorId;

    private readonly Channel<MessageEnvelope> _queue = Channel.CreateUnbounded<MessageEnvelope>();
    private readonly MessageEnvelope _nothing;
    private MessageEnvelope _last;
    private TimeSpan? _end;
    private bool _lastWasNoMsg;

    protected TestKitBase(ActorSystem? system, ActorSystemSetup? setup, string? actorSystemName, string? testActorName)
    {
        Sys = system ?? ActorSystem.Create(actorSystemName ?? "test", WithDefaults(setup ?? ActorSystemSetup.Empty));
        TestKitSettings = new TestKitSettings(Sys.Settings.Config.WithFallback(DefaultConfig));
        Log = Logging.GetLogger(Sys, GetType());
        EventFilter = new EventFilterFactory(this);
        _last = _nothing = new MessageEnvelope(this, Sys.DeadLetters);
        TestActor = CreateTestActor(string.IsNullOrEmpty(testActorName) ? $"testActor{Interlocked.Increment(ref _lastTestActorId)}" : testActorName);
        if (this is not TestProbe)
        {
            ActorCell.Current = this is INoImplicitSender ? null : ((LocalActorRef)TestActor).Cell;
            SynchronizationContext.SetSynchronizationContext(new ActorCellKeepingSynchronizationContext(ActorCell.Current));
        }
    }

    public static Config DefaultConfig { get; } = ConfigurationFactory.FromResource<TestKitBase>("Akka.TestKit.reference.conf");

    public static Config FullDebugConfig { get; } = ConfigurationFactory.ParseString("""
        akka.loglevel = DEBUG
        akka.stdout-loglevel = DEBUG
        akka.log-dead-letters = on
        akka.log-dead-letters-during-shutdown = on
        akka.actor.debug { receive = on, autoreceive = on, lifecycle = on, event-stream = on, unhandled = on }
        """);

    public static TimeSpan Now => TimeSpan.FromTicks(DateTime.UtcNow.Ticks);

    public ActorSystem Sys { get; }
    public IActorRef TestActor { get; }
    public TestKitSettings TestKitSettings { get; }
    public ILoggingAdapter Log { get; }
    public EventFilterFactory EventFilter { get; }
    public bool HasMessages => _queue.Reader.Count > 0;
    public object? LastMessage => ReferenceEquals(_last, _nothing) ? null : _last.Message;
    public IActorRef LastSender => _last.Sender;
    public TimeSpan RemainingOrDefault => RemainingOr(Dilated(TestKitSettings.SingleExpectDefault));
    public TimeSpan Remaining => _end is null ? throw new InvalidOperationException("Remaining may not be called outside of \"within\"") : RemainingOr(TimeSpan.Zero);

    public EventFilterFactory CreateEventFilter(ActorSystem system) => new(this, system);

    public virtual TestProbe CreateTestProbe(string? name = null) => CreateTestProbe(Sys, name);
    public virtual TestProbe CreateTestProbe(ActorSystem system, string? name = null) => new(system, name);

    public IActorRef CreateTestActor(string name) => ((ExtendedActorSystem)Sys).SystemActorOf(
        Props.Create(typeof(TestActor), _queue.Writer).WithDispatcher("akka.test.test-actor.dispatcher"), name);

    public void IgnoreMessages(Func<object, bool> shouldIgnoreMessage) => TestActor.Tell(new TestActor.SetIgnore(shouldIgnoreMessage));
    public void IgnoreMessages<TMsg>(Func<TMsg, bool> shouldIgnoreMessage) => IgnoreMessages(m => m is TMsg t && shouldIgnoreMessage(t));
    public void IgnoreMessages<TMsg>() => IgnoreMessages(m => m is TMsg);
    public void IgnoreNoMessages() => TestActor.Tell(new TestActor.SetIgnore(null));
    public void SetAutoPilot(AutoPilot pilot) => TestActor.Tell(new TestActor.SetAutoPilot(pilot));

    public IActorRef Watch(IActorRef actorToWatch) => Wait(WatchAsync(actorToWatch));
    public IActorRef Unwatch(IActorRef actorToUnwatch) => Wait(UnwatchAsync(actorToUnwatch));

    /// <summary>Done only when the test actor really watches.</summary>
    public async Task<IActorRef> WatchAsync(IActorRef actorToWatch)
    {
        await TestActor.Ask(new TestActor.WatchOrder(actorToWatch), RemainingOrDefault);
        return actorToWatch;
    }

    public async Task<IActorRef> UnwatchAsync(IActorRef actorToUnwatch)
    {
        await TestActor.Ask(new TestActor.UnwatchOrder(actorToUnwatch), RemainingOrDefault);
        return actorToUnwatch;
    }

    public TimeSpan Dilated(TimeSpan duration) => duration * TestKitSettings.TestTimeFactor;
    public TimeSpan GetTimeoutOrDefault(TimeSpan? timeout) => timeout ?? TestKitSettings.SingleExpectDefault;
    public TimeSpan RemainingOrDilated(TimeSpan? duration) => duration is { } given ? Dilated(given) : RemainingOrDefault;

    protected TimeSpan RemainingOr(TimeSpan duration) => _end is { } end ? Max(end - Now, TimeSpan.Zero) : duration;

    public virtual void Shutdown(TimeSpan? duration = null, bool verifySystemShutdown = false) => Shutdown(Sys, duration, verifySystemShutdown);

    protected virtual void Shutdown(ActorSystem system, TimeSpan? duration = null, bool verifySystemShutdown = false)
    {
        var limit = duration ?? Min(Dilated(TimeSpan.FromSeconds(5)), TimeSpan.FromSeconds(10));
        if (!system.Terminate().Wait(limit) && verifySystemShutdown)
            throw new TimeoutException($"Failed to stop [{system.Name}] within [{limit}]");
    }

    internal static XunitException Failure(string text, string? hint = null) => new(string.IsNullOrEmpty(hint) ? text : $"{text} {hint}");

    private static ActorSystemSetup WithDefaults(ActorSystemSetup setup)
    {
        var bootstrap = setup.Get<BootstrapSetup>().GetOrElse(BootstrapSetup.Create());
        return setup.WithSetup(bootstrap.WithConfigFallback(DefaultConfig));
    }

    private static T Wait<T>(Task<T> task) => task.GetAwaiter().GetResult();
    private static T Wait<T>(ValueTask<T> task) => Wait(task.AsTask());
    private static void Wait(Task task) => task.GetAwaiter().GetResult();
    private static TimeSpan Max(TimeSpan a, TimeSpan b) => a > b ? a : b;
    private static TimeSpan Min(TimeSpan a, TimeSpan b) => a < b ? a : b;
}
