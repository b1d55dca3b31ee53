using System.Text;
using System.Text.Json;
using RealtimeAkka.Actors.Sessions;
using RealtimeAkka.Actors.Stations;
using RealtimeAkka.Protocol;
using RealtimeAkka.Protocol.Messages;
using RealtimeAkka.Protocol.Records;
using static RealtimeAkka.TestSupport.Say;

namespace RealtimeAkka.Pure.Tests.Records;

public class RecordTests
{
    private static readonly OutOfBandTranscript Oob = new(
        ResultStatus.Completed, "Hello.", new ResponseId("resp_1"), "full", 1, 412, RawJson.Parse("""{"total_tokens":7}"""), 0.007496m,
        null, "0a1b2c3d4e5f");

    private static readonly AsrTranscript Asr =
        new(ResultStatus.Completed, "Hello", "gpt-4o-transcribe", 305, RawJson.Parse("""{"seconds":1.5}"""), 0.000126m, null);

    [Fact]
    public void A_turn_is_written_as_it_is_promised() =>
        Assert.Equal(
            """{"type":"turn","session":"s-1","turn":1,"item_id":"item_1","source":"vad","audio_start_ms":1200,"audio_end_ms":3400"""
            + ""","oob":{"status":"completed","text":"Hello.","response_id":"resp_1","context":"full","attempts":1,"latency_ms":412,"usage":{"total_tokens":7},"cost_usd":0.007496,"error":null,"prompt":"0a1b2c3d4e5f"}"""
            + ""","asr":{"status":"completed","text":"Hello","model":"gpt-4o-transcribe","latency_ms":305,"usage":{"seconds":1.5},"cost_usd":0.000126,"error":null}"""
            + ""","agreement":{"wer":0.3333,"substitutions":0,"insertions":0,"deletions":0,"cer":0.25,"unit":"word","differences":[{"op":"delete","oob":"Hello","asr":null}]},"flags":["usage_without_audio"]"""
            + ""","entities":[{"kind":"number","oob":"4","asr":null,"state":"only_oob"}],"verdict":"conflict","reasons":["entity:number"],"confidence":0.25,"words":"Hello.","started_ms":1250,"ended_ms":3450}""",
            Line(new TurnJoined("s-1", 1, new ItemId("item_1"), "vad", 1200, 3400, Oob, Asr, 
                new Agreement(1 / 3.0, 0, 0, 0, 0.25, AgreementUnit.Word, [new("delete", "Hello", null)]), ["usage_without_audio"])
            {
                Entities = [new("number", "4", null, EntityState.OnlyOob)], Verdict = Verdict.Conflict, Reasons = ["entity:number"],
                Confidence = 0.25, Words = "Hello.", StartedMs = 1250, EndedMs = 3450,
            }));

    [Fact]
    public void A_turn_of_an_older_program_has_the_words_that_counted_then()
    {
        var turn = Assert.IsType<TurnJoined>(RecordCodec.Decode("""
            {"type":"turn","session":"s-1","turn":1,"item_id":"i","source":"vad","audio_start_ms":null,"audio_end_ms":null,
             "oob":{"status":"completed","text":"Hello.","response_id":null,"context":"full","attempts":1,"latency_ms":1,"usage":null,"cost_usd":null,"error":null},
             "asr":{"status":"completed","text":"Hallo","model":null,"latency_ms":1,"usage":null,"cost_usd":null,"error":null},"agreement":null,"flags":[]}
            """u8));
        Assert.Equal(("Hello.", 0, null), (turn.Words, turn.Entities.Count + turn.Reasons.Count, turn.Verdict));
    }

    [Fact]
    public void What_was_found_out_later_is_written_as_it_is_promised() =>
        Assert.Equal(
            """{"type":"hearing","session":"s-1","turn":2,"supported_by":"oob","evidence":"Thank you, Dana Whitlock.","words":"WHITLOCK","kind":"spelled","oob":"WHITLOCK","asr":"WHITLOC","source":"answer","text":null}""",
            Line(new HeardAgain(
                "s-1", 2, Protocol.Records.Witness.Oob, "Thank you, Dana Whitlock.", "WHITLOCK", "spelled", "WHITLOCK", "WHITLOC", "answer", null)));

