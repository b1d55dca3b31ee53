using Akka.Configuration;
using Akka.Dispatch;

namespace RealtimeAkka.Actor.Tests.AkkaAssumptions;

/// <summary>Behavior of Akka that <see cref="LineExecutor"/> needs, through API that Akka marks as internal.</summary>
public sealed class ExecutorTests() : TestKit($"on-the-spot {{ type = Dispatcher, executor = \"{typeof(OnTheSpot).AssemblyQualifiedName}\" }}")
{
    [Fact]
    public void An_executor_that_a_dispatcher_names_decides_on_which_thread_an_actor_runs()
    {
        var actor = Sys.ActorOf(Props.Create(() => new Threads()).WithDispatcher("on-the-spot"));
        // The actor may still be starting on another thread when the first message arrives.
        Assert.Contains(Environment.CurrentManagedThreadId, Enumerable.Range(0, 20).Select(_ =>
        {
            actor.Tell("where?");
            return ExpectMsg<int>();
        }));
    }

    [Fact]
    public void Messages_keep_their_order_on_it()
    {
        var actor = Sys.ActorOf(Props.Create(() => new Echo()).WithDispatcher("on-the-spot"));
        foreach (var number in Enumerable.Range(0, 100)) actor.Tell(number);
        Assert.Equal(Enumerable.Range(0, 100).Cast<object>(), ReceiveN(100));
    }

    private sealed class Threads : ReceiveActor
    {
        public Threads() => ReceiveAny(_ => Sender.Tell(Environment.CurrentManagedThreadId));
    }

    private sealed class Echo : ReceiveActor
    {
        public Echo() => ReceiveAny(m => Sender.Tell(m));
    }

    /// <summary>Runs everything on the calling thread.</summary>
    public sealed class OnTheSpot(Config config, IDispatcherPrerequisites prerequisites) : ExecutorServiceConfigurator(config, prerequisites)
    {
        /// <inheritdoc/>
        public override ExecutorService Produce(string id) => new Executor(id);

        private sealed class Executor(string id) : ExecutorService(id)
        {
            public override void Execute(IRunnable run) => run.Run();

            public override void Shutdown()
            {
            }
        }
    }
}
