using RealtimeAkka.Actors.Stations;

namespace RealtimeAkka.Pure.Tests.Stations;

public class JitterTests
{
    [Fact]
    public void One_session_waits_as_long_whenever_it_is_run_and_another_does_not()
    {
        Assert.Equal(Jitter.Of("s-1", 1), Jitter.Of("s-1", 1));
        Assert.NotEqual(Jitter.Of("s-1", 1), Jitter.Of("s-2", 1));
        Assert.NotEqual(Jitter.Of("s-1", 1), Jitter.Of("s-1", 2));
    }

    [Fact]
    public void A_thousand_sessions_are_spread_over_the_whole_range()
    {
        var tenths = Enumerable.Range(0, 1000).Select(n => Jitter.Of($"s-{n}", 1)).CountBy(chance => (int)(chance * 10)).ToList();
        Assert.Equal(10, tenths.Count);
        Assert.All(tenths, tenth => Assert.InRange(tenth.Value, 60, 140)); // 100 each; the hash is the same on every machine
        Assert.All(tenths, tenth => Assert.InRange(tenth.Key, 0, 9));
    }
}
