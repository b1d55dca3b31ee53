using RealtimeAkka.Actors.Tasks;

namespace RealtimeAkka.Pure.Tests.Tasks;

public class TaskWatchTests
{
    [Fact]
    public void A_task_that_hangs_is_told_so_many_turns_and_a_person_is_told_once()
    {
        var watch = new TaskMonitor("slow", Ahead: 2);
        List<bool> told = [];
        List<string> notices = [];
        for (var turn = 1; turn <= 5; turn++)
        {
            (watch, var tell, var notice) = watch.On(turn);
            told.Add(tell);
            if (notice is not null) notices.Add(notice.Code);
        }
        Assert.Equal([true, true, false, false, false], told);
        Assert.Equal(["task_behind"], notices);
        Assert.True(watch.Handled().On(6).Tell);
    }

    [Fact]
    public void A_task_that_asks_on_and_on_is_stopped_and_one_result_comes_of_each_question()
    {
        var watch = new TaskMonitor("flood", Ahead: 9);
        var (asked, notices) = (0, 0);
        for (var n = 0; n < 1000; n++)
        {
            (watch, var ask, var notice) = watch.Asks();
            asked += ask ? 1 : 0;
            notices += notice is null ? 0 : 1;
        }
        Assert.Equal((16, 1), (asked, notices));

        var results = 0;
        for (var n = 0; n < 1000; n++)
        {
            (watch, var tell) = watch.Completes();
            results += tell ? 1 : 0;
        }
        Assert.Equal(16, results);
        Assert.True(watch.On(1).Next.Asks().Ask); // the next turn adds credit
    }

    [Fact]
    public void A_task_that_fails_is_started_again_twice_and_then_off()
    {
        var watch = new TaskMonitor("broken", Ahead: 1).On(1).Next;
        for (var failure = 1; failure <= 3; failure++)
        {
            Assert.False(watch.IsOff);
            (watch, var notice) = watch.Failed();
            Assert.Equal("task_failed", notice.Code);
        }
        Assert.True(watch.IsOff);
        Assert.Equal((false, null), (watch.On(2).Tell, watch.On(2).Notice));
    }
}
