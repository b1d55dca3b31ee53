namespace Akka.Conformance.Tests;

public class EventStreamTests : TestKit.Xunit2.TestKit
{
    [Fact]
    public void A_subscriber_gets_the_class_its_subclasses_and_implementations()
    {
        Assert.True(Sys.EventStream.Subscribe(TestActor, typeof(Animal)));
        Assert.True(Sys.EventStream.Subscribe(TestActor, typeof(ILoud)));
        Sys.EventStream.Publish(new Dog());
        Sys.EventStream.Publish(new Animal());
        Sys.EventStream.Publish(new Horn());
        ExpectMsg<Dog>();
        ExpectMsg<Animal>();
        ExpectMsg<Horn>();
        ExpectNoMsg(TimeSpan.Zero);
    }

    [Fact]
    public void After_unsubscribing_nothing_comes()
    {
        Sys.EventStream.Subscribe(TestActor, typeof(Animal));
        Assert.True(Sys.EventStream.Unsubscribe(TestActor, typeof(Animal)));
        Sys.EventStream.Publish(new Animal());
        Sys.EventStream.Subscribe(TestActor, typeof(Horn));
        Assert.True(Sys.EventStream.Unsubscribe(TestActor));
        Sys.EventStream.Publish(new Horn());
        ExpectNoMsg(TimeSpan.Zero);
    }

    [Fact]
    public void AllDeadLetters_covers_every_way_to_reach_nobody()
    {
        Sys.EventStream.Subscribe(TestActor, typeof(AllDeadLetters));
        var actor = Sys.ActorOf(Scripted.Props(a => a.On<int>(_ => { })));
        actor.Tell("unhandled");
        ExpectMsg<UnhandledMessage>();
        Sys.EventStream.Publish(new Dropped("thing", "no room", TestActor, actor));
        ExpectMsg<Dropped>(d => d.Reason == "no room");
        Sys.DeadLetters.Tell("nobody");
        ExpectMsg<DeadLetter>(d => d.Message is "nobody");
    }

    [Fact]
    public void A_subscriber_to_dead_letters_may_itself_be_dead()
    {
        var gate = new ManualResetEventSlim();
        var subscriber = Sys.ActorOf(Scripted.Props(a => a.OnAny(_ =>
        {
            TestActor.Tell("entered");
            gate.Wait(TimeSpan.FromSeconds(5));
            a.Context.Stop(a.Self);
        })));
        Watch(subscriber);
        Sys.EventStream.Subscribe(subscriber, typeof(AllDeadLetters));
        Sys.DeadLetters.Tell(1);
        ExpectMsg("entered");
        Sys.DeadLetters.Tell(2);
        Sys.DeadLetters.Tell(3);
        gate.Set();
        ExpectTerminated(subscriber);
        Sys.EventStream.Subscribe(subscriber, typeof(AllDeadLetters));
        Sys.DeadLetters.Tell(4);
    }

    [Fact]
    public void Dead_letters_are_logged_at_info()
    {
        // The listener subscribes in its own time; a dead letter it has logged shows that it is there.
        AwaitAssert(() => EventFilter.Info(contains: "dead letters encountered").Expect(1, TimeSpan.FromMilliseconds(500), () => Sys.DeadLetters.Tell("first")));
        EventFilter.Info(contains: "dead letters encountered").ExpectOne(() => Sys.DeadLetters.Tell("second"));
    }

    private class Animal;

    private sealed class Dog : Animal;

    private interface ILoud;

    private sealed class Horn : ILoud;
}
