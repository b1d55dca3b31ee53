using Akka.Dispatch;

namespace Akka.Conformance.Tests;

public class DispatcherTests() : TestKit.Xunit2.TestKit("""
    own-thread { type = PinnedDispatcher }
    own-pool { type = ForkJoinDispatcher, throughput = 5, dedicated-thread-pool { thread-count = 2 } }
    small-turns { type = Dispatcher, throughput = 1 }
    on-the-spot { type = Dispatcher, executor = "Akka.Conformance.Tests.OnTheSpot, Akka.Conformance.Tests" }
    """)
{
    [Theory]
    [InlineData("own-thread")]
    [InlineData("own-pool")]
    [InlineData("small-turns")]
    [InlineData("on-the-spot")]
    public void Actors_run_on_the_dispatcher_they_name(string dispatcher)
    {
        var actor = Sys.ActorOf(Scripted.Props(a => a.OnAny(m => a.Sender.Tell(m))).WithDispatcher(dispatcher));
        for (var i = 0; i < 100; i++)
            actor.Tell(i);
        Assert.Equal(Enumerable.Range(0, 100).Cast<object>(), ReceiveN(100));
        Watch(actor);
        actor.Tell(PoisonPill.Instance);
        ExpectTerminated(actor);
    }

    [Fact]
    public void An_actor_with_its_own_thread_stays_on_it()
    {
        var actor = Sys.ActorOf(Scripted.Props(a => a.OnAny(_ => TestActor.Tell(Environment.CurrentManagedThreadId))).WithDispatcher("own-thread"));
        for (var i = 0; i < 10; i++)
            actor.Tell(i);
        Assert.Single(ReceiveN(10).Distinct());
    }

    [Fact]
    public void A_blocked_actor_with_its_own_thread_holds_up_nobody()
    {
        using var gate = new ManualResetEventSlim();
        var blocked = Sys.ActorOf(Scripted.Props(a => a.On<ManualResetEventSlim>(g => g.Wait(TimeSpan.FromSeconds(5)))).WithDispatcher("own-thread"));
        blocked.Tell(gate);
        Sys.ActorOf(Scripted.Props(a => a.OnAny(m => a.Sender.Tell(m)))).Tell("free");
        ExpectMsg("free");
        gate.Set();
    }

    [Fact]
    public void An_executor_of_ones_own_decides_on_which_thread_an_actor_runs()
    {
        var actor = Sys.ActorOf(Scripted.Props(a => a.OnAny(_ => TestActor.Tell(Environment.CurrentManagedThreadId))).WithDispatcher("on-the-spot"));
        // The first may find it while it starts, on another thread.
        Assert.Contains(Environment.CurrentManagedThreadId, Enumerable.Range(0, 20).Select(_ =>
        {
            actor.Tell("where?");
            return ExpectMsg<int>();
        }));
    }

    [Fact]
    public void An_unknown_dispatcher_is_an_error() =>
        Assert.Throws<ConfigurationException>(() => Sys.ActorOf(Scripted.Props(_ => { }).WithDispatcher("no-such")));
}

/// <summary>Runs everything where it is told.</summary>
public sealed class OnTheSpot(Config config, IDispatcherPrerequisites prerequisites) : ExecutorServiceConfigurator(config, prerequisites)
{
    public override ExecutorService Produce(string id) => new Executor(id);

    private sealed class Executor(string id) : ExecutorService(id)
    {
        public override void Execute(IRunnable run) => run.Run();

        public override void Shutdown() { }
    }
}
