using RealtimeAkka.Audio;

namespace RealtimeAkka.Pure.Tests.Audio;

/// <summary>The shared timer of all speakers without output; it runs in real time only.</summary>
public sealed class SharedTickerTests
{
    [Fact]
    public async Task Who_waits_is_told_and_not_before_the_time()
    {
        var clock = SharedTicker.Instance;
        var start = clock.GetTimestamp();
        await Task.WhenAll(Enumerable.Range(1, 20).Select(async n =>
        {
            await Task.Delay(TimeSpan.FromMilliseconds(n), clock);
            Assert.True(clock.GetElapsedTime(start) >= TimeSpan.FromMilliseconds(n));
        }));
    }

    [Fact]
    public async Task Who_waits_no_more_is_not_told()
    {
        var wait = TimeSpan.FromMilliseconds(100);
        Task forgotten;
        do
        {
            using var stop = new CancellationTokenSource();
            forgotten = Task.Delay(wait, SharedTicker.Instance, stop.Token);
            await stop.CancelAsync();
        }
        while (forgotten.IsCompletedSuccessfully); // this thread stood still for so long: once more
        await Task.Delay(wait, SharedTicker.Instance); // a later tick
        Assert.True(forgotten.IsCanceled);
    }
}
