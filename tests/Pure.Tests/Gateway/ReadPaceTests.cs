using RealtimeAkka.Gateway.Calls;
using RealtimeAkka.Protocol;
using static RealtimeAkka.TestSupport.Say;

namespace RealtimeAkka.Pure.Tests.Gateway;

public class ReadPaceTests
{
    [Fact]
    public void A_voice_never_waits_also_with_reports_beside_it()
    {
        var pace = new ReadPace();
        for (var at = 0; at < 60_000; at += 20)
        {
            (pace, var wait) = pace.Read(20 * Pcm.BytesPerMillisecond, Ms(at));
            Assert.Equal(TimeSpan.Zero, wait);
            (pace, wait) = pace.Read(0, Ms(at));
            Assert.Equal(TimeSpan.Zero, wait);
        }
    }

    [Fact]
    public void What_the_network_held_up_is_read_at_twice_its_pace() => Assert.InRange(TimeToRead(250, 40).TotalSeconds, 4.5, 5);

    [Fact]
    public void A_flood_of_tiny_messages_is_read_slowly() => Assert.InRange(TimeToRead(10_000, 0).TotalSeconds, 24, 25);

    private static TimeSpan TimeToRead(int messages, int ms)
    {
        var (pace, now) = (new ReadPace(), Seconds(0));
        for (var i = 0; i < messages; i++)
        {
            (pace, var wait) = pace.Read(ms * Pcm.BytesPerMillisecond, now);
            now += wait;
        }
        return now;
    }
}
