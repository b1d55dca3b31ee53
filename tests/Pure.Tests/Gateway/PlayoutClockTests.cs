using RealtimeAkka.Gateway.Browser;
using RealtimeAkka.Protocol;
using static RealtimeAkka.TestSupport.Say;

namespace RealtimeAkka.Pure.Tests.Gateway;

public class PlayoutClockTests
{
    // At 1 s a second of sound was sent.
    private static readonly PlayoutClock Sounding = new PlayoutClock().Take(Bytes(1000)).Send(Bytes(1000), Seconds(1));

    [Fact]
    public void What_the_browser_reports_counts()
    {
        var clock = Sounding.Report(300, Seconds(1.5));

        Assert.Equal(300, PlayedMs(clock, 1.5));
        Assert.Equal(300, PlayedMs(clock, 1.9));
        Assert.Equal(Ms(700), clock.Left(Seconds(1.9)));
    }

    [Fact]
    public void A_browser_cannot_have_played_more_than_the_time_allows_nor_more_than_was_sent()
    {
        Assert.Equal(300, PlayedMs(Sounding.Report(900, Seconds(1.1)), 1.1));
        Assert.Equal(1000, PlayedMs(Sounding.Report(5000, Seconds(9)), 9));
        Assert.Equal(200, PlayedMs(Sounding.Report(1_000_000_000_000, Seconds(1)), 1));
    }

    [Fact]
    public void A_report_that_is_older_than_another_changes_nothing() =>
        Assert.Equal(400, PlayedMs(Sounding.Report(400, Seconds(1.4)).Report(100, Seconds(1.5)), 1.5));

    [Fact]
    public void A_browser_that_reports_nothing_plays_what_it_has()
    {
        Assert.Equal(0, PlayedMs(Sounding, 1));
        Assert.Equal(250, PlayedMs(Sounding, 1.25));
        Assert.Equal(1000, PlayedMs(Sounding, 3));
        Assert.Equal(Ms(-1000), Sounding.Left(Seconds(3)));
    }

    [Fact]
    public void A_browser_that_falls_silent_is_believed_for_a_while_and_then_plays_on()
    {
        var clock = Sounding.Report(300, Seconds(1.3));

        Assert.Equal(300, PlayedMs(clock, 3.3));
        Assert.Equal(500, PlayedMs(clock, 3.5));
        Assert.Equal(1000, PlayedMs(clock, 10));
    }

    [Fact]
    public void Silence_between_two_answers_is_no_sign_that_it_reports_no_more()
    {
        var clock = Sounding.Report(1000, Seconds(2)).Take(Bytes(500)).Send(Bytes(500), Seconds(60));

        Assert.Equal(1000, PlayedMs(clock, 61));
    }

    [Fact]
    public void What_is_discarded_was_not_heard_and_what_comes_after_it_counts_from_there()
    {
        var (clock, unheard) = Sounding.Take(Bytes(200)).Report(300, Seconds(1.3)).Discard(Seconds(1.3));
        Assert.Equal(Bytes(900), unheard);
        Assert.Equal(0, clock.Waiting(Seconds(1.3)));

        clock = clock.Take(Bytes(400)).Send(Bytes(400), Seconds(2)).Report(450, Seconds(2.2));
        Assert.Equal(450, PlayedMs(clock, 2.2));
        Assert.Equal(Bytes(250), clock.Waiting(Seconds(2.2)));
    }

    [Fact]
    public void What_it_played_before_it_heard_of_the_discarding_is_not_taken_for_the_next_answer()
    {
        var clock = Sounding.Report(300, Seconds(1.3)).Discard(Seconds(1.3)).Next.Report(340, Seconds(1.4));

        clock = clock.Take(Bytes(400)).Send(Bytes(400), Seconds(2)).Report(440, Seconds(2.1));

        Assert.Equal(400, PlayedMs(clock, 2.1));
    }

    [Fact]
    public void Sound_that_is_not_sent_yet_is_not_played_whatever_the_browser_says() =>
        Assert.Equal(0, PlayedMs(new PlayoutClock().Take(Bytes(1000)).Report(800, Seconds(9)), 99));

    private static int Bytes(int ms) => ms * Pcm.BytesPerMillisecond;

    private static long PlayedMs(PlayoutClock clock, double at) => Pcm.Milliseconds(clock.Played(Seconds(at)));
}
