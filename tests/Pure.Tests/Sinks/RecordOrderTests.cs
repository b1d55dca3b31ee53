using RealtimeAkka.Actors.Sinks;
using RealtimeAkka.Protocol.Records;

namespace RealtimeAkka.Pure.Tests.Sinks;

public class RecordOrderTests
{
    private static readonly SessionRecord
        Session = new SessionStarted("s-1", "ws://127.0.0.1:1/", "gpt-realtime", null, "full", "Akka.NET 1.5.74", "-", default),
        Word = new Activity(ActivityKind.SpeechStarted),
        Pause = new Activity(ActivityKind.SpeechStopped),
        Notice = new Notice(NoticeLevel.Info, "disconnected", "again in 1 s");

    private RecordOrder _order = new(Capacity: 2);

    [Fact]
    public void The_session_is_told_first_and_what_came_before_it_right_after()
    {
        Assert.Empty(Add(Word));
        Assert.Empty(Add(Pause));
        Assert.Equal([Session, Word, Pause], Add(Session));
        Assert.Equal([Word], Add(Word));
        Assert.Empty(Flush());
    }

    [Fact]
    public void A_notice_does_not_wait()
    {
        Assert.Empty(Add(Word));
        Assert.Equal([Notice], Add(Notice));
        Assert.Equal([Session, Word], Add(Session));
    }

    [Fact]
    public void Nothing_waits_for_a_session_that_never_begins()
    {
        Add(Word);
        Assert.Equal([Word], Flush());
    }

    [Fact]
    public void Too_many_that_wait_are_written_as_they_came()
    {
        Add(Word);
        Add(Pause);
        Assert.Equal([Word, Pause, Word], Add(Word));
        Assert.Equal([Pause], Add(Pause));
    }

    private IEnumerable<SessionRecord> Add(SessionRecord record)
    {
        var step = _order.Add(record);
        _order = step.Next;
        return step.Decisions;
    }

    private IEnumerable<SessionRecord> Flush() => _order.Flush().Decisions;
}
