using RealtimeAkka.Hosting.Replay;
using static RealtimeAkka.TestSupport.Say;

namespace RealtimeAkka.Pure.Tests.Replay;

public class VirtualTimeTests
{
    private readonly VirtualTime _time = new();
    private readonly TaskCompletionSource _end = new();
    private readonly List<string> _seen = [];

    [Fact]
    public void It_jumps_to_the_next_due_time_only_when_there_is_no_work()
    {
        var begin = _time.Now;
        _time.At(begin + Seconds(2), () =>
        {
            See("two");
            _end.SetResult();
        });
        _time.At(begin + Seconds(1), () =>
        {
            See("one");
            _time.Post(() => See("work of one"));
        });
        _time.Post(() => See("work"));

        Assert.True(_time.Run(_end.Task, speed: null, CancellationToken.None));
        Assert.Equal(["0 work", "1 one", "1 work of one", "2 two"], _seen);

        void See(string what) => _seen.Add($"{(_time.Now - begin).TotalSeconds} {what}");
    }

    [Fact]
    public void Times_that_are_equal_come_in_the_order_in_which_they_were_set_and_each_makes_its_work_before_the_next()
    {
        foreach (var name in (string[])["a", "b", "c"])
        {
            _time.At(_time.Now + Seconds(1), () =>
            {
                _seen.Add(name);
                _time.Post(() => _seen.Add($"after {name}"));
            });
        }
        _time.At(_time.Now + Seconds(2), _end.SetResult);
        _time.Run(_end.Task, speed: null, CancellationToken.None);
        Assert.Equal(["a", "after a", "b", "after b", "c", "after c"], _seen);
    }

    [Fact]
    public void A_delay_ends_on_this_clock_and_what_awaits_it_runs_before_anything_later()
    {
        _time.At(_time.Now + Seconds(60), () => _seen.Add("an hour"));
        _time.Post(() => _ = WaitAsync());
        _time.At(_time.Now + Seconds(3600), _end.SetResult);
        _time.Run(_end.Task, speed: null, CancellationToken.None);
        Assert.Equal(["before", "after", "an hour"], _seen);

        async Task WaitAsync()
        {
            _seen.Add("before");
            await Task.Delay(Seconds(59), _time).ConfigureAwait(false);
            _seen.Add("after");
        }
    }

    [Fact]
    public void What_is_prevented_does_not_happen_and_a_periodic_timer_goes_on_until_it_is_stopped()
    {
        _time.At(_time.Now + Seconds(1), () => _seen.Add("prevented")).Dispose();
        var timer = _time.CreateTimer(_ => _seen.Add("tick"), null, Seconds(1), Seconds(2));
        _time.At(_time.Now + Seconds(6), timer.Dispose);
        _time.At(_time.Now + Seconds(20), _end.SetResult);
        _time.Run(_end.Task, speed: null, CancellationToken.None);
        Assert.Equal(["tick", "tick", "tick"], _seen);
    }

    [Fact]
    public void The_date_runs_with_it()
    {
        _time.Start = new DateTimeOffset(2026, 1, 2, 3, 4, 5, TimeSpan.Zero);
        _time.At(_time.Now + Seconds(55), _end.SetResult);
        _time.Run(_end.Task, speed: null, CancellationToken.None);
        Assert.Equal(new DateTimeOffset(2026, 1, 2, 3, 5, 0, TimeSpan.Zero), _time.GetUtcNow());
    }
}
