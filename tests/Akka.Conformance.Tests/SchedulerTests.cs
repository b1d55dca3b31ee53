using System.Diagnostics;

namespace Akka.Conformance.Tests;

public class SchedulerTests : TestKit.Xunit2.TestKit
{
    [Fact]
    public void A_message_comes_after_its_delay_and_not_before()
    {
        var begin = Stopwatch.GetTimestamp();
        Sys.Scheduler.ScheduleTellOnce(TimeSpan.FromMilliseconds(100), TestActor, "late", ActorRefs.NoSender);
        ExpectMsg("late");
        Assert.InRange(Stopwatch.GetElapsedTime(begin).TotalMilliseconds, 95, 2000);
    }

    [Fact]
    public void Repeated_messages_come_until_they_are_cancelled()
    {
        var cancel = Sys.Scheduler.ScheduleTellRepeatedlyCancelable(TimeSpan.Zero, TimeSpan.FromMilliseconds(20), TestActor, "tick", ActorRefs.NoSender);
        ReceiveN(3);
        cancel.Cancel();
        IgnoreMessages(m => m is "tick");
        TestActor.Tell("end");
        FishForMessage<string>(m => m == "end");
        IgnoreNoMessages();
        ExpectNoMsg(TimeSpan.FromMilliseconds(100));
    }

    [Fact]
    public async Task Actions_run_too()
    {
        var done = new TaskCompletionSource();
        Sys.Scheduler.Advanced.ScheduleOnce(TimeSpan.FromMilliseconds(10), done.SetResult);
        await done.Task.WaitAsync(TimeSpan.FromSeconds(3));
    }

    [Fact]
    public void Many_timers_come_in_the_order_of_their_time()
    {
        // Neighbours are 100 ms apart, more than any scheduler here needs to tell them apart.
        foreach (var i in new[] { 3, 1, 4, 2, 0 })
            Sys.Scheduler.ScheduleTellOnce(TimeSpan.FromMilliseconds(50 + 100 * i), TestActor, i, ActorRefs.NoSender);
        Assert.Equal([0, 1, 2, 3, 4], ReceiveN(5));
    }
}
