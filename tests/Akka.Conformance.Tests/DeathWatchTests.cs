namespace Akka.Conformance.Tests;

public class DeathWatchTests : TestKit.Xunit2.TestKit
{
    [Fact]
    public void Terminated_comes_after_the_last_message_of_the_dead()
    {
        var actor = Sys.ActorOf(Scripted.Props(a => a.On<int>(n =>
        {
            for (var i = 0; i < n; i++)
                a.Sender.Tell(i);
            a.Context.Stop(a.Self);
        })));
        Watch(actor);
        actor.Tell(100);
        Assert.Equal(Enumerable.Range(0, 100).Cast<object>(), ReceiveN(100));
        var terminated = ExpectTerminated(actor);
        Assert.True(terminated.ExistenceConfirmed);
    }

    [Fact]
    public void Watching_the_dead_answers_at_once()
    {
        var actor = Sys.ActorOf(Scripted.Props(_ => { }));
        Watch(actor);
        Sys.Stop(actor);
        ExpectTerminated(actor);
        Watch(actor);
        Assert.False(ExpectTerminated(actor).ExistenceConfirmed);
    }

    [Fact]
    public void Unwatch_also_discards_a_Terminated_already_queued()
    {
        var subject = Sys.ActorOf(Scripted.Props(_ => { }));
        var probe = CreateTestProbe();
        probe.Watch(subject);
        using var gate = new ManualResetEventSlim();
        var watcher = Sys.ActorOf(Scripted.Props(a =>
        {
            a.On<IActorRef>(s =>
            {
                a.Context.Watch(s);
                a.Sender.Tell("watching");
            });
            a.On<ManualResetEventSlim>(g =>
            {
                g.Wait(TimeSpan.FromSeconds(5));
                a.Context.Unwatch(subject);
            });
            a.On<Terminated>(_ => TestActor.Tell("terminated"));
            a.On<string>(m => TestActor.Tell(m));
        }));
        watcher.Tell(subject);
        ExpectMsg("watching");
        watcher.Tell(gate);
        Sys.Stop(subject);
        probe.ExpectTerminated(subject);
        gate.Set();
        watcher.Tell("done");
        ExpectMsg("done");
        ExpectNoMsg(TimeSpan.Zero);
    }

    [Fact]
    public void WatchWith_sends_the_given_message()
    {
        var subject = Sys.ActorOf(Scripted.Props(_ => { }));
        var watcher = Sys.ActorOf(Scripted.Props(a =>
        {
            a.On<IActorRef>(s => a.Context.WatchWith(s, "gone"));
            a.On<string>(m => TestActor.Tell(m));
        }));
        watcher.Tell(subject);
        watcher.Tell("watching");
        ExpectMsg("watching");
        Sys.Stop(subject);
        ExpectMsg("gone");
    }

    [Fact]
    public void A_Terminated_nobody_handles_kills_the_watcher()
    {
        var subject = Sys.ActorOf(Scripted.Props(_ => { }));
        var watcher = Sys.ActorOf(Scripted.Props(a => a.On<IActorRef>(s => a.Context.Watch(s))));
        Watch(watcher);
        EventFilter.Exception<DeathPactException>().ExpectOne(() =>
        {
            watcher.Tell(subject);
            subject.Tell(PoisonPill.Instance);
        });
        ExpectTerminated(watcher);
    }

    [Fact]
    public async Task GracefulStop_says_whether_the_actor_ended_in_time()
    {
        var willing = Sys.ActorOf(Scripted.Props(_ => { }));
        Assert.True(await willing.GracefulStop(TimeSpan.FromSeconds(5)));
        var stubborn = Sys.ActorOf(Scripted.Props(a => a.OnAny(_ => { })));
        Assert.False(await stubborn.GracefulStop(TimeSpan.FromMilliseconds(50), "please"));
    }

    [Fact]
    public void A_parent_may_reuse_the_name_once_it_has_its_own_Terminated()
    {
        var parent = Sys.ActorOf(Scripted.Props(a =>
        {
            var left = 100;
            a.On<string>(_ => a.Context.Watch(a.Context.ActorOf(Scripted.Props(_ => { }), "child")).Tell(PoisonPill.Instance));
            a.On<Terminated>(_ =>
            {
                if (--left == 0)
                    TestActor.Tell("done");
                else
                    a.Self.Tell("again");
            });
        }));
        parent.Tell("begin");
        ExpectMsg("done");
    }
}
