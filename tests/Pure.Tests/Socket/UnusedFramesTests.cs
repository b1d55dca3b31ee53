using RealtimeAkka.Actors.Socket;
using RealtimeAkka.Actors.Stations;
using RealtimeAkka.Protocol.Wire;

namespace RealtimeAkka.Pure.Tests.Socket;

public class UnusedFramesTests
{
    [Fact]
    public void The_first_frames_that_cannot_be_read_are_logged_and_then_each_thousandth()
    {
        var unused = new UnusedFrames();
        Assert.Equal([.. Enumerable.Range(1, 20).Select(n => (object)(long)n), 1000L, 2000L],
            Enumerable.Range(0, 2500).Select(_ => unused.Skip(new("x", "no JSON", 3))).OfType<LogLine>().Select(line => line.Values[0]));
    }

    [Fact]
    public void Each_unknown_type_is_new_once_and_only_so_many_are()
    {
        var unused = new UnusedFrames();
        Assert.True(unused.IsNew(new UnknownEvent("a")));
        Assert.False(unused.IsNew(new UnknownEvent("a")));
        Assert.Equal(99, Enumerable.Range(0, 200).Count(n => unused.IsNew(new UnknownEvent($"b{n}"))));
    }
}
