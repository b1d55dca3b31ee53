using RealtimeAkka.Gateway.Telephone;
using RealtimeAkka.Protocol;
using static RealtimeAkka.TestSupport.Say;

namespace RealtimeAkka.Pure.Tests.Gateway;

public class MarkClockTests
{
    private static readonly MarkClock Silent = new(SoundFormat.Pcm16);

    [Fact]
    public void Only_what_a_mark_says_is_heard_however_much_time_passes()
    {
        var (clock, first) = Sent(Silent, 40, 0);
        (clock, var second) = Sent(clock, 40, 0);

        Assert.Equal(0, HeardMs(clock, 100));
        Assert.Equal(40, HeardMs(clock.Return(first, Seconds(0.1)), 100));
        Assert.Equal(80, HeardMs(clock.Return(first, Seconds(0.1)).Return(second, Seconds(0.2)), 0.2));
    }

    [Fact]
    public void A_later_mark_says_that_what_was_before_it_was_heard_too()
    {
        var (clock, first) = Sent(Silent, 40, 0);
        (clock, var second) = Sent(clock, 40, 0);
        clock = clock.Return(second, Seconds(1));

        Assert.Equal(80, HeardMs(clock, 1));
        Assert.Equal(80, HeardMs(clock.Return(first, Seconds(2)), 2));
    }

    [Fact]
    public void Marks_that_a_clear_sends_back_are_not_heard()
    {
        var (clock, first) = Sent(Silent, 40, 0);
        (clock, var second) = Sent(clock, 40, 0);
        (clock, var unheard) = clock.Return(first, Seconds(0.1)).Discard(Seconds(0.1));

        Assert.Equal(Bytes(40), unheard);
        Assert.Equal(40, HeardMs(clock.Return(second, Seconds(0.2)), 1));
        (clock, var third) = Sent(clock, 40, 1);
        Assert.NotEqual(second, third);
        Assert.Equal(40, HeardMs(clock.Return(second, Seconds(1)), 1));
        Assert.Equal(80, HeardMs(clock.Return(third, Seconds(1)), 1));
    }

    [Theory]
    [InlineData("")]
    [InlineData("-")]
    [InlineData("my label")]
    [InlineData("0-99999999999999999999999")]
    [InlineData("0--40")]
    [InlineData("0-4000")] // was not sent
    [InlineData("1-1920")] // of no series yet
    public void What_is_no_mark_of_ours_changes_nothing(string name)
    {
        var (clock, _) = Sent(Silent, 40, 0);

        Assert.Same(clock, name == "0-4000" ? clock.Return("0-400000", Seconds(1)) : clock.Return(name, Seconds(1)));
    }

    [Fact]
    public void A_mark_is_owed_from_the_first_sound_after_a_silence_or_from_the_last_mark()
    {
        Assert.Null(Silent.OwedSince);
        var (clock, first) = Sent(Silent, 40, 5);
        (clock, var second) = Sent(clock, 40, 6);
        Assert.Equal(Seconds(5), clock.OwedSince);
        clock = clock.Return(first, Seconds(7));
        Assert.Equal(Seconds(7), clock.OwedSince);
        Assert.Null(clock.Return(second, Seconds(8)).OwedSince);
        Assert.Null(clock.Discard(Seconds(8)).Next.OwedSince);
    }

    [Fact]
    public void All_is_played_when_the_last_mark_is_back_and_not_before()
    {
        var (clock, mark) = Sent(Silent, 40, 0);

        Assert.Equal(Ms(40), clock.Left(Seconds(60)));
        Assert.Equal(-Ms(500), clock.Return(mark, Seconds(60)).Left(Seconds(60.5)));
        Assert.Equal(Ms(20), Silent.Take(2).Left(default)); // who waits does not ask all the time
    }

    [Fact]
    public void The_first_sound_after_a_silence_is_known()
    {
        var (clock, mark) = Sent(Silent, 40, 0);
        Assert.True(clock.IsFirst);
        Assert.False(Sent(clock, 40, 0).Clock.IsFirst);
        Assert.True(Sent(clock.Return(mark, default), 40, 1).Clock.IsFirst);
    }

    private static (MarkClock Clock, string Mark) Sent(MarkClock clock, int ms, double at)
    {
        var next = clock.Take(Bytes(ms)).Send(Bytes(ms), Seconds(at));
        return (next, next.Mark);
    }

    private static long HeardMs(MarkClock clock, double at) => Pcm.Milliseconds(clock.Played(Seconds(at)));

    private static int Bytes(int ms) => ms * Pcm.BytesPerMillisecond;
}
