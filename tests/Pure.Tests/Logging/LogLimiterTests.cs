using RealtimeAkka.Hosting.Logging;
using static RealtimeAkka.TestSupport.Say;

namespace RealtimeAkka.Pure.Tests.Logging;

public class LogLimiterTests
{
    private readonly LogLimiter _limiter = new(burst: 3, perSecond: 2);

    [Fact]
    public void A_flood_is_cut_to_a_burst_and_a_rate_and_what_is_left_out_is_counted_once()
    {
        var written = Enumerable.Range(0, 1000).Count(_ => _limiter.Take("error", Seconds(0)).IsWritten);
        Assert.Equal(3, written);
        Assert.Equal((true, 997), _limiter.Take("error", Seconds(0.5)));
        Assert.Equal((false, 0), _limiter.Take("error", Seconds(0.5)));
        Assert.Equal((true, 1), _limiter.Take("error", Seconds(1)));
        Assert.Equal((true, 0), _limiter.Take("error", Seconds(60)));
    }

    [Fact]
    public void Kinds_do_not_take_from_each_other()
    {
        for (var i = 0; i < 10; i++) _limiter.Take("error", Seconds(0));
        Assert.Equal((true, 0), _limiter.Take("turn", Seconds(0)));
    }

    [Fact]
    public void What_was_left_out_at_the_end_is_reported_once()
    {
        for (var i = 0; i < 10; i++) _limiter.Take("error", Seconds(0));
        Assert.Equal([("error", 7L)], _limiter.Rest());
        Assert.Empty(_limiter.Rest());
    }
}
