using System.Text.Json;
using RealtimeAkka.Hosting.Sessions;

namespace RealtimeAkka.Pure.Tests.Sessions;

public sealed class SessionListTests : IDisposable
{
    private readonly Recorded _data = new Recorded()
        .Session("s-20261121-235900-00000000000000aa", summary: Recorded.Summary(0.040974m, 0.002114m, 0.5m))
        .Session("s-20261122-084500-3f9a0123456789ab", summary: Recorded.Summary(0.04m, 0.002m) with { DurationMs = 3_723_000 },
        asr: "none")
        .Session("s-20261122-084500-3f9a01ffffffffff", [Recorded.Turn(1), Recorded.Turn(2, oobUsd: null)], model: "gpt-realtime-2.1");

    public void Dispose() => _data.Dispose();

    [Fact]
    public void Sessions_are_listed_with_their_costs_and_what_they_cost_per_day_and_per_model() =>
        Assert.Equal(
            """
            session                    start   length  turns     oob     asr    conv    total  exit
            s-20261121-235900-0000     23:59     0:38      6  0.0410  0.0021  0.5000   0.5431  completed
            s-20261122-084500-3f9a012  08:45  1:02:03      6  0.0400  0.0020  0.0000   0.0420  completed
            s-20261122-084500-3f9a01f  08:45     0:00      2       ?  0.0004  0.0000  0.0044+  unfinished*
            * no summary: killed, or still running; the figures are those of its records
            + at least, ? unknown: a model has no known price, and its part is not counted

            day (UTC)   sessions                cost
            2026-11-21         1           $0.543088
            2026-11-22         2  at least $0.046400

            model              sessions                cost
            gpt-4o-transcribe         2           $0.002514
            gpt-realtime              2           $0.582974
            gpt-realtime-2.1          1  at least $0.004000
            """, string.Join('\n', List().Text()));

    [Fact]
    public void For_programs_every_line_is_an_object_with_the_exact_costs()
    {
        var lines = List().Json().Select(line => JsonElement.Parse(line)).ToList();
        Assert.Equal(["session", "session", "session", "day", "day", "model", "model", "model"],
            lines.Select(line => line.GetProperty("type").GetString()));
        Assert.Equal(
            """{"type":"session","session":"s-20261121-235900-00000000000000aa","started_at":"2026-11-21T23:59:00+00:00","duration_ms":38000,"model":"gpt-realtime","asr_model":"gpt-4o-transcribe","turns":6"""
            + ""","oob_usd":0.040974,"asr_usd":0.002114,"conversation_usd":0.500000,"tasks_usd":0.000000,"total_usd":0.543088,"at_least":false,"unpriced":[],"finished":true,"exit":"completed","skipped_lines":0}""",
            List().Json().First());
        Assert.Equal((JsonValueKind.Null, JsonValueKind.Null, false),
            (lines[2].GetProperty("oob_usd").ValueKind, lines[2].GetProperty("exit").ValueKind,
            lines[2].GetProperty("finished").GetBoolean()));
        Assert.Equal("""{"type":"day","day":"2026-11-22","sessions":2,"total_usd":0.046400,"at_least":true}""", List().Json().ElementAt(4));
    }

    [Fact]
    public void A_model_without_a_price_costs_what_is_unknown_and_never_nothing()
    {
        using var data = new Recorded().Session("s-20261122-084500-3f9a0123456789ab", model: "new", asr: "none",
            summary: Recorded.Summary(0, 0) with
            {
                Oob = new(null, null), Conversation = new(null), TotalUsd = 0, Unpriced = ["new"],
            });
        var list = new SessionList([.. SessionFolders.Read(SessionFolders.All(data.Directory), _ => { })]);

        Assert.DoesNotContain(list.Text(), line => line.Contains("$0.000000", StringComparison.Ordinal));
        Assert.Contains("2026-11-22         1     ?", list.Text());
        Assert.Contains("new           1     ?", list.Text());
        Assert.Equal("""{"type":"model","model":"new","sessions":1,"total_usd":null,"at_least":true}""", list.Json().Last());
    }

    [Fact]
    public void No_sessions_are_said_to_be_none()
    {
        Assert.Equal(["No sessions."], new SessionList([]).Text());
        Assert.Empty(new SessionList([]).Json());
    }

    [Fact]
    public void What_somebody_put_into_a_folder_does_not_command_the_terminal()
    {
        _data.Session("s-20261123-000000-\e[2J", summary: Recorded.Summary(0, 0, exit: "a\e]0;x\a"), model: "m\\u001b[31m");
        Assert.DoesNotContain(string.Join('\n', List().Text()), c => char.IsControl(c) && c != '\n');
        Assert.DoesNotContain(string.Join('\n', List().Json()), c => char.IsControl(c) && c != '\n');
    }

    private SessionList List() => new([.. SessionFolders.Read(SessionFolders.All(_data.Directory), _ => { })]);
}
