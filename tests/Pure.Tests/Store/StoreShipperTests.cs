using System.Diagnostics;
using RealtimeAkka.Hosting.Store;
using RealtimeAkka.Protocol;
using RealtimeAkka.Pure.Tests.Sessions;
using static RealtimeAkka.Pure.Tests.Sessions.Recorded;

namespace RealtimeAkka.Pure.Tests.Store;

/// <summary>What is copied to a store, and when.</summary>
public sealed class StoreShipperTests : IDisposable
{
    private const string First = "s-20261122-084500-0000000000000001", Second = "s-20261122-084500-0000000000000002",
        Third = "s-20261122-084500-0000000000000003";

    private readonly Recorded _data = new();
    private readonly MemoryStore _store = new();
    private readonly List<string> _warnings = [];

    public void Dispose() => _data.Dispose();

    [Fact]
    public async Task A_session_that_is_written_is_followed_line_by_line_to_its_summary()
    {
        var shipper = Shipper();
        _data.Session(First);
        using (shipper.Follow(new SessionId(First)))
        {
            Assert.Equal(new ShipPass(0, HasWritten: true, HasMore: false), await PassAsync(shipper)); // that it runs
            Assert.Equal(default, await PassAsync(shipper));
            var line = Line(Turn(1));
            Append(line[..20]);
            Assert.Equal(default, await PassAsync(shipper)); // half a line is none yet
            Append(line[20..] + "\n");
            Assert.Equal(1, (await PassAsync(shipper)).Records);
            Append(Line(Answer(1)) + "\n");
        }
        // It was over before its last record was copied.
        _data.With(First, "summary.json", Line(Summary(0, 0)));
        Assert.Equal(1, (await PassAsync(shipper)).Records);
        Assert.Equal([Line(Turn(1)), Line(Answer(1))], _store.Lines[First].Values);
        Assert.True(_store.Positions[First].IsComplete);
        Append("late\n");
        Assert.Equal(default, await PassAsync(shipper));
    }

    [Fact]
    public async Task Only_what_the_store_lacks_of_a_directory_is_copied()
    {
        _data.Session(First, [Turn(1)], Summary(0, 0)).Session(Second, [Turn(1), Turn(2)], Summary(0, 0))
            .Session("s-1", [Turn(1)], Summary(0, 0));
        _store.Positions[First] = new ShipPosition(1, 1, 0, IsComplete: true);
        _store.Positions[Second] = new ShipPosition(Line(Turn(1)).Length + 1, 1, 0, IsComplete: false);
        var shipper = Shipper();
        shipper.Scan();
        while ((await PassAsync(shipper)).HasMore) { }
        Assert.Equal([(2, Line(Turn(2)))], _store.Lines[Second].Select(line => (line.Key, line.Value)));
        Assert.Equal([Second], _store.Lines.Keys);
    }

    [Fact]
    public async Task What_the_store_kept_without_saying_so_is_not_given_to_it_again()
    {
        _data.Session(First, [Turn(1), Turn(2)], Summary(0, 0));
        _store.IsSilent = true;
        var shipper = Shipper();
        shipper.Scan();
        await Assert.ThrowsAsync<StoreException>(() => PassAsync(shipper));
        _store.IsSilent = false;
        Assert.Equal(0, (await PassAsync(shipper)).Records);
        Assert.Equal(2, _store.Lines[First].Count);
    }

    [Fact]
    public async Task One_session_that_the_store_refuses_is_left_out_and_the_others_are_copied()
    {
        foreach (var id in (string[])[First, Second, Third]) _data.Session(id, [Turn(1)], Summary(0, 0));
        _store.Fails = parts => parts.Any(part => part.Id == Second) ? new StoreException("no such date", isRefused: true) : null;
        var shipper = Shipper();
        shipper.Scan();
        for (var refused = 0; refused < 2;)
        {
            try
            {
                await PassAsync(shipper);
            }
            catch (StoreException)
            {
                refused++;
            }
        }
        while ((await PassAsync(shipper)).HasWritten) { }
        Assert.Equal([First, Third], _store.Lines.Keys.Order());
        Assert.Equal([$"{Second} is not copied to the store, which refuses it: no such date"], _warnings);
    }

