namespace Akka.Conformance.Tests;

public class TimerTests() : TestKit.Xunit2.TestKit("""akka.scheduler.implementation = "Akka.TestKit.TestScheduler, Akka.TestKit" """)
{
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    private TestScheduler Clock => (TestScheduler)Sys.Scheduler;

    [Fact]
    public void A_single_timer_fires_once_and_is_then_no_longer_active()
    {
        var actor = Timed();
        Do(actor, t => t.StartSingleTimer("key", "tick", Second));
        Clock.Advance(TimeSpan.FromMilliseconds(999));
        ExpectNoMsg(TimeSpan.Zero);
        Clock.Advance(TimeSpan.FromMilliseconds(1));
        ExpectMsg("tick");
        var active = true;
        Do(actor, t => active = t.IsTimerActive("key"));
        Assert.False(active);
    }

    [Fact]
    public void A_periodic_timer_fires_until_it_is_cancelled()
    {
        var actor = Timed();
        Do(actor, t => t.StartPeriodicTimer("key", "tick", Second));
        for (var i = 0; i < 3; i++)
        {
            Clock.Advance(Second);
            ExpectMsg("tick");
        }
        Do(actor, t => t.Cancel("key"));
        Clock.Advance(Second);
        Settle(actor);
        ExpectNoMsg(TimeSpan.Zero);
    }

    [Fact]
    public void Starting_a_key_again_replaces_the_timer_and_discards_a_tick_already_queued()
    {
        var actor = Timed();
        using var gate = new ManualResetEventSlim();
        Do(actor, t => t.StartSingleTimer("key", "old", Second));
        actor.Tell((Action<ITimerScheduler>)(t =>
        {
            gate.Wait(TimeSpan.FromSeconds(5));
            t.StartSingleTimer("key", "new", Second);
        }));
        Clock.Advance(Second);
        gate.Set();
        ExpectMsg("done");
        Settle(actor);
        Clock.Advance(Second);
        ExpectMsg("new");
    }

    [Fact]
    public void A_timer_started_again_for_the_same_moment_fires_then()
    {
        var actor = Timed();
        Do(actor, t => t.StartSingleTimer("key", "old", Second));
        Clock.Advance(Second / 2);
        Do(actor, t => t.StartSingleTimer("key", "new", Second / 2));
        Clock.Advance(Second / 2);
        ExpectMsg("new");
    }

    [Fact]
    public void Timers_die_with_a_restart()
    {
        var actor = Timed();
        Do(actor, t => t.StartPeriodicTimer("key", "tick", Second));
        EventFilter.Exception<InvalidOperationException>().ExpectOne(() => actor.Tell(new InvalidOperationException("oops")));
        Settle(actor);
        Clock.Advance(Second);
        Settle(actor);
        ExpectNoMsg(TimeSpan.Zero);
    }

    [Fact]
    public void Timers_die_with_the_actor()
    {
        Sys.EventStream.Subscribe(TestActor, typeof(AllDeadLetters));
        var actor = Timed();
        Do(actor, t => t.StartPeriodicTimer("key", "tick", Second));
        Watch(actor);
        Sys.Stop(actor);
        ExpectTerminated(actor);
        Clock.Advance(Second);
        ExpectNoMsg(TimeSpan.Zero);
    }

    [Fact]
    public void A_timer_can_be_started_in_the_constructor()
    {
        Sys.ActorOf(Props.Create(() => new StartsAtOnce(TestActor)));
        ExpectMsg("started");
        Clock.Advance(Second);
        ExpectMsg("tick");
    }

    [Fact]
    public void Scheduled_messages_come_when_their_time_has_come()
    {
        Sys.Scheduler.ScheduleTellOnce(Second, TestActor, "once", ActorRefs.NoSender);
        var repeated = Sys.Scheduler.ScheduleTellRepeatedlyCancelable(Second * 2, Second, TestActor, "repeated", ActorRefs.NoSender);
        Clock.Advance(Second);
        ExpectMsg("once");
        Clock.Advance(Second);
        ExpectMsg("repeated");
        repeated.Cancel();
        Clock.Advance(Second);
        ExpectNoMsg(TimeSpan.Zero);
    }

    private IActorRef Timed() => Sys.ActorOf(Props.Create(() => new TimedActor(TestActor)));

    private void Do(IActorRef actor, Action<ITimerScheduler> action)
    {
        actor.Tell(action);
        FishForMessage<string>(m => m == "done");
    }

    // An answer to a message told now means that everything told before was taken.
    private void Settle(IActorRef actor)
    {
        actor.Tell(new Identify(0));
        ExpectMsg<ActorIdentity>();
    }

    private sealed class TimedActor : ReceiveActor, IWithTimers
    {
        public TimedActor(IActorRef probe)
        {
            Receive<Action<ITimerScheduler>>(a =>
            {
                a(Timers);
                probe.Tell("done");
            });
            Receive<Exception>(e => throw e);
            ReceiveAny(m => probe.Tell(m));
        }

        public ITimerScheduler Timers { get; set; } = null!;
    }

    private sealed class StartsAtOnce : ReceiveActor, IWithTimers
    {
        public StartsAtOnce(IActorRef probe)
        {
            Timers!.StartSingleTimer("key", "tick", Second);
            ReceiveAny(m => probe.Tell(m));
            probe.Tell("started");
        }

        public ITimerScheduler Timers { get; set; }
    }
}
