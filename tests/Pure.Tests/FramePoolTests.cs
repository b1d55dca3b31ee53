using RealtimeAkka.Actors;

namespace RealtimeAkka.Pure.Tests;

/// <summary>Frames that are used again.</summary>
public sealed class FramePoolTests
{
    [Fact]
    public void A_frame_that_was_given_back_is_lent_again_to_who_needs_one_of_its_length()
    {
        var pool = new FramePool(capacity: 100);
        var frame = pool.Borrow(10);
        pool.Return(frame);

        Assert.NotSame(frame, pool.Borrow(12));
        Assert.Same(frame, pool.Borrow(10));
        Assert.NotSame(frame, pool.Borrow(10)); // it is lent
    }

    [Fact]
    public void No_more_is_kept_than_was_said_and_no_more_lengths_than_a_few()
    {
        var pool = new FramePool(capacity: 100);
        var (kept, tooMuch) = (pool.Borrow(60), pool.Borrow(60));
        pool.Return(kept);
        pool.Return(tooMuch);
        Assert.Same(kept, pool.Borrow(60));
        Assert.NotSame(tooMuch, pool.Borrow(60));

        pool = new FramePool(capacity: long.MaxValue);
        for (var length = 1; length < 1000; length++) pool.Return(new byte[length]);
        Assert.Equal(16, Enumerable.Range(1, 999).Count(length => Allocates(() => pool.Borrow(length)) == 0));
    }

    private static long Allocates(Func<byte[]> make)
    {
        var before = GC.GetAllocatedBytesForCurrentThread();
        make();
        return GC.GetAllocatedBytesForCurrentThread() - before;
    }
}
