using RealtimeAkka.Actors.Sinks;

namespace RealtimeAkka.Actor.Tests;

public sealed class SinkActorTests : ActorSpec
{
    private readonly CollectingSink _disk, _print;

    public SinkActorTests()
    {
        _disk = Strict(new CollectingSink("disk", held: true), sink => sink.Verify());
        _print = Strict(new CollectingSink("print", held: true), sink => sink.Verify());
    }

    [Fact]
    public void Records_are_written_in_order_one_at_a_time()
    {
        var sink = Last(_disk);
        Write(sink, "a", "b", "c");
        Pass(sink);

        Assert.Equal("a", _disk.Next<Notice>().Code);
        Assert.Equal("b", _disk.Next<Notice>().Code);
        Assert.Equal("c", _disk.Next<Notice>().Code);
    }

    [Fact]
    public void A_record_is_on_disk_before_it_is_printed()
    {
        var (disk, print) = Chain();
        Write(disk, "a");
        Pass(disk, print);
        Assert.False(_print.Any);

        _disk.Next<Notice>();

        Assert.Equal("a", _print.Next<Notice>().Code);
    }

    [Fact]
    public void Records_that_cannot_be_written_are_still_printed_and_are_written_when_it_works_again()
    {
        var (disk, print) = Chain();
        Write(disk, "a", "b");
        Pass(disk);

        _disk.Fail("No space left on device");
        var notice = Parent.ExpectMsg<SessionMessages.NoticeRaised>().Notice;
        Assert.Equal("sink_failed", notice.Code);
        Assert.Contains("No space left on device", notice.Message, StringComparison.Ordinal);
        Write(disk, "c");
        foreach (var code in new[] { "a", "b", "c" }) Assert.Equal(code, _print.Next<Notice>().Code);
        Pass(disk, print);

        Time.AdvanceMs(500);
        _disk.Fail("No space left on device");
        Pass(disk);
        Time.AdvanceMs(999);
        Pass(disk);
        Assert.False(_disk.Any);
        Time.AdvanceMs(1);
        foreach (var code in new[] { "a", "b", "c" }) Assert.Equal(code, _disk.Next<Notice>().Code);
        Pass(disk, print);
        Assert.False(_print.Any);

        Write(disk, "d");
        Pass(disk, print);
        Assert.False(_print.Any);
        Assert.Equal("d", _disk.Next<Notice>().Code);
        Assert.Equal("d", _print.Next<Notice>().Code);
        Pass(print);
        Quiet(Parent);
        ExpectFlushed(disk, lost: 0);
    }

    [Fact]
    public void What_cannot_be_written_to_the_end_is_lost_and_counted_and_a_flush_does_not_wait_for_a_better_moment()
    {
        var (disk, print) = Chain();
        Write(disk, "a", "b");
        Pass(disk);
        _disk.Fail("No space left on device");
        Parent.ExpectMsg<SessionMessages.NoticeRaised>();
        _print.Next<Notice>();
        _print.Next<Notice>();
        Pass(print);

        Parent.Send(disk, new SinkMessages.Flush());
        _disk.Fail("No space left on device");

        Parent.ExpectMsg(new SinkMessages.Flushed(2, "disk: No space left on device"));
    }

    [Fact]
    public void A_writer_that_throws_is_one_that_fails()
    {
        _disk.Throws = new InvalidOperationException("a fault of ours");
        var (disk, _) = Chain();
        Write(disk, "a");
        Parent.ExpectMsg<SessionMessages.NoticeRaised>();
        Assert.Equal("a", _print.Next<Notice>().Code);

        _disk.Throws = null;
        Pass(disk);
        Time.AdvanceMs(500);

        Assert.Equal("a", _disk.Next<Notice>().Code);
    }