    [Fact]
    public void An_amendment_is_written_like_its_turn_and_reads_back_as_it_was()
    {
        var turn = new TurnJoined("s-1", 1, new ItemId("item_1"), "vad", 1200, 3400, Oob, Asr,
            new Agreement(0.5, 1, 0, 0, 0.25, AgreementUnit.Word, [new("substitute", "a", "b")]), ["usage_without_audio"])
        {
            Entities = [new("name", "Ada", "Ida", EntityState.Differs)], Verdict = Verdict.Minor, Confidence = 0.5, Words = null,
        };
        var line = Line(new TurnAmended(turn));

        Assert.Equal(Line(turn).Replace("\"type\":\"turn\"", "\"type\":\"turn.amended\"", StringComparison.Ordinal), line);
        Assert.Equal(line, Line(Assert.IsType<TurnAmended>(RecordCodec.Decode(Encoding.UTF8.GetBytes(line)))));
    }

    [Fact]
    public void What_is_not_known_is_null_and_never_left_out() =>
        Assert.Equal(
            """{"type":"turn.amended","session":"s-1","turn":2,"item_id":"item_2","source":"manual","audio_start_ms":null,"audio_end_ms":null"""
            + ""","oob":{"status":"timed_out","text":null,"response_id":null,"context":"last","attempts":2,"latency_ms":null,"usage":null,"cost_usd":null,"error":"after 15 s","prompt":null}"""
            + ""","asr":{"status":"disabled","text":null,"model":null,"latency_ms":null,"usage":null,"cost_usd":0.000000,"error":null},"agreement":null,"flags":[],"entities":[],"verdict":null,"reasons":[],"confidence":null,"words":null,"started_ms":null,"ended_ms":null}""",
            Line(new TurnAmended(
                "s-1", 2, new ItemId("item_2"), "manual", null, null,
                new OutOfBandTranscript(ResultStatus.TimedOut, null, null, "last", 2, null, null, null, "after 15 s"),
                new AsrTranscript(ResultStatus.Disabled, null, null, null, null, 0m, null), null, [])));

