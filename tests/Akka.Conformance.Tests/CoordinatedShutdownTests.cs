namespace Akka.Conformance.Tests;

public class CoordinatedShutdownTests : TestKit.Xunit2.TestKit
{
    private static readonly string[] Order =
    [
        CoordinatedShutdown.PhaseBeforeServiceUnbind, CoordinatedShutdown.PhaseServiceUnbind, CoordinatedShutdown.PhaseServiceRequestsDone,
        CoordinatedShutdown.PhaseServiceStop, CoordinatedShutdown.PhaseBeforeClusterShutdown, CoordinatedShutdown.PhaseClusterShardingShutdownRegion,
        CoordinatedShutdown.PhaseClusterLeave, CoordinatedShutdown.PhaseClusterExiting, CoordinatedShutdown.PhaseClusterExitingDone,
        CoordinatedShutdown.PhaseClusterShutdown, CoordinatedShutdown.PhaseBeforeActorSystemTerminate, CoordinatedShutdown.PhaseActorSystemTerminate,
    ];

    [Fact]
    public async Task The_phases_run_in_their_order_and_the_actors_end_last()
    {
        var ran = new List<string>();
        var shutdown = CoordinatedShutdown.Get(Sys);
        foreach (var phase in Order.Reverse())
            shutdown.AddTask(phase, "note", () => Note(ran, phase));
        await shutdown.Run(CoordinatedShutdown.ClrExitReason.Instance);
        Assert.Equal(Order, ran);
        await Sys.WhenTerminated;
    }

    [Fact]
    public async Task Tasks_of_one_phase_run_at_the_same_time()
    {
        var (a, b) = (new TaskCompletionSource(), new TaskCompletionSource());
        var shutdown = CoordinatedShutdown.Get(Sys);
        shutdown.AddTask(CoordinatedShutdown.PhaseServiceStop, "a", () => Meet(a, b.Task));
        shutdown.AddTask(CoordinatedShutdown.PhaseServiceStop, "b", () => Meet(b, a.Task));
        await shutdown.Run(CoordinatedShutdown.ClrExitReason.Instance);
        Assert.True(a.Task.IsCompleted && b.Task.IsCompleted);
    }

    [Fact]
    public async Task A_task_that_throws_does_not_stop_the_shutdown()
    {
        var ran = new List<string>();
        var shutdown = CoordinatedShutdown.Get(Sys);
        shutdown.AddTask(CoordinatedShutdown.PhaseServiceUnbind, "bad", () => throw new InvalidOperationException("bad"));
        shutdown.AddTask(CoordinatedShutdown.PhaseServiceStop, "good", () => Note(ran, "good"));
        await shutdown.Run(CoordinatedShutdown.ClrExitReason.Instance);
        Assert.Equal(["good"], ran);
    }

    [Fact]
    public async Task Terminate_runs_the_phases_and_the_first_reason_counts()
    {
        var ran = new List<string>();
        var shutdown = CoordinatedShutdown.Get(Sys);
        shutdown.AddTask(CoordinatedShutdown.PhaseServiceStop, "note", () => Note(ran, "ran"));
        await Sys.Terminate();
        await shutdown.Run(CoordinatedShutdown.ClrExitReason.Instance);
        Assert.Equal(["ran"], ran);
        Assert.IsType<CoordinatedShutdown.ActorSystemTerminateReason>(shutdown.ShutdownReason);
    }

    [Fact]
    public void A_phase_must_exist() =>
        Assert.Throws<ConfigurationException>(() => CoordinatedShutdown.Get(Sys).AddTask("no-such-phase", "x", () => Task.FromResult(Done.Instance)));

    [Fact]
    public async Task After_the_end_no_actor_can_be_made()
    {
        await Sys.Terminate();
        Assert.Throws<InvalidOperationException>(() => Sys.ActorOf(Scripted.Props(_ => { })));
    }

    [Fact]
    public async Task The_end_runs_PostStop_of_every_actor_and_the_callbacks()
    {
        var called = false;
        Sys.RegisterOnTermination(() => called = true);
        var ended = new TaskCompletionSource();
        Sys.ActorOf(Props.Create(() => new EndsWith(ended)));
        await Sys.Terminate();
        Assert.True(ended.Task.IsCompleted);
        Assert.True(called);
    }

    private static Task<Done> Note(List<string> ran, string what)
    {
        lock (ran)
            ran.Add(what);
        return Task.FromResult(Done.Instance);
    }

    private static async Task<Done> Meet(TaskCompletionSource mine, Task other)
    {
        mine.SetResult();
        await other;
        return Done.Instance;
    }

    private sealed class EndsWith(TaskCompletionSource ended) : UntypedActor
    {
        protected override void OnReceive(object message) { }

        protected override void PostStop() => ended.SetResult();
    }
}
