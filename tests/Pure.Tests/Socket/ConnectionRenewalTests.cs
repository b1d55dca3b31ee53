using RealtimeAkka.Actors.Socket;
using static RealtimeAkka.TestSupport.Say;

namespace RealtimeAkka.Pure.Tests.Socket;

public class ConnectionRenewalTests
{
    private static readonly TimeSpan Rollover = TimeSpan.FromMinutes(55);
    private static readonly DateTimeOffset Now = new(2026, 11, 27, 9, 0, 0, TimeSpan.Zero);

    [Theory]
    [InlineData(3600, 3300, 3598)] // the service's own limit
    [InlineData(7200, 3300, 7198)]
    [InlineData(600, 550, 598)]
    [InlineData(60, 30, 58)]
    [InlineData(12, 6, 11)]
    [InlineData(3, 1.5, 2.75)]
    public void A_pause_is_sought_before_the_end_and_at_the_end_there_is_no_choice(int life, double pause, double latest) =>
        Assert.Equal(new ConnectionRenewal(Seconds(pause), Seconds(latest)), Of(Now.ToUnixTimeSeconds() + life));

    [Theory]
    [InlineData(0L)]
    [InlineData(-3600L)]
    [InlineData(86_401L)]
    [InlineData(90_000_000_000L)]
    public void A_time_that_cannot_be_meant_is_no_information(long life) =>
        Assert.Equal(new ConnectionRenewal(Rollover, null), Of(Now.ToUnixTimeSeconds() + life));

    [Fact]
    public void A_server_that_says_nothing_is_left_after_the_configured_time() =>
        Assert.Equal(new ConnectionRenewal(Rollover, null), Of(null));

    private static ConnectionRenewal Of(long? expiresAt) => ConnectionRenewal.Of(Rollover, expiresAt, Now);
}
