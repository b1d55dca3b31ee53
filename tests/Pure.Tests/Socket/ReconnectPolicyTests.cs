using RealtimeAkka.Actors.Socket;
using static RealtimeAkka.TestSupport.Say;

namespace RealtimeAkka.Pure.Tests.Socket;

public class ReconnectPolicyTests
{
    private static readonly ReconnectPolicy Policy = new(FirstDelay: Ms(250), MaxDelay: Seconds(10), GiveUp: Seconds(120));

    [Fact]
    public void Waits_double_up_to_the_longest()
    {
        var policy = Policy;
        List<double> waits = [];
        for (var i = 0; i < 8; i++)
        {
            (policy, var wait) = policy.Lost(default, chance: 1);
            waits.Add(wait!.Value.TotalSeconds);
        }
        Assert.Equal([0.25, 0.5, 1, 2, 4, 8, 10, 10], waits);
    }

    [Theory]
    [InlineData(0, 0)]
    [InlineData(0.5, 125)]
    [InlineData(0.999, 249.75)]
    public void Each_wait_is_anything_from_nothing_to_its_bound(double chance, double ms) =>
    Assert.Equal(Ms(ms), Policy.Lost(default, chance).Wait);

    [Fact]
    public void It_gives_up_when_the_next_attempt_would_come_too_late()
    {
        var (policy, _) = Policy.Lost(Seconds(5), 0);
        Assert.NotNull(policy.Lost(Seconds(124), chance: 0.9).Wait);
        Assert.Null(policy.Lost(Seconds(125), chance: 0.9).Wait);
    }

    [Fact]
    public void A_connection_that_holds_ends_the_outage_and_one_that_does_not_belongs_to_it()
    {
        var policy = Policy.Opened(default);
        for (var i = 0; i < 5; i++) policy = policy.Lost(Seconds(60 + i), 1).Next.Opened(Seconds(60.5 + i));
        Assert.Equal(Seconds(8), policy.Lost(Seconds(66), 1).Wait);
        Assert.Equal(Ms(250), policy.Lost(Seconds(75), 1).Wait);
    }

    [Fact]
    public void A_server_that_always_accepts_and_always_drops_is_given_up_too()
    {
        var policy = Policy.Opened(default);
        var losses = 0;
        for (TimeSpan? wait = TimeSpan.Zero; wait is not null && losses < 1000; losses++)
        {
            (policy, wait) = policy.Lost(Seconds(20 + losses), 0);
            policy = policy.Opened(Seconds(20.5 + losses));
        }
        Assert.InRange(losses, 100, 130);
    }

    [Fact]
    public void However_long_it_goes_on_the_wait_stays_finite()
    {
        var policy = Policy with { GiveUp = TimeSpan.FromDays(1) };
        for (var i = 0; i < 5000; i++) (policy, _) = policy.Lost(default, 1);
        Assert.Equal(Seconds(10), policy.Lost(default, 1).Wait);
    }
}
