using RealtimeAkka.Actors.Stations;
using RealtimeAkka.Actors.Sinks;
using RealtimeAkka.Protocol.Records;

namespace RealtimeAkka.Pure.Tests.Sinks;

public class RecordQueueTests
{
    private RecordQueue _queue = new(Capacity: 2);

    [Fact]
    public void One_record_is_written_at_a_time_and_passed_on_once_it_is_written()
    {
        Assert.Equal("write 1 a", Do(_queue.Add(Record("a"))));
        Assert.Equal("", Do(_queue.Add(Record("b"))));
        Assert.Equal("forward a, write 2 b", Do(_queue.Written(1)));
        Assert.Equal("forward b", Do(_queue.Written(2)));
    }

    [Fact]
    public void A_write_that_ended_before_changes_nothing()
    {
        Do(_queue.Add(Record("a")));
        Assert.Equal("forward a", Do(_queue.Written(1)));
        Assert.Equal("", Do(_queue.Written(1)));
        Do(_queue.Add(Record("b")));
        Assert.Equal("", Do(_queue.Written(1)));
        Assert.Equal("", Do(_queue.NotWritten(1, Full)));
        Assert.Equal("forward b", Do(_queue.Written(2)));
    }

    [Fact]
    public void Beyond_the_capacity_records_are_lost_and_counted_and_that_is_reported_once()
    {
        Add("a", "b", "c");
        Assert.Equal("loss", Do(_queue.Add(Record("d"))));
        Assert.Equal("", Do(_queue.Add(Record("e"))));
        Assert.Equal(2, _queue.Lost);
        Assert.Equal("forward a, write 2 b", Do(_queue.Written(1)));
        Assert.Equal("", Do(_queue.Add(Record("f"))));
        Assert.Equal(2, _queue.Lost);
    }

    [Fact]
    public void While_writing_fails_records_are_passed_on_at_once_also_those_that_are_lost()
    {
        Add("a", "b");
        Assert.Equal("failed disk full, forward a, forward b, retry 500", Do(_queue.NotWritten(1, Full)));
        Assert.Equal("forward c", Do(_queue.Add(Record("c"))));
        Assert.Equal("loss, forward d", Do(_queue.Add(Record("d"))));

        Assert.Equal("write 2 a", Do(_queue.WriteNext()));
        Assert.Equal("", Do(_queue.WriteNext()));
        Assert.Equal("works, write 3 b", Do(_queue.Written(2)));
        Assert.Equal("", Do(_queue.Add(Record("e"))));
        Assert.Equal("write 4 c", Do(_queue.Written(3)));
        Assert.Equal("write 5 e", Do(_queue.Written(4)));
        Assert.Equal("forward e", Do(_queue.Written(5)));
    }

    [Fact]
    public void What_was_passed_on_is_not_passed_on_again_when_writing_fails_a_second_time()
    {
        Add("a", "b");
        Do(_queue.NotWritten(1, Full));
        Do(_queue.WriteNext());
        Assert.Equal("works, write 3 b", Do(_queue.Written(2)));
        Add("c");

        Assert.Equal("failed disk full, forward c, retry 500", Do(_queue.NotWritten(3, Full)));
    }

    [Fact]
    public void Retries_wait_longer_each_time_up_to_a_maximum()
    {
        Add("a");
        Do(_queue.NotWritten(1, Full));
        foreach (var (number, wait) in new[] { (2, 1000), (3, 2000), (4, 4000), (5, 8000), (6, 10000), (7, 10000) })
        {
            Do(_queue.WriteNext());
            Assert.Equal($"retry {wait}", Do(_queue.NotWritten(number, Full)));
        }
    }

    [Fact]
    public void A_flush_waits_for_what_is_being_written_and_happens_once()
    {
        Assert.Equal("flush", Do(_queue.Flush()));
        Add("a", "b");
        Assert.Equal("", Do(_queue.Flush()));
        Assert.Equal("forward a, write 2 b", Do(_queue.Written(1)));
        Assert.Equal("forward b, flush", Do(_queue.Written(2)));
        Assert.Equal("write 3 c", Do(_queue.Add(Record("c"))));
        Assert.Equal("forward c", Do(_queue.Written(3)));
    }

    [Fact]
    public void A_flush_tries_once_more_and_gives_up_what_cannot_be_written()
    {
        Add("a", "b");
        Do(_queue.NotWritten(1, Full));
        Assert.Equal("write 2 a", Do(_queue.Flush()));
        Assert.Equal("flush", Do(_queue.NotWritten(2, Full)));
        Assert.Equal(2, _queue.Lost);
    }

    [Fact]
    public void A_write_that_fails_for_the_first_time_during_a_flush_is_tried_again_at_once()
    {
        Add("a");
        Do(_queue.Flush());
        Assert.Equal("failed disk full, forward a, write 2 a", Do(_queue.NotWritten(1, Full)));
        Assert.Equal("works, flush", Do(_queue.Written(2)));
        Assert.Equal(0, _queue.Lost);
    }

    [Fact]
    public void When_the_destination_is_gone_every_record_is_passed_on_lost_here_and_never_tried_again()
    {
        Add("a", "b");
        Assert.Equal("closed, forward a, forward b", Do(_queue.NotWritten(1, new SinkClosedException("gone"))));
        Assert.Equal("forward c", Do(_queue.Add(Record("c"))));
        Assert.Equal("", Do(_queue.WriteNext()));
        Assert.Equal("flush", Do(_queue.Flush()));
        Assert.Equal((3, "gone"), (_queue.Lost, _queue.Reason));
    }

    [Fact]
    public void What_is_not_written_in_time_is_lost_also_what_is_being_written()
    {
        Add("a", "b");
        Do(_queue.Flush());
        Assert.Equal("forward a, forward b, flush", Do(_queue.Abandon()));
        Assert.Equal("", Do(_queue.Written(1)));
        Assert.Equal((2, "not written in time"), (_queue.Lost, _queue.Reason));
    }

    [Fact]
    public void A_queue_with_nothing_in_it_has_nothing_to_abandon()
    {
        Add("a");
        Do(_queue.Written(1));
        Assert.Equal("flush", Do(_queue.Abandon()));
        Assert.Equal((0, null), (_queue.Lost, _queue.Reason));
    }

    private static IOException Full => new("disk full");

    private static Notice Record(string code) => new(NoticeLevel.Info, code, code);

    private void Add(params string[] codes)
    {
        foreach (var code in codes) Do(_queue.Add(Record(code)));
    }

    private string Do(Step<RecordQueue, SinkDecision> step)
    {
        _queue = step.Next;
        return string.Join(", ", step.Decisions.Select(decision => decision switch
        {
            SinkDecision.Write w => $"write {w.Number} {((Notice)w.Record).Code}",
            SinkDecision.Forward f => $"forward {((Notice)f.Record).Code}",
            SinkDecision.Retry r => $"retry {r.Wait.TotalMilliseconds}",
            SinkDecision.Flush => "flush",
            SinkDecision.ReportLoss => "loss",
            SinkDecision.ReportFailure f => $"failed {f.Cause.Message}",
            SinkDecision.ReportRecovery => "works",
            SinkDecision.ReportClosed => "closed",
            _ => $"{decision}",
        }));
    }
}