    [Fact]
    public void The_session_the_answer_the_notice_and_the_summary_are_written_as_they_are_promised()
    {
        Assert.Equal(
            """{"type":"session","session":"s-1","url":"ws://127.0.0.1:1/","model":"gpt-realtime","asr_model":null,"context":"full","runtime":"Akka.NET 1.5.74","input":"-","started_at":"2026-11-22T08:45:00+00:00","server_model":null,"source":null,"remote_address":null,"telephone":null}""",
            Line(new SessionStarted("s-1", "ws://127.0.0.1:1/", "gpt-realtime", null, "full", "Akka.NET 1.5.74", "-",
            new DateTimeOffset(2026, 11, 22, 8, 45, 0, TimeSpan.Zero))));
        Assert.Equal(
            """{"type":"assistant","session":"s-1","response_id":"resp_2","turn":1,"item_id":"item_3","status":"cancelled","text":"Hi","heard_ms":2000,"usage":null,"cost_usd":0.030100,"error":"turn_detected","heard_text":"Hi","started_ms":null}""",
            Line(new AssistantReplied("s-1", new ResponseId("resp_2"), 1, new ItemId("item_3"), "cancelled", "Hi", 2000, null, 0.0301m,
            "turn_detected", "Hi")));
        Assert.Equal(
            """{"type":"task","session":"s-1","task":"summary","turn":4,"status":"completed","text":"{ \"a\": 1 }","value":{"a":1},"response_id":"resp_9","context":"full","attempts":1,"prompt":"0a1b2c3d4e5f","usage":null,"cost_usd":0.001100,"error":null,"id":"s-1/summary/2","latency_ms":412}""",
            Line(new TaskCompleted(
                "s-1", "summary", 4, ResultStatus.Completed, "{ \"a\": 1 }", Json("""{"a":1}"""), new ResponseId("resp_9"), "full", 1,
                "0a1b2c3d4e5f", null, 0.0011m, null, "s-1/summary/2", 412)));
        Assert.Equal(
            """{"type":"tool","session":"s-1","tool":"find","turn":4,"call_id":"call_1","status":"completed","arguments":{"n":1},"output":"found","error":null,"id":"s-1/call_1"}""",
            Line(new ToolCalled("s-1", "find", 4, "call_1", ResultStatus.Completed, Json("""{"n":1}"""), "found", null, "s-1/call_1")));
        Assert.Equal("""{"type":"notice","level":"warning","code":"reconnected","message":"Back."}""",
            Line(new Notice(NoticeLevel.Warning, "reconnected", "Back.")));
        Assert.Equal(
            """{"type":"summary","session":"s-1","turns":6,"oob":{"usd":0.040974,"per_turn_usd":0.006829},"asr":{"usd":0.002114,"per_turn_usd":0.000352},"conversation":{"usd":0.000000},"tasks":{"usd":0.001100,"by_task":{"summary":0.001100}}"""
            + ""","total_usd":0.043088,"oob_to_asr":19.38,"unpriced":[],"unreported":0,"oob_usd_if_audio_billed":null,"oob_usd_if_narrower":[{"context":"last","usd":0.010000}],"audio":{"sent_ms":1,"muted_ms":2,"dropped_ms":3,"played_ms":4,"unplayed_ms":0},"duration_ms":38000,"reconnects":0,"exit":"completed","hearing":null,"source":null}""",
            Line(new SessionSummary(
                "s-1", 6, new MethodCost(0.040974m, 0.006829m), new MethodCost(0.002114m, 0.002114m / 6), new Amount(0),
                new TaskCosts(0.0011m, new Dictionary<string, decimal?> { ["summary"] = 0.0011m }), 0.043088m, 19.38, [], 0, null,
                [new ContextCost("last", 0.01m)], new AudioFigures(1, 2, 3, 4), 38_000, 0, "completed")));
    }

    [Theory]
    [InlineData(ResultStatus.Completed, "completed")]
    [InlineData(ResultStatus.Empty, "empty")]
    [InlineData(ResultStatus.Failed, "failed")]
    [InlineData(ResultStatus.Incomplete, "incomplete")]
    [InlineData(ResultStatus.Cancelled, "cancelled")]
    [InlineData(ResultStatus.TimedOut, "timed_out")]
    [InlineData(ResultStatus.Disabled, "disabled")]
    public void Statuses_are_snake_case(ResultStatus status, string written) =>
        Assert.Equal(written, JsonDocument.Parse(Line(Turn(Oob with { Status = status }))).RootElement.GetProperty("oob")
        .GetProperty("status").GetString());

    [Fact]
    public void Money_has_six_places_and_is_rounded_only_here()
    {
        Assert.Contains("\"cost_usd\":0.011910,", Line(Turn(Oob with { CostUsd = 0.0119104m })), StringComparison.Ordinal);
        Assert.Contains("\"cost_usd\":12.000000,", Line(Turn(Oob with { CostUsd = 12m })), StringComparison.Ordinal);
        Assert.Contains("\"cost_usd\":0.000001,", Line(Turn(Oob with { CostUsd = 0.0000009m })), StringComparison.Ordinal);
    }

    [Fact]
    public void Letters_of_all_languages_stay_letters()
    {
        var line = Line(Turn(Oob with { Text = "Grüße, naïve 你好 <b> 'a' & +1" }));
        Assert.Contains("\"Grüße, naïve 你好 <b> 'a' & +1\"", line, StringComparison.Ordinal);
    }

    [Fact]
    public void A_line_is_one_line_whatever_was_said()
    {
        var line = Line(Turn(Oob with { Text = "a\nb\r\u2028\u0085\u001b[31m\"\\" }));
        Assert.DoesNotContain('\n', line);
        Assert.DoesNotContain('\r', line);
        Assert.DoesNotContain('\u001b', line);
    }

