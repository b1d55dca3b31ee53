namespace Akka.Conformance.Tests;

public class ShutdownTimeoutTests() : TestKit.Xunit2.TestKit("akka.coordinated-shutdown.default-phase-timeout = 100ms")
{
    [Fact]
    public async Task A_task_that_hangs_is_left_behind_after_the_limit_of_its_phase()
    {
        var shutdown = CoordinatedShutdown.Get(Sys);
        Assert.Equal(TimeSpan.FromMilliseconds(100), shutdown.Timeout(CoordinatedShutdown.PhaseServiceStop));
        shutdown.AddTask(CoordinatedShutdown.PhaseServiceStop, "hangs", () => new TaskCompletionSource<Done>().Task);
        await shutdown.Run(CoordinatedShutdown.ClrExitReason.Instance);
        await Sys.WhenTerminated;
    }
}
