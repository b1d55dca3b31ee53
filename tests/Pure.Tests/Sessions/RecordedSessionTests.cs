using RealtimeAkka.Hosting.Configuration;
using RealtimeAkka.Hosting.Sessions;

namespace RealtimeAkka.Pure.Tests.Sessions;

public sealed class RecordedSessionTests : IDisposable
{
    private const string Id = "s-20261122-084500-3f9a0123456789ab";

    private readonly Recorded _data = new();

    public void Dispose() => _data.Dispose();

    [Fact]
    public void A_session_that_ended_well_is_what_its_summary_says()
    {
        var session = Read(_data.Session(Id, [Recorded.Turn(1)], Recorded.Summary(0.04m, 0.002m)));
        Assert.Equal((Id, true, null), (session.Id, session.IsFinished, session.Warning));
        Assert.Equal(new DateTimeOffset(2026, 11, 22, 8, 45, 0, TimeSpan.Zero), session.StartedAt);
        Assert.Equal(("gpt-realtime", "gpt-4o-transcribe", 0.042m, 6),
            (session.Model, session.AsrModel, session.Summary.TotalUsd, session.Summary.Turns));
        Assert.Equal(TimeSpan.FromSeconds(38), session.Length);
    }

    [Fact]
    public void A_session_that_was_killed_is_computed_from_its_records()
    {
        var task = """{"type":"task","task":"summary","turn":2,"status":"completed","usage":{},"cost_usd":0.0011}""" + "\n";
        var session = Read(_data
            .Session(Id,
            [Recorded.Turn(1), Recorded.Answer(1), Recorded.Turn(2, oob: null, oobUsd: null, usage: null), Recorded.Answer(2),
            Recorded.Amended(Recorded.Turn(2, oobUsd: 0.006m, end: 9000))], tail: task + "{\"type\":\"turn\",\"se")
            .With(Id, "session.log", LogLine("08:45:01.0") + LogLine("08:47:30.5") + "{\"Timesta"));
        var s = session.Summary;
        Assert.Equal((false, 2, RecordedCosts.Unfinished), (session.IsFinished, s.Turns, s.Exit));
        Assert.Equal((0.010m, 0.0004m, 0.02m, 0.0011m), (s.Oob.Usd, s.Asr.Usd, s.Conversation.Usd, s.Tasks.ByTask["summary"]));
        Assert.Equal((0.0315m, 25.0, 0), (s.TotalUsd, s.OobToAsr, s.Unreported));
        Assert.Equal((TimeSpan.FromSeconds(150.5), 9000L, 3000L), (session.Length, s.Audio.SentMs, s.Audio.PlayedMs));
        Assert.Equal($"{Id}: 1 unreadable line of turns.jsonl skipped.", session.Warning);
    }

    [Fact]
    public void A_cost_that_is_not_known_is_unknown_and_one_that_was_not_reported_is_counted()
    {
        var s = Read(
            _data.Session(
            Id, [Recorded.Turn(1), Recorded.Turn(2, oobUsd: null),
            Recorded.Turn(3, oob: null, oobUsd: null, asrUsd: 0m, usage: null)])).Summary;
        Assert.Null(s.Oob.Usd);
        Assert.Null(s.Oob.PerTurnUsd);
        Assert.Equal(0.0044m, s.TotalUsd);
        Assert.Equal(("gpt-realtime", 1), (Assert.Single(s.Unpriced), s.Unreported));
    }

    [Theory]
    [InlineData("")]
    [InlineData("{\"type\":\"summary\",\"session\":\"s")]
    [InlineData("null")]
    [InlineData("{\"type\":\"notice\",\"level\":\"info\",\"code\":\"c\",\"message\":\"m\"}")]
    [InlineData("{\"type\":\"summary\",\"turns\":1}")]
    [InlineData("{\"type\":\"summary\",\"turns\":1,\"oob\":{},\"asr\":{},\"conversation\":{},\"duration_ms\":9223372036854775807}")]
    [InlineData("{\"type\":\"summary\",\"turns\":1,\"oob\":{},\"asr\":{},\"conversation\":{},\"duration_ms\":-1}")]
    public void A_summary_that_was_torn_or_is_none_is_passed_over(string summary)
    {
        var session = Read(_data.Session(Id, [Recorded.Turn(1)]).With(Id, "summary.json", summary));
        Assert.Equal((false, 0.0042m, TimeSpan.Zero), (session.IsFinished, session.Summary.TotalUsd, session.Length));
    }