    [Fact]
    public void A_record_reads_back_as_it_was()
    {
        foreach (var record in new SessionRecord[]
            { Turn(Oob), new Notice(NoticeLevel.Error, "c", "m"),
            new AssistantReplied("s", new ResponseId("r"), null, null, "completed", "", 0, null, null, null) })
        {
            var line = RecordCodec.Encode(record);
            Assert.Equal(line, RecordCodec.Encode(RecordCodec.Decode(line)));
            Assert.IsType(record.GetType(), RecordCodec.Decode(line));
        }
        Assert.ThrowsAny<JsonException>(() => RecordCodec.Decode("null"u8));
        Assert.ThrowsAny<JsonException>(() => RecordCodec.Decode("""{"type":"turn","session":"""u8));
    }

    [Fact]
    public void A_session_adds_up_what_its_stations_report()
    {
        var report = new SessionReport(
            new LedgerMessages.Totals(0.040974m, 0.002114m, 0.5m, new TaskCosts(0.25m, new Dictionary<string, decimal?>()), 0.793088m,
            ["new-model"], 2, null, []),
            new MicMessages.Report(48_000, Seconds(2), 4_800), new PlaybackMessages.Report(96_000, 0));
        Assert.True(report.IsComplete);

        var summary = report.Summarize(
            new SessionFacts(new SessionId("s-1"), "ws://x", "m", "a", "r", "-"), 6, 2, Seconds(38), ExitKind.Completed);
        Assert.Equal(0.793088m, summary.TotalUsd);
        Assert.Equal(0.006829m, summary.Oob.PerTurnUsd);
        Assert.Equal(19.38, summary.OobToAsr);
        Assert.Equal(new AudioFigures(1000, 2000, 100, 2000), summary.Audio);
        Assert.Equal(("completed", 38_000), (summary.Exit, summary.DurationMs));
        Assert.Equal(["new-model"], summary.Unpriced);
    }

    [Fact]
    public void A_session_without_turns_or_reports_divides_by_nothing()
    {
        var summary = new SessionReport().Summarize(
            new SessionFacts(new SessionId("s-1"), "ws://x", "m", null, "r", "-"), 0, 0, Seconds(0), ExitKind.Failed);
        Assert.False(new SessionReport().IsComplete);
        Assert.Equal(0m, summary.Oob.PerTurnUsd);
        Assert.Null(summary.OobToAsr);
        Assert.Equal("failed", summary.Exit);
    }

    [Fact]
    public void Usage_that_cannot_be_written_is_null_and_the_rest_of_the_record_stays()
    {
        // Half a surrogate pair is valid JSON and valid UTF-8.
        var done = (Protocol.Wire.ResponseDone)Protocol.Wire.RealtimeCodec.Decode(
            """{"type":"response.done","response":{"id":"r","usage":{"note":"\ud800","total_tokens":7}}}"""u8);
        Assert.Contains("\"latency_ms\":412,\"usage\":null,\"cost_usd\":0.007496", Line(Turn(Oob with { Usage = done.Response.Usage })),
            StringComparison.Ordinal);
    }

    [Fact]
    public void A_session_id_is_its_start_and_a_random_part()
    {
        var id = SessionId.New(new DateTimeOffset(2026, 11, 22, 9, 45, 0, TimeSpan.FromHours(1)), new Random(1)).Value;
        Assert.Matches("^s-20261122-084500-[0-9a-f]{16}$", id);
        Assert.NotEqual(id, SessionId.New(new DateTimeOffset(2026, 11, 22, 9, 45, 0, TimeSpan.FromHours(1)), new Random(2)).Value);
    }

    [Fact]
    public void An_id_that_is_none_does_not_break_a_log_line() =>
        Assert.Equal(
        "- - - - #0", $"{default(ItemId)} {default(ResponseId)} {default(EventId)} {default(SessionId)} {default(TurnNumber)}");

    private static TurnJoined Turn(OutOfBandTranscript oob) => new("s-1", 1, new ItemId("item_1"), "vad", null, null, oob, Asr, null, []);

    private static string Line(SessionRecord record) => Encoding.UTF8.GetString(RecordCodec.Encode(record));
}
