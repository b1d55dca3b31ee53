using RealtimeAkka.Actors.Stations;
using static RealtimeAkka.TestSupport.Say;

namespace RealtimeAkka.Pure.Tests.Stations;

public class AlarmTests
{
    [Fact]
    public void It_is_set_to_the_earliest_time_that_is_not_done() =>
        Assert.Equal(Seconds(2), Alarm.Fired(Seconds(10)).For(Seconds(10), null, Seconds(15), Seconds(10), Seconds(12), Seconds(9)).Wait);

    // A process that stalls between an event and the look at the clock would wait for ever.
    [Fact]
    public void What_became_due_since_is_due_at_once()
    {
        var (alarm, wait) = Alarm.Fired(Seconds(10)).For(Seconds(13), Seconds(10), Seconds(12));
        Assert.Equal(Seconds(0), wait);
        Assert.Null(alarm.For(Seconds(14), Seconds(12)).Wait); // it is on its way
        Assert.Null(Alarm.Fired(Seconds(14)).For(Seconds(14), Seconds(12)).Wait);
    }

    [Fact]
    public void Nothing_due_sets_nothing()
    {
        var (alarm, wait) = Alarm.Fired(Seconds(10)).For(Seconds(10), null, Seconds(10));
        Assert.Null(wait);
        Assert.Equal(Seconds(1), alarm.For(Seconds(10), Seconds(11)).Wait);
    }

    [Fact]
    public void Only_an_earlier_time_sets_it_again()
    {
        var (alarm, _) = default(Alarm).For(Seconds(10), Seconds(20));
        Assert.Null(alarm.For(Seconds(12), Seconds(20), Seconds(25)).Wait);
        (alarm, var wait) = alarm.For(Seconds(12), Seconds(19));
        Assert.Equal(Seconds(7), wait);
        Assert.Null(alarm.For(Seconds(12), Seconds(19.5)).Wait);
    }
}
