namespace Akka.Conformance.Tests;

public class SupervisionTests : TestKit.Xunit2.TestKit
{
    private static readonly Exception Oops = new InvalidOperationException("oops");

    [Fact]
    public void A_restart_goes_through_its_hooks_in_order_and_keeps_the_reference()
    {
        var actor = Sys.ActorOf(Lifecycle.Props(TestActor));
        Steps("ctor", "PreStart");
        Muted(() => actor.Tell(Oops));
        Steps("PreRestart oops", "PostStop", "ctor", "PostRestart oops", "PreStart");
        actor.Tell("x");
        ExpectMsgFrom<string>(actor, "actor: got x");
    }

    [Fact]
    public void A_restart_drops_the_failing_message_and_keeps_the_rest_of_the_mailbox()
    {
        var actor = Sys.ActorOf(Lifecycle.Props(TestActor));
        Steps("ctor", "PreStart");
        Muted(() =>
        {
            actor.Tell(Oops);
            actor.Tell(1);
            actor.Tell(2);
            Steps("PreRestart oops", "PostStop", "ctor", "PostRestart oops", "PreStart", "got 1", "got 2");
        });
    }

    [Fact]
    public void A_restart_goes_back_to_the_first_behaviour_and_stops_the_children()
    {
        var actor = Sys.ActorOf(Lifecycle.Props(TestActor));
        Steps("ctor", "PreStart");
        actor.Tell(Scripted.Props(_ => { }));
        var child = ExpectMsg<IActorRef>();
        Watch(child);
        Muted(() => actor.Tell(Oops));
        FishForMessage<Terminated>(t => t.ActorRef.Equals(child));
    }

    [Fact]
    public void Stopping_ends_the_children_first()
    {
        var parent = Sys.ActorOf(Lifecycle.Props(TestActor, "parent"));
        parent.Tell(Lifecycle.Props(TestActor, "child"));
        FishForMessage<IActorRef>(_ => true);
        FishForMessage<string>(m => m == "child: PreStart");
        Sys.Stop(parent);
        ExpectMsg("child: PostStop");
        ExpectMsg("parent: PostStop");
    }

    [Fact]
    public void An_actor_whose_first_start_fails_is_stopped_without_PostStop()
    {
        EventFilter.Exception<InvalidOperationException>().Mute(() =>
        {
            var actor = Sys.ActorOf(Props.Create(() => new FailsToStart(TestActor)));
            Watch(actor);
            ExpectTerminated(actor);
        });
        ExpectNoMsg(TimeSpan.Zero);
    }

    [Fact]
    public void After_n_restarts_in_the_window_the_next_failure_stops_the_child()
    {
        var child = Child(new OneForOneStrategy(2, TimeSpan.FromMinutes(1), _ => Directive.Restart));
        Steps("ctor", "PreStart");
        Watch(child);
        Muted(() =>
        {
            for (var i = 0; i < 3; i++)
                child.Tell(Oops);
            Steps("PreRestart oops", "PostStop", "ctor", "PostRestart oops", "PreStart");
            Steps("PreRestart oops", "PostStop", "ctor", "PostRestart oops", "PreStart");
            Steps("PostStop");
            ExpectTerminated(child);
        });
    }

    [Fact]
    public void A_window_without_a_number_allows_one_restart()
    {
        var child = Child(new OneForOneStrategy(null, TimeSpan.FromMinutes(1), _ => Directive.Restart));
        Watch(child);
        Muted(() =>
        {
            child.Tell(Oops);
            child.Tell(Oops);
            FishForMessage<Terminated>(t => t.ActorRef.Equals(child));
        });
    }

    [Fact]
    public void Resume_keeps_the_instance_and_drops_the_message()
    {
        var child = Child(new OneForOneStrategy(_ => Directive.Resume));
        Steps("ctor", "PreStart");
        EventFilter.Warning("oops").ExpectOne(() => child.Tell(Oops));
        child.Tell(1);
        Steps("got 1");
    }

    [Fact]
    public void The_stopping_strategy_stops_at_the_first_failure()
    {
        var child = Child(SupervisorStrategy.StoppingStrategy);
        Steps("ctor", "PreStart");
        Watch(child);
        Muted(() => child.Tell(Oops));
        Steps("PostStop");
        ExpectTerminated(child);
    }

