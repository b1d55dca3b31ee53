using RealtimeAkka.Actors.Stations;
using RealtimeAkka.Actors.Actions;
using RealtimeAkka.Protocol.Messages;
using static RealtimeAkka.TestSupport.Say;

namespace RealtimeAkka.Pure.Tests.Tasks;

public class DeliveryQueueTests
{
    private readonly List<string> _decided = [];
    private DeliveryQueue _queue = new(Capacity: 2, Retries: 2);
    private TimeSpan _now;

    [Fact]
    public void Deliveries_are_made_in_order_one_at_a_time()
    {
        Add("a", "b");
        Decides("try a");
        Take(_queue.Succeeded("ok"));
        Decides("a: ok", "try b");
        Take(_queue.Succeeded(""));
        Decides("b: ");
        Assert.True(_queue.IsEmpty);
    }

    [Fact]
    public void One_that_fails_is_tried_again_later_and_later_and_then_given_up()
    {
        Add("a", "b");
        Fail("x");
        Decides("try a");
        At(0.49);
        Decides();
        At(0.5);
        Fail("y");
        At(1.49);
        Decides("try a");
        At(1.5);
        Fail("z");
        Decides("try a", "a failed: z", "try b");
    }

    [Fact]
    public void What_can_never_be_done_is_given_up_at_once()
    {
        Add("a");
        Take(_queue.Failed("refused", permanent: true, _now));
        Decides("try a", "a failed: refused");
        Assert.Null(_queue.NextDue);
    }

    [Fact]
    public void More_than_may_wait_are_refused()
    {
        Add("a", "b", "c", "d");
        Decides("try a", "d failed: queue_full");
        Take(_queue.Succeeded("ok"));
        Add("e");
        Decides("a: ok", "try b");
    }

    [Fact]
    public void The_wait_never_exceeds_half_a_minute()
    {
        _queue = new DeliveryQueue(1, 100);
        Add("a");
        for (var n = 0; n < 50; n++)
        {
            Fail("x");
            Assert.InRange((_queue.NextDue!.Value - _now).TotalSeconds, 0.5, 30);
            At(_queue.NextDue.Value.TotalSeconds);
        }
    }

    [Fact]
    public void What_nobody_tries_changes_nothing()
    {
        Take(_queue.Succeeded("ok"));
        Fail("x");
        At(99);
        Decides();
    }

    private void Add(params string[] ids)
    {
        foreach (var id in ids) Take(_queue.Add(new ActionMessages.Deliver(id, "{}")));
    }

    private void Fail(string reason) => Take(_queue.Failed(reason, permanent: false, _now));

    private void At(double seconds)
    {
        _now = Seconds(seconds);
        Take(_queue.OnTime(_now));
    }

    private void Take(Step<DeliveryQueue, DeliveryDecision> step)
    {
        _queue = step.Next;
        _decided.AddRange(step.Decisions.Select(d => d switch
        {
            DeliveryDecision.Try t => $"try {t.Delivery.Id}",
            DeliveryDecision.Report { Done: var done }
                => done.Error is null ? $"{done.Id}: {done.Output}" : $"{done.Id} failed: {done.Error}",
            _ => d.ToString()!,
        }));
    }

    private void Decides(params string[] expected)
    {
        Assert.Equal(expected, _decided);
        _decided.Clear();
    }
}
