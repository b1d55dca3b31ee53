using RealtimeAkka.Actors.Stations;
using static RealtimeAkka.TestSupport.Say;

namespace RealtimeAkka.Pure.Tests.Stations;

public class BackoffTests
{
    [Theory]
    [InlineData(0, 250)]
    [InlineData(1, 500)]
    [InlineData(4, 4000)]
    [InlineData(6, 10_000)]
    [InlineData(5000, 10_000)]
    public void The_delay_doubles_up_to_the_maximum(int tries, int milliseconds) =>
        Assert.Equal(Ms(milliseconds), new Backoff(Ms(250), Ms(10_000)).After(tries));

    [Fact]
    public void A_first_delay_above_the_maximum_is_cut() => Assert.Equal(Ms(10), new Backoff(Ms(20), Ms(10)).After(0));
}