    [Fact]
    public void What_a_slow_writer_cannot_keep_up_with_is_lost_and_counted()
    {
        var sink = Play(SinkActor.Props(new SinkSettings(Pending: 2), _disk, null));
        Write(sink, "a", "b", "c", "d", "e"); // one is being written, two are queued
        Pass(sink);

        Assert.Equal("a", _disk.Next<Notice>().Code);
        Assert.Equal("b", _disk.Next<Notice>().Code);
        Assert.Equal("c", _disk.Next<Notice>().Code);

        ExpectFlushed(sink, lost: 2, "disk: too slow");
    }

    [Fact]
    public void A_flush_is_answered_when_everything_before_it_is_written_everywhere()
    {
        var (disk, print) = Chain();
        Write(disk, "a", "b");
        Parent.Send(disk, new SinkMessages.Flush());

        _disk.Next<Notice>();
        _print.Next<Notice>();
        Pass(disk, print);
        Quiet(Parent);
        _disk.Next<Notice>();
        Pass(disk, print, disk);
        Quiet(Parent);
        _print.Next<Notice>();

        Parent.ExpectMsg(new SinkMessages.Flushed(0));
    }

    [Fact]
    public void Losses_along_the_chain_are_added_up()
    {
        var (disk, print) = Chain();
        Write(disk, "a", "b");
        Pass(disk);
        _disk.Fail("disk full");
        Parent.ExpectMsg<SessionMessages.NoticeRaised>();
        _print.Fail("pipe closed");
        Parent.ExpectMsg<SessionMessages.NoticeRaised>();
        Pass(disk, print);

        Parent.Send(disk, new SinkMessages.Flush());
        _disk.Fail("disk full");
        _print.Fail("pipe closed");

        Parent.ExpectMsg(new SinkMessages.Flushed(4, "disk: disk full"));
    }

    [Fact]
    public void A_flush_is_answered_once()
    {
        var (disk, print) = Chain();
        ExpectFlushed(disk, lost: 0);

        Write(disk, "a");
        Pass(disk);
        _disk.Next<Notice>();
        Pass(disk, print);
        _print.Next<Notice>();
        Pass(disk, print, disk);

        Quiet(Parent);
    }

    private IActorRef Last(IRecordSink sink) => Play(SinkActor.Props(Given.Sinks, sink, null));

    private (IActorRef Disk, IActorRef Print) Chain()
    {
        var print = Last(_print);
        return (Play(SinkActor.Props(Given.Sinks, _disk, print)), print);
    }

    private static void Write(IActorRef sink, params string[] codes)
    {
        foreach (var code in codes) sink.Tell(new SinkMessages.Write(new Notice(NoticeLevel.Info, code, code)));
    }

    [Fact]
    public void A_destination_that_is_gone_is_reported_once_and_the_next_sink_goes_on()
    {
        var (disk, print) = Chain();
        _disk.Throws = new SinkClosedException("the reader has gone");
        Write(disk, "a", "b");

        Assert.Equal("disk", Parent.ExpectMsg<SessionMessages.SinkClosed>().Sink);
        Assert.Equal("a", _print.Next<Notice>().Code);
        Assert.Equal("b", _print.Next<Notice>().Code);
        Pass(disk, print);
        Quiet(Parent);
        ExpectFlushed(disk, lost: 2, "disk: the reader has gone");
    }

    [Fact]
    public void A_writer_that_does_not_return_is_given_up_when_time_is_up()
    {
        var (disk, print) = Chain();
        Write(disk, "a", "b");
        Pass(disk);
        _disk.Next<Notice>();
        _disk.Next<Notice>();
        Pass(disk, print);
        Parent.Send(disk, new SinkMessages.Flush());
        Pass(disk, print, disk);
        Quiet(Parent);

        Parent.Send(disk, new SinkMessages.Flush(Now: true));

        Parent.ExpectMsg(new SinkMessages.Flushed(2, "print: not written in time"));
        _print.Next<Notice>(); // the write under way returns too late
        Pass(print);
        Quiet(Parent);
    }

    private void ExpectFlushed(IActorRef sink, int lost, string? reason = null)
    {
        Parent.Send(sink, new SinkMessages.Flush());
        Parent.ExpectMsg(new SinkMessages.Flushed(lost, reason));
    }
}
