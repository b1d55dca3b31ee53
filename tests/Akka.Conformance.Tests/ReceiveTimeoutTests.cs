namespace Akka.Conformance.Tests;

public class ReceiveTimeoutTests() : TestKit.Xunit2.TestKit("""akka.scheduler.implementation = "Akka.TestKit.TestScheduler, Akka.TestKit" """)
{
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    private TestScheduler Clock => (TestScheduler)Sys.Scheduler;

    [Fact]
    public void Silence_is_announced_again_and_again_until_it_is_cancelled()
    {
        var actor = Waiting();
        for (var i = 0; i < 2; i++)
        {
            Clock.Advance(Second);
            ExpectMsg("silence");
            Settle(actor);
        }
        actor.Tell("never mind");
        ExpectMsg("never mind");
        Settle(actor);
        Clock.Advance(Second);
        ExpectNoMsg(TimeSpan.Zero);
    }

    [Fact]
    public void A_message_puts_it_off_unless_it_asks_not_to()
    {
        var actor = Waiting();
        Clock.Advance(Second / 2);
        actor.Tell("counts");
        ExpectMsg("counts");
        Settle(actor);
        Clock.Advance(Second / 2);
        ExpectNoMsg(TimeSpan.Zero);
        actor.Tell(new Quiet());
        ExpectMsg<Quiet>();
        Settle(actor);
        Clock.Advance(Second / 2);
        ExpectMsg("silence");
    }

    [Fact]
    public void It_survives_a_restart()
    {
        var actor = Waiting();
        EventFilter.Exception<InvalidOperationException>().ExpectOne(() => actor.Tell(new InvalidOperationException("oops")));
        Settle(actor);
        Clock.Advance(Second);
        ExpectMsg("silence");
    }

    private IActorRef Waiting()
    {
        var actor = Sys.ActorOf(Props.Create(() => new WaitingActor(TestActor)));
        actor.Tell(Second);
        ExpectMsg("set");
        Settle(actor);
        return actor;
    }

    private void Settle(IActorRef actor)
    {
        actor.Tell(new Identify(0));
        ExpectMsg<ActorIdentity>();
    }

    private sealed record Quiet : INotInfluenceReceiveTimeout;

    private sealed class WaitingActor : ReceiveActor
    {
        public WaitingActor(IActorRef probe)
        {
            Receive<TimeSpan>(t =>
            {
                SetReceiveTimeout(t);
                probe.Tell("set");
            });
            Receive<ReceiveTimeout>(_ => probe.Tell("silence"));
            Receive<Exception>(e => throw e);
            ReceiveAny(m =>
            {
                if (m is "never mind")
                    SetReceiveTimeout(null);
                probe.Tell(m);
            });
        }
    }
}
