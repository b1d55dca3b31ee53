using RealtimeAkka.Actors.Playback;
using RealtimeAkka.Protocol;

namespace RealtimeAkka.Pure.Tests.Playback;

public class PlaybackQueueTests
{
    private static readonly ResponseId R1 = new("r1"), R2 = new("r2");
    private static readonly ItemId A1 = new("a1"), B1 = new("b1"), A2 = new("a2");

    [Fact]
    public void Sound_leaves_in_order_in_blocks_and_byte_for_byte()
    {
        var queue = new PlaybackQueue(1000, 4);
        queue.Add(R1, A1, new byte[] { 1, 2, 3, 4, 5, 6 });
        queue.Add(R1, A1, new byte[] { 7, 8 });
        queue.Finish(R1);
        queue.Add(R2, A2, new byte[] { 9 });
        Assert.Equal(9, queue.Waiting);
        Assert.Equal(["r1 01020304", "r1 0506", "r1 0708", "end r1", "r2 09"], TakeAll(queue));
        Assert.Equal(0, queue.Waiting);
        Assert.Null(queue.Next());
    }

    [Fact]
    public void Beyond_the_limit_sound_is_lost_and_counted_and_what_waits_is_played()
    {
        var queue = new PlaybackQueue(4, 4);
        Assert.True(queue.Add(R1, A1, new byte[4]));
        Assert.False(queue.Add(R1, A1, new byte[2]));
        queue.Finish(R1);
        Assert.Equal(2, queue.Lost);
        Assert.Equal(["r1 00000000", "end r1"], TakeAll(queue));
        Assert.True(queue.Add(R1, A1, new byte[4]));
        Assert.False(queue.Add(R1, A1, new byte[1]));
        Assert.Equal(3, queue.Lost);
    }

    [Fact]
    public void Dropping_a_response_leaves_the_others_alone_and_makes_room()
    {
        var queue = new PlaybackQueue(8, 2);
        queue.Add(R1, A1, new byte[4]);
        queue.Add(R2, A2, new byte[2]);
        queue.Add(R1, A1, new byte[2]);
        queue.Finish(R1);
        queue.Next();
        queue.Drop(R1);
        Assert.Equal(2, queue.Waiting);
        Assert.True(queue.Add(R2, A2, new byte[6]));
        Assert.Equal(["r2 0000", "r2 0000", "r2 0000", "r2 0000"], TakeAll(queue));
    }

    [Fact]
    [Trait("Cookbook", "15")]
    public void What_was_heard_is_counted_per_item_up_to_the_last_sample_that_left_the_loudspeaker()
    {
        var queue = new PlaybackQueue(1000, 10);
        queue.Add(R1, A1, new byte[20]);
        queue.Add(R1, B1, new byte[30]);
        for (var n = 0; n < 4; n++) queue.Next();
        Assert.Equal(new PlaybackProgress(B1, 15, 5, 35), queue.Close(R1, unheard: 5));
        Assert.Equal(default, queue.Close(R1, unheard: 0)); // unknown by now
    }

    [Fact]
    public void More_unheard_than_played_is_nothing_heard_and_so_is_a_response_that_never_sounded()
    {
        var queue = new PlaybackQueue(1000, 10);
        queue.Add(R1, A1, new byte[10]);
        queue.Next();
        Assert.Equal(new PlaybackProgress(A1, 0, 10, 0), queue.Close(R1, unheard: 99));
        queue.Add(R2, A2, new byte[10]);
        Assert.Equal(default, queue.Close(R2, unheard: 0));
    }

    [Fact]
    public void What_is_dropped_of_the_item_that_was_playing_is_counted_and_later_items_are_not()
    {
        var queue = new PlaybackQueue(1000, 10);
        queue.Add(R1, A1, new byte[30]);
        queue.Add(R1, A1, new byte[20]);
        queue.Add(R1, B1, new byte[40]);
        queue.Add(R2, A2, new byte[6]);
        queue.Next();
        queue.Drop(R1);

        Assert.Equal(6, queue.Waiting);
        Assert.Equal(new PlaybackProgress(A1, 7, 43, 7), queue.Close(R1, unheard: 3));
        Assert.Equal(["r2 000000000000"], TakeAll(queue));
    }

