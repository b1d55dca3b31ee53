namespace Akka.Conformance.Tests;

public class StashTests : TestKit.Xunit2.TestKit
{
    [Fact]
    public void Unstashed_messages_come_before_everything_queued_and_in_their_old_order()
    {
        var actor = Sys.ActorOf(Props.Create(() => new Opener()));
        foreach (var m in new object[] { 1, 2, 3, "open", 4 })
            actor.Tell(m);
        Assert.Equal([1, 2, 3, 4], ReceiveN(4));
    }

    [Fact]
    public void A_restart_brings_the_stash_back()
    {
        var actor = Sys.ActorOf(Props.Create(() => new Opener()));
        actor.Tell(1);
        actor.Tell(2);
        EventFilter.Exception<InvalidOperationException>().ExpectOne(() => actor.Tell("fail"));
        actor.Tell("open");
        actor.Tell(3);
        Assert.Equal([1, 2, 3], ReceiveN(3));
    }

    [Fact]
    public void When_the_actor_stops_its_stash_goes_to_the_dead_letters()
    {
        Sys.EventStream.Subscribe(TestActor, typeof(DeadLetter));
        var actor = Sys.ActorOf(Props.Create(() => new Opener()));
        actor.Tell(1);
        actor.Tell(2);
        actor.Tell(PoisonPill.Instance);
        ExpectMsg<DeadLetter>(d => d.Message is 1);
        ExpectMsg<DeadLetter>(d => d.Message is 2);
    }

    [Fact]
    public void Stashing_one_message_twice_is_an_error()
    {
        var actor = Sys.ActorOf(Props.Create(() => new Opener()));
        actor.Tell("twice");
        ExpectMsg(nameof(IllegalActorStateException));
    }

    [Fact]
    public void A_full_stash_is_an_error()
    {
        var actor = Sys.ActorOf(Props.Create(() => new Opener()).WithStashCapacity(2));
        EventFilter.Exception<StashOverflowException>().ExpectOne(() =>
        {
            actor.Tell(1);
            actor.Tell(2);
            actor.Tell(3);
        });
    }

    /// <summary>Keeps numbers until it is opened.</summary>
    public sealed class Opener : ReceiveActor, IWithStash
    {
        public Opener()
        {
            Receive<int>(_ => Stash.Stash());
            Receive<string>(_ =>
            {
                Stash.Stash();
                Sender.Tell(Record.Exception(Stash.Stash)!.GetType().Name);
            }, m => m == "twice");
            Receive<string>(_ => throw new InvalidOperationException("told to"), m => m == "fail");
            Receive<string>(_ =>
            {
                Become(Open);
                Stash.UnstashAll();
            });
        }

        public IStash Stash { get; set; } = null!;

        private void Open() => Receive<int>(m => Sender.Tell(m));
    }
}
