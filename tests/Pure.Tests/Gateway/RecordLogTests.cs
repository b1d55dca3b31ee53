using RealtimeAkka.Gateway.Calls;
using RealtimeAkka.Hosting.Serving;
using RealtimeAkka.Protocol.Records;

namespace RealtimeAkka.Pure.Tests.Gateway;

public class RecordLogTests
{
    public static TheoryData<bool> Stores => [true, false];

    [Theory]
    [MemberData(nameof(Stores))]
    public async Task A_reader_gets_what_follows_its_number_and_is_woken_by_more(bool inFile)
    {
        var log = new RecordLog(Store(inFile));
        await log.WriteAsync(Notice(1));
        await log.WriteAsync(new Activity(ActivityKind.SpeechStarted));
        await log.WriteAsync(Notice(2));

        var page = log.Read(after: 1, most: 10);
        Assert.Equal([(2L, "notice 2")], page.Records.Select(Told));
        Assert.False(page.IsLast || page.Changed.IsCompleted);
        await log.WriteAsync(Notice(3));
        await page.Changed.WaitAsync(HostProcess.Limit);
        Assert.Equal([(1L, "notice 1"), (2L, "notice 2")], log.Read(0, most: 2).Records.Select(Told));
        Assert.Equal([(3L, "notice 3")], log.Read(2, most: 2).Records.Select(Told));
    }

    [Theory]
    [MemberData(nameof(Stores))]
    public async Task The_end_is_the_last_record_of_a_log_that_is_complete(bool inFile)
    {
        var log = new RecordLog(Store(inFile));
        await log.WriteAsync(Notice(1));
        var page = log.Read(1, 10);
        log.Complete();

        Assert.True(page.Changed.IsCompleted);
        Assert.False(log.Read(0, most: 0).IsLast);
        Assert.True(log.Read(0, 10).IsLast);
        Assert.True(log.Read(7, 10).IsLast);
    }

    [Fact]
    public async Task A_reader_that_is_behind_reads_to_the_end_after_the_call_is_over()
    {
        RecordLog log;
        using (var file = new RecordFile(Path.Combine(TestFolder.New().FullName, RecordFile.Name)))
        {
            log = new RecordLog(file);
            for (var i = 1; i <= 3; i++) await log.WriteAsync(Notice(i));
            Assert.Equal(1, log.Read(after: 0, most: 1).Records[^1].Number);
            log.Complete();
        }
        var rest = log.Read(after: 1, most: 10);
        Assert.True(rest.IsLast);
        Assert.Equal([(2L, "notice 2"), (3L, "notice 3")], rest.Records.Select(Told));
    }

    [Fact]
    public async Task In_memory_only_the_newest_are_kept_under_their_numbers()
    {
        var log = new RecordLog(new RecordsInMemory());
        for (var i = 1; i <= 1000; i++) await log.WriteAsync(Notice(i));

        var kept = log.Read(0, int.MaxValue).Records;
        Assert.Equal((200, (1000L, "notice 1000")), (kept.Count, Told(kept[^1])));
        Assert.Equal((801L, "notice 801"), Told(kept[0]));
    }

    [Fact]
    public async Task A_turn_that_is_amended_costs_what_the_amendment_says()
    {
        var log = new RecordLog(new RecordsInMemory());
        await log.WriteAsync(Turn(1, 0.01m));
        await log.WriteAsync(Turn(2, 0.02m));
        await log.WriteAsync(new TurnAmended(Turn(1, 0.05m)));

        Assert.Equal((2, 0.07m), log.Figures);
    }

    private static IRecordStore Store(bool inFile) =>
        inFile ? new RecordFile(Path.Combine(TestFolder.New().FullName, RecordFile.Name)) : new RecordsInMemory();

    private static Notice Notice(int number) => new(NoticeLevel.Info, "test", $"notice {number}");

    private static TurnJoined Turn(int number, decimal usd) => new(
        "s-1", number, new($"i{number}"), "vad", 0, 0,
        new OutOfBandTranscript(ResultStatus.Completed, "", null, "full", 1, 0, null, usd, null),
        new AsrTranscript(ResultStatus.Disabled, null, null, null, null, null, null), null, []);

    private static (long, string) Told(NumberedRecord record) =>
        (record.Number, ((Notice)RecordCodec.Decode(record.Json.Span)).Message);
}
