using RealtimeAkka.Actors.Stations;


namespace RealtimeAkka.Pure.Tests;

/// <summary>A queue with rollback.</summary>
public sealed class RollbackQueueTests
{
    [Fact]
    public void It_is_a_queue()
    {
        var queue = new RollbackQueue<int>();
        for (var i = 0; i < 100; i++)
        {
            queue.Enqueue(i);
            if (i % 3 == 0) Assert.Equal(i / 3, queue.Dequeue());
            if (i % 10 == 0) queue.Checkpoint();
        }
        Assert.Equal(66, queue.Count);
        Assert.Equal((34, 99), (queue[0], queue[65]));
        Assert.Throws<ArgumentOutOfRangeException>(() => queue[66]);
    }

    [Fact]
    public void What_was_taken_is_gone_when_that_is_kept_each_once_and_not_before()
    {
        List<string> gone = [];
        var queue = new RollbackQueue<string>(gone.Add);
        queue.Enqueue("a");
        queue.Enqueue("b");
        queue.Dequeue();
        Assert.Empty(gone);
        queue.Rollback();
        Assert.Equal(0, queue.Count);

        queue.Enqueue("c");
        queue.Enqueue("d");
        queue.Checkpoint();
        queue.Dequeue();
        queue.Rollback();
        Assert.Equal(["c", "d"], [queue.Dequeue(), queue.Dequeue()]);
        queue.Checkpoint();
        queue.Checkpoint();
        Assert.Equal(["c", "d"], gone);
    }

    [Fact]
    public void A_queue_with_undone_steps_is_like_one_that_never_made_them() => Rollback.Check(
        () => new RollbackQueue<int>(),
        (queue, number) =>
        {
            if (number % 3 < 2) queue.Enqueue(number);
            else if (queue.Count > 0) queue.Dequeue();
        },
        queue => queue.Checkpoint(), queue => queue.Rollback(),
        queue => string.Join(' ', Enumerable.Range(0, queue.Count).Select(i => queue[i])));
}
