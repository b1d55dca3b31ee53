using RealtimeAkka.Hosting.Sessions;
using RealtimeAkka.Protocol.Records;

namespace RealtimeAkka.Pure.Tests.Sessions;

public sealed class SessionQueryTests : IDisposable
{
    private const string First = "s-20261120-080000-00000000000000aa", Second = "s-20261121-080000-00000000000000bb",
        Third = "s-20261122-080000-00000000000000cc";

    private readonly Recorded _data = new Recorded()
        .Session(First, [Recorded.Turn(1, flags: "phantom")], Recorded.Summary(0.3m, 0, turns: 1), model: "gpt-realtime-2026-01-31")
        .Session(Second, [Recorded.Turn(1) with { Verdict = Verdict.Suspect }], Recorded.Summary(0.1m, 0, turns: 9)
            with { DurationMs = 99_000, Hearing = HearingFigures.None with { Suspect = 1 } }, asr: "gpt-transcribe")
        .Session(Third, [Recorded.Turn(1) with { Verdict = Verdict.Suspect }]);

    public void Dispose() => _data.Dispose();

    [Fact]
    public void Sessions_are_chosen()
    {
        Assert.Equal([First, Second, Third], Ids(new()));
        Assert.Equal([Second, Third], Ids(new() { Since = At("2026-11-21T08:00:00Z") }));
        Assert.Equal([First], Ids(new() { Model = "gpt-realtime-2026-01-31" }));
        Assert.Equal([First, Second, Third], Ids(new() { Model = "gpt-realtime" }));
        Assert.Equal([Second], Ids(new() { Model = "gpt-transcribe" }));
        Assert.Equal([First, Second], Ids(new() { MinCost = 0.1m }));
        Assert.Equal([First], Ids(new() { Flag = "phantom" }));
        Assert.Equal([Second, Third], Ids(new() { Flag = "suspect" }));
        Assert.Empty(Ids(new() { Flag = "loop" }));
    }

    [Fact]
    public void Sessions_are_sorted_and_the_first_are_kept()
    {
        Assert.Equal([First, Second, Third], Ids(new() { Order = SessionOrder.Cost }));
        Assert.Equal([Second, First, Third], Ids(new() { Order = SessionOrder.Turns }));
        Assert.Equal([Second, First], Ids(new() { Order = SessionOrder.Turns, Limit = 2 }));
        Assert.Equal([Second], Ids(new() { Order = SessionOrder.Length, Limit = 1 }));
        Assert.Equal([Second, Third], Ids(new() { Limit = 2 }));
        Assert.Equal([Second], Ids(new() { Order = SessionOrder.Conflicts, Limit = 1 }));
    }

    [Fact]
    public void A_session_that_its_name_or_its_summary_rules_out_is_not_read()
    {
        // Neither the first session nor the turns of the second can be read.
        File.Delete(Path.Combine(_data.Folder(First), "turns.jsonl"));
        File.Delete(Path.Combine(_data.Folder(First), "summary.json"));
        File.Delete(Path.Combine(_data.Folder(Second), "turns.jsonl"));
        List<string> warnings = [];
        var query = new SessionQuery { Since = At("2026-11-21T00:00:00Z"), Flag = "suspect" };
        Assert.Equal([Second, Third], query.Of(new FolderSessions(_data.Directory), warnings.Add).Select(session => session.Id));
        Assert.Empty(warnings);
    }

    [Theory]
    [InlineData("7d", "2026-11-20T12:00:00Z")]
    [InlineData("24h", "2026-11-26T12:00:00Z")]
    [InlineData("1.5h", "2026-11-27T10:30:00Z")]
    [InlineData("30m", "2026-11-27T11:30:00Z")]
    [InlineData("2026-11-22", "2026-11-22T00:00:00Z")]
    [InlineData("2026-11-22T08:45", "2026-11-22T08:45:00Z")]
    [InlineData("2026-11-22T08:45:30+01:00", "2026-11-22T07:45:30Z")]
    [InlineData("", null)]
    [InlineData("7", null)]
    [InlineData("d", null)]
    [InlineData("-7d", null)]
    [InlineData("1e9d", null)]
    [InlineData("99999999d", null)]
    [InlineData("yesterday", null)]
    public void A_time_is_an_age_or_a_date(string text, string? expected) =>
        Assert.Equal(expected is null ? null : At(expected),
        PointInTime.TryParse(text, At("2026-11-27T12:00:00Z"), out var time) ? time : (DateTimeOffset?)null);

    private static DateTimeOffset At(string time) => DateTimeOffset.Parse(time, null);

    private IEnumerable<string> Ids(SessionQuery query) =>
        query.Of(new FolderSessions(_data.Directory), _ => { }).Select(session => session.Id);
}
