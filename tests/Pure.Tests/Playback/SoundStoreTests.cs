using RealtimeAkka.Actors.Playback;

namespace RealtimeAkka.Pure.Tests.Playback;

/// <summary>Storage of audio until it is played.</summary>
public sealed class SoundStoreTests
{
    [Fact]
    public void What_is_kept_can_be_had_again_however_it_was_added_and_dropped()
    {
        var random = new Random(3);
        var store = new AudioBlockStore();
        List<byte> all = [];
        for (var i = 0; i < 400; i++)
        {
            var sound = new byte[random.Next(1, 9000)];
            random.NextBytes(sound);
            store.Add(all.Count, sound);
            all.AddRange(sound);
            if (random.Next(3) == 0) store.DropBefore(random.NextInt64(store.First, store.End + 1));

            Assert.Equal(all.Count, store.End);
            var next = store.Peek(1000);
            Assert.True(next.Length is > 0 and <= 1000 == (store.First < store.End));
            Assert.Equal(all.GetRange((int)store.First, next.Length), next.ToArray());
        }
    }

    [Fact]
    public void What_was_dropped_is_still_there_when_that_is_undone()
    {
        var store = new AudioBlockStore();
        var sound = new byte[20_000];
        new Random(1).NextBytes(sound);
        store.Add(0, sound);
        store.Checkpoint();

        store.DropBefore(20_000);
        store.Add(20_000, new byte[10_000]); // into new blocks, since the earlier ones were not returned
        store.Rollback();

        List<byte> there = [];
        for (; store.Peek(4800) is { Length: > 0 } next; store.DropBefore(store.First + next.Length)) there.AddRange(next.Span);
        Assert.Equal(sound, there);
    }

    [Fact]
    public void What_was_dropped_cannot_be_had_and_an_empty_store_begins_anywhere()
    {
        var store = new AudioBlockStore();
        store.Add(10, [1, 2, 3]);
        store.DropBefore(12);
        Assert.Equal([3], store.Peek(10).ToArray());
        Assert.Throws<ArgumentOutOfRangeException>(() => store.Add(14, [5])); // a gap

        store.DropBefore(100);
        store.Add(500, [7]);
        Assert.Equal((500, 501), (store.First, store.End));
        Assert.Equal([7], store.Peek(10).ToArray());
    }
}
