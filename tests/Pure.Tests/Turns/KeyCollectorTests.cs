using RealtimeAkka.Actors.Turns;
using static RealtimeAkka.TestSupport.Say;

namespace RealtimeAkka.Pure.Tests.Turns;

public class KeyCollectorTests
{
    private static readonly KeyCollector Empty = new(new KeySettings(Seconds(2), IsSecret: false));

    [Fact]
    public void Keys_are_collected_until_a_pause()
    {
        var keys = Press(Empty, "12", 10);
        Assert.Equal(Seconds(12), keys.DueAt);
        Assert.Null(keys.OnTime(Seconds(11.9)).Entry);

        keys = Press(keys, "3", 11.9);
        var (next, entry) = keys.OnTime(Seconds(13.9));
        Assert.Equal("[keys pressed: 123]", entry!.Text);
        Assert.True(next.IsEmpty);
        Assert.Null(next.DueAt);
        Assert.Null(next.OnTime(Seconds(99)).Entry);
    }

    [Fact]
    public void A_hash_key_ends_the_entry_and_is_none_of_it_unless_it_is_alone()
    {
        Assert.Equal("[keys pressed: 4*2]", Press(Empty, "4*2", 0).Press('#', Seconds(1)).Entry!.Text);
        Assert.Equal("[keys pressed: #]", Empty.Press('#', Seconds(1)).Entry!.Text);
    }

    [Theory]
    [InlineData("1234", "[4 digits were entered]")]
    [InlineData("7", "[1 digit was entered]")]
    public void A_secret_entry_is_a_count(string keys, string text)
    {
        var collector = Press(new KeyCollector(new KeySettings(Seconds(2), IsSecret: true)), keys, 0);

        Assert.DoesNotContain(keys, $"{collector}", StringComparison.Ordinal);
        Assert.Equal(text, $"{collector.End().Entry}");
    }

    [Fact]
    public void An_entry_that_is_too_long_ends_by_itself()
    {
        var keys = Press(Empty, new string('1', 31), 0);

        Assert.Equal($"[keys pressed: {new string('1', 32)}]", keys.Press('1', Seconds(0)).Entry!.Text);
    }

    [Fact]
    public void Without_a_key_there_is_no_entry() => Assert.Null(Empty.End().Entry);

    private static KeyCollector Press(KeyCollector collector, string keys, double at) =>
        keys.Aggregate(collector, (collector, key) => collector.Press(key, Seconds(at)).Next);
}
