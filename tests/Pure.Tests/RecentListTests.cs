using RealtimeAkka.Actors.Stations;

namespace RealtimeAkka.Pure.Tests;

public class RecentListTests
{
    [Fact]
    public void Every_list_stays_as_it_was_whatever_is_made_of_it()
    {
        var random = new Random(7);
        List<(RecentList<int> List, int[] Entries)> all = [(default, [])];
        for (var step = 0; step < 3000; step++)
        {
            // Mostly of the newest, as a station does, and at times of an older one, as after an undone step.
            var (list, entries) = all[random.Next(4) == 0 ? random.Next(all.Count) : ^1];
            var at = random.Next(entries.Length);
            all.Add(random.Next(10) switch
            {
                0 when entries.Length > 0 => (list.Set(at, step), [.. entries[..at], step, .. entries[(at + 1)..]]),
                1 => (list.Insert(at, step), [.. entries[..at], step, .. entries[at..]]),
                2 when entries.Length > 0 => (list.RemoveAt(at), [.. entries[..at], .. entries[(at + 1)..]]),
                3 or 4 => (list.Forget(at), entries[at..]),
                _ => (list.Add(step), [.. entries, step]),
            });
        }
        Assert.All(all, made => Assert.Equal(made.Entries, made.List.Span.ToArray()));
        Assert.All(all, made => Assert.Equal(made.Entries.Length, made.List.Count));
    }

    [Fact]
    public void A_list_of_a_bounded_length_is_copied_rarely()
    {
        var list = new RecentList<int>();
        for (var i = 0; i < 256; i++) list = list.Add(i);
        var ofAHundredThousand = Allocation.Of(() =>
        {
            for (var i = 0; i < 1000; i++) list = list.Add(i).Forget(1);
        });
        Assert.InRange(ofAHundredThousand / 100_000, 1, 16); // bytes; a node of a tree is 48 or more
    }

    [Fact]
    public void The_newest_entry_of_an_id_is_found()
    {
        var list = new RecentList<(int Id, string Name)>().Add((1, "a")).Add((2, "b")).Add((1, "c"));
        Assert.Equal(2, list.IndexOf(1, static entry => entry.Id));
        Assert.Equal(-1, list.IndexOf(3, static entry => entry.Id));
        Assert.Equal(-1, default(RecentList<(int Id, string Name)>).IndexOf(1, static entry => entry.Id));
    }
}
