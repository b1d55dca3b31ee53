using RealtimeAkka.Actors.Stations;


namespace RealtimeAkka.Pure.Tests;

/// <summary>Reuse of frames.</summary>
public sealed class FramePoolTests
{
    [Fact]
    public void A_frame_that_was_given_back_is_lent_again_to_who_needs_one_of_its_length()
    {
        var pool = new FramePool(capacity: 100);
        var frame = pool.Rent(10);
        pool.Return(frame);

        Assert.NotSame(frame, pool.Rent(12));
        Assert.Same(frame, pool.Rent(10));
        Assert.NotSame(frame, pool.Rent(10)); // it is rented
    }

    [Fact]
    public void No_more_is_kept_than_was_said_and_no_more_lengths_than_a_few()
    {
        var pool = new FramePool(capacity: 100);
        var (kept, tooMuch) = (pool.Rent(60), pool.Rent(60));
        pool.Return(kept);
        pool.Return(tooMuch);
        Assert.Same(kept, pool.Rent(60));
        Assert.NotSame(tooMuch, pool.Rent(60));

        pool = new FramePool(capacity: long.MaxValue);
        for (var length = 1; length < 1000; length++) pool.Return(new byte[length]);
        Assert.Equal(16, Enumerable.Range(1, 999).Count(length => Allocates(() => pool.Rent(length)) == 0));
    }

    [Fact]
    public void Silence_is_the_same_for_all_and_lent_to_nobody()
    {
        var pool = new FramePool(capacity: 100);
        var (frame, other, spoken) = (new byte[10], new byte[10], new byte[10]);
        spoken[^1] = 1;

        Assert.Same(spoken, pool.Intern(spoken, 0));
        var silence = pool.Intern(frame, 0);
        Assert.Same(silence, pool.Intern(other, 0));
        Assert.Equal(new byte[10], silence);
        Assert.Same(silence, pool.Silence(10, 0));
        Assert.NotSame(silence, pool.Intern(new byte[12], 0));

        // Another format is silent with another byte.
        var telephone = pool.Intern([.. Enumerable.Repeat((byte)0xFF, 10)], 0xFF);
        Assert.Same(telephone, pool.Silence(10, 0xFF));
        Assert.NotSame(silence, telephone);
        Assert.Same(other, pool.Intern(other, 0xFF));

        pool.Return(silence);
        pool.Return(telephone);
        Assert.NotSame(silence, pool.Rent(10));
    }

    private static long Allocates(Func<byte[]> make)
    {
        var before = GC.GetAllocatedBytesForCurrentThread();
        make();
        return GC.GetAllocatedBytesForCurrentThread() - before;
    }
}