    [Fact]
    public void A_decider_by_type_takes_the_first_that_fits()
    {
        var child = Child(new OneForOneStrategy(Decider.From(Directive.Stop, Directive.Resume.When<InvalidOperationException>(), Directive.Restart.When<ArgumentException>())));
        Watch(child);
        Steps("ctor", "PreStart");
        EventFilter.Warning("oops").ExpectOne(() => child.Tell(Oops));
        Muted(() => child.Tell(new ArgumentOutOfRangeException("x")));
        FishForMessage<string>(m => m.EndsWith("PreStart"));
        Muted(() => child.Tell(new NotSupportedException("y")));
        Steps("PostStop");
        ExpectTerminated(child);
    }

    [Fact]
    public void Escalation_makes_the_parent_fail()
    {
        var top = Sys.ActorOf(Parent.Props(SupervisorStrategy.StoppingStrategy));
        top.Tell((Parent.Props(new OneForOneStrategy(_ => Directive.Escalate)), "middle"));
        var middle = ExpectMsg<IActorRef>();
        middle.Tell((Lifecycle.Props(TestActor), "bottom"));
        var bottom = FishForMessage<IActorRef>(_ => true);
        Watch(middle);
        Muted(() => bottom.Tell(Oops));
        FishForMessage<Terminated>(t => t.ActorRef.Equals(middle));
    }

    [Fact]
    public void All_for_one_restarts_the_siblings_too()
    {
        var parent = Sys.ActorOf(Parent.Props(new AllForOneStrategy(_ => Directive.Restart)));
        var (probeA, probeB) = (CreateTestProbe(), CreateTestProbe());
        parent.Tell((Lifecycle.Props(probeA, "a"), "a"));
        var a = ExpectMsg<IActorRef>();
        parent.Tell((Lifecycle.Props(probeB, "b"), "b"));
        var b = ExpectMsg<IActorRef>();
        Muted(() => a.Tell(Oops));
        probeA.FishForMessage<string>(m => m == "a: PreRestart oops");
        probeB.FishForMessage<string>(m => m == "b: PreRestart null");
        probeB.FishForMessage<string>(m => m == "b: PreStart");
        b.Tell("after");
        probeB.ExpectMsg("b: got after");
    }

    [Fact]
    public void Kill_stops_by_default()
    {
        var child = Child(SupervisorStrategy.DefaultStrategy);
        Steps("ctor", "PreStart");
        Watch(child);
        EventFilter.Exception<ActorKilledException>().ExpectOne(() => child.Tell(Kill.Instance));
        Steps("PostStop");
        ExpectTerminated(child);
    }

    [Fact]
    public void A_watch_and_a_subscription_survive_a_restart()
    {
        var subject = Sys.ActorOf(Scripted.Props(_ => { }));
        var watcher = Sys.ActorOf(Props.Create(() => new WatcherThatFails(subject, TestActor)));
        ExpectMsg("ready");
        Muted(() => watcher.Tell(Oops));
        Sys.EventStream.Publish("published");
        ExpectMsg("published");
        Sys.Stop(subject);
        ExpectMsg($"ended {subject.Path.Name}");
    }

    [Fact]
    public void Failures_are_logged_as_errors_with_the_path_of_the_child()
    {
        var child = Child(SupervisorStrategy.DefaultStrategy);
        EventFilter.Error("oops", source: child.Path.ToString()).ExpectOne(() => child.Tell(Oops));
    }

    private IActorRef Child(SupervisorStrategy strategy)
    {
        var asker = CreateTestProbe();
        asker.Send(Sys.ActorOf(Parent.Props(strategy)), (Lifecycle.Props(TestActor), "child"));
        return asker.ExpectMsg<IActorRef>();
    }

    private void Steps(params string[] steps)
    {
        foreach (var step in steps)
            ExpectMsg($"actor: {step}");
    }

    private void Muted(Action action) => EventFilter.Custom(e => e is Error).Mute(action);

    private sealed class FailsToStart : ReceiveActor
    {
        private readonly IActorRef _probe;

        public FailsToStart(IActorRef probe) => _probe = probe;

        protected override void PreStart() => throw new InvalidOperationException("no");

        protected override void PostStop() => _probe.Tell("PostStop");
    }

    private sealed class WatcherThatFails : ReceiveActor
    {
        private readonly IActorRef _subject;
        private readonly IActorRef _probe;

        public WatcherThatFails(IActorRef subject, IActorRef probe)
        {
            (_subject, _probe) = (subject, probe);
            Receive<Exception>(e => throw e);
            Receive<string>(m => probe.Tell(m));
            Receive<Terminated>(m => probe.Tell($"ended {m.ActorRef.Path.Name}"));
        }

        protected override void PreStart()
        {
            Context.Watch(_subject);
            Context.System.EventStream.Subscribe(Self, typeof(string));
            _probe.Tell("ready");
        }

        // Without the base call: PreStart runs in the first life only.
        protected override void PostRestart(Exception reason) { }
    }
}