    [Fact]
    public void A_pause_is_no_end_and_comes_after_the_sound_before_it()
    {
        var queue = new PlaybackQueue(1000, 10);
        queue.Add(R1, A1, new byte[10]);
        queue.Pause(R1);
        queue.Add(R1, B1, new byte[5]);
        queue.Finish(R1);

        Assert.Equal((false, false), (queue.Next()!.Value.IsPause, queue.Waiting == 0));
        Assert.True(queue.Next() is { IsPause: true, IsEnd: false });
        Assert.Equal(5, queue.Next()!.Value.Block.Length);
        Assert.True(queue.Next() is { IsEnd: true });
        Assert.Equal(new PlaybackProgress(B1, 5, 0, 15), queue.Close(R1, 0));
    }

    [Fact]
    public void Two_responses_are_counted_apart()
    {
        var queue = new PlaybackQueue(1000, 10);
        queue.Add(R1, A1, new byte[10]);
        queue.Add(R2, A2, new byte[6]);
        TakeAll(queue);
        Assert.Equal(new PlaybackProgress(A2, 6, 0, 6), queue.Close(R2, 0));
        Assert.Equal(new PlaybackProgress(A1, 10, 0, 10), queue.Close(R1, 0));
    }

    [Fact]
    public void What_nobody_hears_is_counted_and_not_kept()
    {
        var (heard, unheard) = (new PlaybackQueue(20_000, 960), new PlaybackQueue(20_000, 960, isHeard: false));
        foreach (var queue in (PlaybackQueue[])[heard, unheard])
        {
            queue.Add(R1, A1, Loud(10_000));
            queue.Finish(R1);
            queue.Add(R2, A2, Loud(9_000));
            Assert.False(queue.Add(R2, A2, Loud(1_001)));
        }
        Assert.Equal(Lengths(Steps(heard)), Lengths(Steps(unheard, step => Assert.False(step.Block.Span.ContainsAnyExcept((byte)0)))));
        Assert.Equal(heard.Close(R1, 10), unheard.Close(R1, 10));
        Assert.Equal(heard.Close(R2, 0), unheard.Close(R2, 0));

        static byte[] Loud(int bytes) => [.. Enumerable.Repeat((byte)7, bytes)];
        static IEnumerable<string> Lengths(List<PlaybackStep> steps) =>
            steps.GroupBy(step => (step.Response, step.IsEnd), step => step.Block.Length).Select(blocks => $"{blocks.Key} {blocks.Sum()}");
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_queue_with_undone_steps_is_like_one_that_never_made_them(bool isHeard) => Rollback.Check(
        () => new PlaybackQueue(40_000, 960, isHeard),
        (queue, number) =>
        {
            var (response, item) = number % 2 == 0 ? (R1, A1) : (R2, number % 4 == 1 ? A2 : B1);
            switch (number / 4 % 8)
            {
                case 0 or 1 or 2:
                    queue.Add(response, item, Enumerable.Repeat((byte)number, number % 7919).ToArray());
                    break;
                case 3 or 4 or 5:
                    queue.Next();
                    break;
                case 6:
                    queue.Drop(response);
                    break;
                default:
                    queue.Finish(response);
                    break;
            }
        },
        queue => queue.Checkpoint(), queue => queue.Rollback(),
        queue => $"{queue.Waiting} {queue.Lost} {string.Join(' ', TakeAll(queue))} {queue.Close(R1, 0)} {queue.Close(R2, 10)}");

    private static List<PlaybackStep> Steps(PlaybackQueue queue, Action<PlaybackStep>? look = null)
    {
        List<PlaybackStep> steps = [];
        while (queue.Next() is { } step)
        {
            look?.Invoke(step); // the next block invalidates this one
            steps.Add(step);
        }
        return steps;
    }

    private static List<string> TakeAll(PlaybackQueue queue)
    {
        List<string> taken = [];
        Steps(queue, step => taken.Add(step.IsEnd ? $"end {step.Response}" : $"{step.Response} {Convert.ToHexString(step.Block.Span)}"));
        return taken;
    }
}