    [Fact]
    public void A_summary_of_an_older_program_is_read_with_what_it_has()
    {
        var session =
            Read(_data.Session(Id).With(Id, "summary.json",
            """{"type":"summary","turns":1,"oob":{"usd":0.1},"asr":{"usd":0.2},"conversation":{"usd":0.3},"tasks":{"usd":0.4},"total_usd":1.0}"""));
        Assert.Equal((true, 1.0m, 0.4m), (session.IsFinished, session.Summary.TotalUsd, session.Summary.Tasks.Usd));
        Assert.Equal(
            (0, 0, 0), (session.Summary.Unpriced.Count, session.Summary.OobUsdIfNarrower.Count, session.Summary.Tasks.ByTask.Count));
    }

    [Theory]
    [InlineData("{")]
    [InlineData("[]")]
    [InlineData("{\"realtime.session.model\":7}")]
    public void Settings_that_cannot_be_read_leave_the_model_unknown(string config)
    {
        var session = Read(_data.Session(Id).With(Id, "config.json", config));
        Assert.Equal(("unknown", null), (session.Model, session.AsrModel));
    }

    [Fact]
    public void A_folder_that_cannot_be_read_is_one_line_and_the_others_are_read()
    {
        _data.Session(Id, [Recorded.Turn(1)]).With("s-20261122-090000-b", "notes.txt", "no records here");
        Directory.CreateDirectory(Path.Combine(_data.Folder("s-20261122-093000-c"), "turns.jsonl"));
        List<string> warnings = [];
        var read = SessionFolders.Read(SessionFolders.All(_data.Directory), warnings.Add).ToList();
        Assert.Equal(Id, Assert.Single(read).Id);
        Assert.Equal(2, warnings.Count);
        Assert.All(warnings, warning => Assert.Matches(@"^s-20261122-09[^\n]* cannot be read: [^\n]+$", warning));
    }

    [Fact]
    public void What_a_day_has_spent_is_in_the_folders_of_that_day()
    {
        _data.Session("s-20261121-235959-a", summary: Recorded.Summary(1m, 1m))
            .Session("s-20261122-000000-b", summary: Recorded.Summary(0.04m, 0.002m))
            .Session("s-20261122-235959-c", [Recorded.Turn(1)], tail: "{")
            .Session("s-20261123-000000-d", summary: Recorded.Summary(1m, 1m));
        List<string> warnings = [];
        Assert.Equal(0.0462m, SessionFolders.SpentOn(new DateOnly(2026, 11, 22), _data.Directory, warnings.Add));
        Assert.Single(warnings);
        Assert.Equal(0m, SessionFolders.SpentOn(new DateOnly(2026, 11, 22), Path.Combine(_data.Directory, "nowhere"), warnings.Add));
    }

    [Fact]
    public void A_session_is_found_by_its_id_by_the_beginning_of_it_and_as_the_last_one()
    {
        _data.Session("s-20261122-084500-aa").Session("s-20261122-084500-ab").Session("s-20261123-084500-a")
            .Session("s-20261123-084500-a2");
        _data.With("s-20261122-084500-ab", "session.log", "").With("s-20261122-084500-aa", "session.log", "");
        File.SetLastWriteTimeUtc(Path.Combine(_data.Folder("s-20261122-084500-ab"), "session.log"), DateTime.UtcNow.AddHours(1));
        string? Find(string id) => Path.GetFileName(SessionFolders.Find(id, _data.Directory));

        Assert.Equal("s-20261122-084500-aa", Find("s-20261122-084500-aa"));
        Assert.Equal("s-20261123-084500-a", Find("s-20261123-084500-a")); // an exact match, although it is a prefix of another id
        Assert.Equal("s-20261123-084500-a2", Find("s-20261123-084500-a2"));
        Assert.Equal("s-20261122-084500-ab", Find("last"));
        Assert.Equal(
            $"2 sessions in {_data.Directory} begin with 's-20261122', such as s-20261122-084500-aa and s-20261122-084500-ab. Write more of the id.", Message("s-20261122"));
        foreach (var id in (string[])["s-2025", "../s-20261122-084500-aa", "*", "/etc"])
            Assert.StartsWith($"There is no session {id} in ", Message(id), StringComparison.Ordinal);
        Assert.StartsWith("There is no session in ",
            Assert.Throws<ConfigException>(() => SessionFolders.Find("last", Path.Combine(_data.Directory, "nowhere"))).Message,
            StringComparison.Ordinal);

        string Message(string id) => Assert.Throws<ConfigException>(() => Find(id)).Message;
    }

    private RecordedSession Read(Recorded data) => RecordedSession.Read(data.Folder(Id));

    private static string LogLine(string time) =>
        $$"""{"Timestamp":"2026-11-22T{{time}}+00:00","Level":"Information","MessageTemplate":"x","Properties":{} }""" + "\n";
}
