using System.Text.Json;
using RealtimeAkka.Hosting.Sessions;
using RealtimeAkka.Protocol.Records;

namespace RealtimeAkka.Pure.Tests.Sessions;

public sealed class SessionStatsTests : IDisposable
{
    private readonly Recorded _data = new Recorded()
        .Session("s-20261120-080000-00000000000000aa",
            [Turn(1, "one two three four", "one two three five", 1, 0.25), Turn(2, "a b", "a b", 0, 0)],
            Recorded.Summary(0.04m, 0.002m, turns: 2))
        .Session("s-20261120-090000-00000000000000bb", [Turn(1, "a b", "a b", 0, 0)], Recorded.Summary(0.04m, 0.002m, turns: 1),
            model: "gpt-realtime-2.1")
        .Session("s-20261122-080000-00000000000000cc", [Recorded.Turn(1, oob: null)], Recorded.Summary(0.02m, 0.001m, turns: 1));

    public void Dispose() => _data.Dispose();

    [Fact]
    public void A_day_has_the_sums_of_its_sessions_and_the_error_rate_of_all_its_words() =>
        Assert.Equal(
            """
            day (UTC)   sessions  turns    cost  oob/asr     WER     oob ms     asr ms
            2026-11-20         2      3  0.0840     20.0  12.5 %  400 / 400  300 / 300
            2026-11-22         1      1  0.0210     20.0       -          -  300 / 300
            total              3      4  0.1050     20.0  12.5 %  400 / 400  300 / 300
            oob/asr: how many times the cost; ms: from commit to transcript, p50 / p95
            """, string.Join('\n', Stats(byModel: false).Text(bars: false)));

    [Fact]
    public void On_a_terminal_the_course_of_the_days_is_a_line_of_bars_with_a_place_for_each_day() =>
        Assert.Equal(
            ["2026-11-20 to 2026-11-22", "turns    █ ▃", "cost     █ ▃", "WER      █  ", "oob p50  █  ", "asr p50  █ █"],
            Stats(byModel: false).Text(bars: true).SkipWhile(line => line.Length > 0).Skip(1));

    [Fact]
    public void For_programs_every_line_is_an_object()
    {
        var lines = Stats(byModel: true).Json().ToList();
        Assert.Equal(
            ["gpt-realtime", "gpt-realtime-2.1"],
            lines.SkipLast(1).Select(line => JsonElement.Parse(line).GetProperty("model").GetString()));
        Assert.Equal(
            """{"type":"total","sessions":3,"turns":4,"total_usd":0.105000,"at_least":false,"oob_to_asr":20,"wer":0.125"""
            + ""","latency_ms":{"oob":{"p50":400,"p95":400},"asr":{"p50":300,"p95":300}}}""",
            lines[^1]);
    }

    [Fact]
    public void No_figures_are_no_bars()
    {
        Assert.Equal(["No sessions."], new SessionStats(byModel: false).Text(bars: true));
        Assert.Equal("▁▁ █", Sparkline.Of([0, 0.01, null, 1]));
        Assert.Equal(" ▁", Sparkline.Of([null, 0]));
    }

    private static TurnJoined Turn(int turn, string oob, string asr, int edits, double wer) =>
        Recorded.Turn(turn, oob, asr) with { Agreement = new Agreement(wer, edits, 0, 0, 0, AgreementUnit.Word, []) };

    private SessionStats Stats(bool byModel)
    {
        var stats = new SessionStats(byModel);
        foreach (var session in SessionFolders.Read(SessionFolders.All(_data.Directory), _ => { }))
            stats.Add(session, session.Records().Lines);
        return stats;
    }
}
