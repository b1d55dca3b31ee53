using RealtimeAkka.Actors.Turns;
using static RealtimeAkka.TestSupport.Say;

namespace RealtimeAkka.Pure.Tests.Turns;

public class QuietPeriodTests
{
    private static readonly QuietPeriod Quiet = new(Settle: Seconds(1), Drain: Seconds(20));

    [Fact]
    public void A_pause_begins_when_nothing_is_open_and_no_event_came_for_a_while()
    {
        Assert.Equal(Seconds(4), Quiet.OnEvent(Seconds(3)).PauseAt(isIdle: true));
        Assert.Null(Quiet.OnEvent(Seconds(3)).PauseAt(isIdle: false));
    }

    [Fact]
    public void Without_a_drain_nothing_is_ever_drained()
    {
        Assert.Null(DrainedAt(Quiet.OnEvent(Seconds(3))));
        Assert.Null(DrainedAt(Quiet.BeginDrain(Seconds(3)).EndDrain()));
    }

    [Fact]
    public void All_is_drained_a_while_after_the_last_event_and_after_the_order()
    {
        Assert.Equal(Seconds(11), DrainedAt(Quiet.OnEvent(Seconds(3)).BeginDrain(Seconds(10))));
        Assert.Equal(Seconds(13), DrainedAt(Quiet.BeginDrain(Seconds(10)).OnEvent(Seconds(12))));
    }

    [Fact]
    public void While_something_is_open_or_events_go_on_only_the_deadline_counts()
    {
        var drain = Quiet.BeginDrain(Seconds(10));

        Assert.Equal(Seconds(30), DrainedAt(drain, isIdle: false));
        Assert.Equal(Seconds(30), DrainedAt(drain, isIdle: false, isConnected: false));
        Assert.Equal(Seconds(30), DrainedAt(drain.OnEvent(Seconds(29.5))));
    }

    [Fact]
    public void A_second_order_does_not_move_the_deadline_and_a_new_drain_has_its_own()
    {
        var again = Quiet.BeginDrain(Seconds(10)).BeginDrain(Seconds(15));

        Assert.Equal(Seconds(30), DrainedAt(again, isIdle: false));
        Assert.Equal(Seconds(35), DrainedAt(again.EndDrain().BeginDrain(Seconds(15)), isIdle: false));
    }

    [Fact]
    public void Without_a_connection_no_event_can_come() =>
        Assert.Equal(Seconds(10), DrainedAt(Quiet.OnEvent(Seconds(9.9)).BeginDrain(Seconds(10)), isConnected: false));

    [Fact]
    public void Speech_that_was_sent_and_not_reported_is_waited_for_longer()
    {
        var drain = Quiet.SpokenTo(900).BeginDrain(Seconds(10));

        Assert.Equal(Seconds(15), DrainedAt(drain, heardToMs: 899));
        Assert.Equal(Seconds(11), DrainedAt(drain, heardToMs: 900));
        Assert.Equal(Seconds(18), DrainedAt(drain with { Settle = Seconds(8) }, heardToMs: 0));
    }

    private static TimeSpan? DrainedAt(QuietPeriod quiet, bool isIdle = true, bool isConnected = true, long heardToMs = 0) =>
        quiet.DrainedAt(isIdle, isConnected, heardToMs);
}