    [Fact]
    public async Task Long_sessions_take_turns_and_no_batch_is_large()
    {
        _data.Session(First, Enumerable.Range(1, 6000).Select(turn => Turn(turn)), Summary(0, 0)).Session(Second, [Turn(1)], Summary(0, 0));
        var shipper = Shipper();
        shipper.Scan();
        var first = await PassAsync(shipper);
        Assert.InRange(first.Records, 2, 2500);
        Assert.True(first.HasMore);
        Assert.Equal([First, Second], _store.Lines.Keys.Order());
        while ((await PassAsync(shipper)).HasMore) { }
        Assert.Equal(6000, _store.Lines[First].Count);
        Assert.Equal(Enumerable.Range(1, 6000), _store.Lines[First].Keys);
    }

    [Fact]
    public async Task A_line_that_is_too_long_or_none_is_counted_and_the_next_one_is_copied()
    {
        _data.Session(First, [Turn(1)]).With(First, "turns.jsonl", $"no record\n{new string('x', 49 * 1024 * 1024)}\n\n{Line(Turn(2))}\n");
        var shipper = Shipper();
        shipper.Scan();
        while ((await PassAsync(shipper)).HasWritten) { }
        Assert.Equal([4], _store.Lines[First].Keys);
        Assert.Equal(2, _store.Positions[First].Skipped);
        Assert.Equal(new FileInfo(Path.Combine(_data.Folder(First), "turns.jsonl")).Length, _store.Positions[First].Bytes);
    }

    [Fact]
    public async Task A_session_that_cannot_be_read_is_tried_again_for_some_minutes_and_then_left_to_its_folder()
    {
        var clock = new ManualClock();
        foreach (var id in (string[])[First, Second]) _data.Session(id, [Turn(1)]);
        foreach (var id in (string[])[First, Second])
            Process.Start("mkfifo", [Path.Combine(_data.Folder(id), "summary.json")]).WaitForExit(); // is no file that can be read
        var shipper = new StoreShipper(_data.Directory, _store, keep: null, clock, _warnings.Add);
        using var live = shipper.Follow(new SessionId(First));
        shipper.Scan();
        Assert.Equal(2, (await PassAsync(shipper)).Unreadable);
        Assert.Equal(2 * (Line(Turn(1)).Length + 1), shipper.Waiting);
        Assert.Equal(new ShipPass(0, HasWritten: false, HasMore: false, Unreadable: 2), await PassAsync(shipper)); // not due yet

        File.Delete(Path.Combine(_data.Folder(First), "summary.json"));
        clock.Now += TimeSpan.FromSeconds(1);
        Assert.Equal(new ShipPass(1, HasWritten: true, HasMore: false, Unreadable: 1), await PassAsync(shipper));
        Assert.Equal([Line(Turn(1))], _store.Lines[First].Values);
        Assert.Equal(Line(Turn(1)).Length + 1, shipper.Waiting);

        var tries = 2;
        for (; _warnings.Count == 0; tries++)
        {
            clock.Now += TimeSpan.FromSeconds(15);
            await PassAsync(shipper);
        }
        Assert.Equal(20, tries);
        Assert.Equal([$"{Second} is not copied to the store: it is not a regular file"], _warnings);
        Assert.Equal(default, await PassAsync(shipper));
        Assert.Equal(0, shipper.Waiting);
    }

    [Fact]
    public void A_store_that_is_gone_is_asked_less_and_less_often() => Assert.Equal(
        [0.5, 1, 2, 4, 8, 15, 15], new[] { 1, 2, 3, 4, 5, 6, 60 }.Select(failures => StoreLoop.RetryAfter(failures).TotalSeconds));

    private sealed class ManualClock : TimeProvider
    {
        public DateTimeOffset Now { get; set; } = new(2026, 11, 28, 12, 0, 0, TimeSpan.Zero);

        public override DateTimeOffset GetUtcNow() => Now;
    }

    private StoreShipper Shipper() => new(_data.Directory, _store, keep: null, TimeProvider.System, _warnings.Add);

    private static Task<ShipPass> PassAsync(StoreShipper shipper) => shipper.PassAsync(CancellationToken.None);

    private void Append(string text) => File.AppendAllText(Path.Combine(_data.Folder(First), "turns.jsonl"), text);
}
