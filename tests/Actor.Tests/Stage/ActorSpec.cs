using Akka.Configuration;

namespace RealtimeAkka.Actor.Tests.Stage;

/// <summary>
/// Tests one actor: its parent and its neighbours are probes, its devices are scripted, and only the test advances
/// time. Tests never sleep: they wait for a message or until an actor's mailbox is empty.
/// </summary>
public abstract class ActorSpec : TestKit
{
    private static readonly Config OnStage = ConfigurationFactory.ParseString("""
        akka.loglevel = OFF
        akka.stdout-loglevel = OFF
        akka.actor.own-thread.type = PinnedDispatcher
        akka.actor.sinks.type = Dispatcher
        akka.scheduler.implementation = "Akka.TestKit.TestScheduler, Akka.TestKit"
        """);

    private readonly List<Action> _verifications = [];
    private readonly TestProbe _barrier;

    protected ActorSpec() : base(OnStage)
    {
        Time = new ManualTime((TestScheduler)Sys.Scheduler);
        Parent = CreateTestProbe("parent");
        _barrier = CreateTestProbe("barrier");
    }

    internal ManualTime Time { get; }

    /// <summary>The parent of the actor under test.</summary>
    protected TestProbe Parent { get; }

    /// <summary>Starts the actor under test.</summary>
    protected IActorRef Play(Props props)
    {
        Sys.ActorOf(Props.Create(() => new ParentActor(props, Parent.Ref)).WithDispatcher("akka.test.calling-thread-dispatcher"));
        return Parent.ExpectMsg<IActorRef>();
    }

    /// <summary>Waits until the actors, one after the other, have handled all messages in their mailboxes.</summary>
    protected void Pass(params IActorRef[] actors)
    {
        foreach (var actor in actors)
        {
            _barrier.Send(actor, new Identify(actor));
            _barrier.ExpectMsg<ActorIdentity>(m => Equals(m.MessageId, actor));
        }
    }

    /// <summary>The same, by path.</summary>
    protected void Pass(params string[] paths)
    {
        foreach (var path in paths)
        {
            Sys.ActorSelection(path).Tell(new Identify(path), _barrier.Ref);
            _barrier.ExpectMsg<ActorIdentity>(m => Equals(m.MessageId, path));
        }
    }

    /// <summary>Asserts that the probes have no messages. Meaningful after <see cref="Pass(IActorRef[])"/>.</summary>
    protected static void Quiet(params TestProbe[] probes)
    {
        foreach (var probe in probes) Assert.False(probe.HasMessages, $"{probe.Ref.Path.Name} was told something");
    }

    /// <summary>Verifies at the end of the test that the script was completed.</summary>
    private protected T Strict<T>(T script, Action<T> verify)
    {
        _verifications.Add(() => verify(script));
        return script;
    }

    private protected ScriptedLine Line() => Strict(new ScriptedLine(), line => line.Verify());

    private protected ScriptedConnector Connector() => Strict(new ScriptedConnector(), connector => connector.Verify());

    protected override void Dispose(bool disposing)
    {
        base.Dispose(disposing);
        foreach (var verify in _verifications) verify();
    }

    /// <summary>Sends its child's reference and all of the child's messages to the probe. A failed child is stopped.</summary>
    private sealed class ParentActor : ReceiveActor
    {
        public ParentActor(Props child, IActorRef probe)
        {
            ReceiveAny(probe.Forward);
            probe.Tell(Context.ActorOf(child));
        }

        protected override SupervisorStrategy SupervisorStrategy() => new OneForOneStrategy(_ => Directive.Stop);
    }
}
