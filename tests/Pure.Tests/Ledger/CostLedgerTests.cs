using RealtimeAkka.Actors.Ledger;
using RealtimeAkka.Actors.Stations;
using RealtimeAkka.Protocol;
using RealtimeAkka.Protocol.Messages;
using RealtimeAkka.Protocol.Records;
using RealtimeAkka.Protocol.Wire;
using static RealtimeAkka.TestSupport.Say;

namespace RealtimeAkka.Pure.Tests.Ledger;

public class CostLedgerTests
{
    /// <summary>The published run: reported usage of each turn's out-of-band response and ASR, and their published costs.</summary>
    public static TheoryData<int, int, int, int, int, decimal, int, int, decimal> Published => new()
    {
        { 1, 1830, 0, 0, 11, 0.007496m, 16, 3, 0.000126m },
        { 2, 1906, 1856, 95, 19, 0.004286m, 57, 14, 0.000482m },
        { 3, 1963, 1856, 153, 21, 0.006402m, 59, 11, 0.000464m },
        { 4, 2014, 1856, 212, 7, 0.008270m, 32, 7, 0.000262m },
        { 5, 2055, 1856, 177, 23, 0.007570m, 60, 23, 0.000590m },
        { 6, 2092, 1856, 160, 9, 0.006950m, 20, 7, 0.000190m },
    };

    [Theory]
    [MemberData(nameof(Published))]
    public void Each_published_turn_costs_what_was_published_to_six_places(
    int turn, int text, int cached, int audio, int output, decimal oob, int asrAudio, int asrText, decimal asr)
    {
        var ledger = Ledger();
        ledger = ledger.On(Transcription(turn, text, cached, audio, output));
        ledger = ledger.On(Built_in(turn, asrAudio, asrText));
        Assert.Equal(oob, Math.Round(ledger.Totals.Transcription!.Value, 6));
        Assert.Equal(asr, Math.Round(ledger.Totals.Asr!.Value, 6));
    }

    [Fact]
    public void The_published_session_costs_19_times_as_much_out_of_band()
    {
        var ledger = Ledger();
        foreach (var row in Published.Select(row => (object[])row))
        {
            ledger = ledger.On(Transcription((int)row[0], (int)row[1], (int)row[2], (int)row[3], (int)row[4]));
            ledger = ledger.On(Built_in((int)row[0], (int)row[6], (int)row[7]));
        }
        var totals = ledger.Totals;
        // Published were USD 0.040974, the sum of six rounded figures; the exact sum is this.
        Assert.Equal(0.040976m, totals.Transcription);
        Assert.Equal(0.040974m, Published.Sum(row => (decimal)((object[])row)[5]));
        Assert.Equal(0.002114m, totals.Asr);
        Assert.Equal(19.4m, Math.Round(totals.Transcription!.Value / totals.Asr!.Value, 1));
        Assert.Equal(totals.Transcription + totals.Asr, totals.Total);
        Assert.Empty(totals.Unpriced);
        Assert.Null(totals.TranscriptionIfAudioBilled);
    }

    [Fact]
    public void Each_id_is_charged_once_however_often_it_is_reported()
    {
        var ledger = Ledger();
        for (var n = 0; n < 3; n++)
        {
            ledger = ledger.On(Transcription(1, 1000, 0, 0, 0));
            ledger = ledger.On(Built_in(1, 100, 0));
            ledger = ledger.On(Answer("r9", 1000));
        }
        Assert.Equal((0.004m, 0.0006m, 0.004m, 0m),
            (ledger.Totals.Transcription, ledger.Totals.Asr, ledger.Totals.Conversation, ledger.Totals.Tasks.Usd));
        Assert.Equal(0.0086m, ledger.Totals.Total);
    }

    [Fact]
    public void An_id_stays_charged_for_as_long_as_it_may_be_repeated_and_is_forgotten_in_the_end()
    {
        var charged = new SeenIds(Capacity: 2);
        List<bool> isNew = [];
        foreach (var id in new[] { "a", "b", "a", "b", "c", "a" })
        {
            isNew.Add(!charged.Contains(id));
            charged = charged.With(id);
        }
        Assert.Equal([true, true, false, false, true, true], isNew);
    }

    [Fact]
    public void That_an_id_is_charged_is_part_of_the_bill_it_is_charged_on()
    {
        var before = Ledger().On(Answer("r1", 1000));
        var after = before.On(Answer("r2", 1000));
        Assert.Equal((0.004m, 0.008m), (before.Total, after.Total));
        // A discarded ledger has no effect on the previous one.
        Assert.Equal(0.008m, before.On(Answer("r2", 1000)).Total);
        Assert.Equal(0.008m, after.On(Answer("r2", 1000)).Total);
    }

    [Fact]
    public void A_usage_that_could_not_be_charged_is_counted() =>
    Assert.Equal((0m, 1), Ledger().Missed().Totals is var totals ? (totals.Total, totals.Unreported) : default);

    [Fact]
    [Trait("Cookbook", "11")]
    public void Answers_and_tasks_have_accounts_of_their_own()
    {
        var ledger = Ledger();
        ledger = ledger.On(Answer("r1", 1000));
        ledger = ledger.On(Done("r2", usage: """{"input_tokens":500}""", metadata: Metadata("i1", task: "summary")));
        ledger = ledger.On(Done("r3", usage: """{"input_tokens":250}""", metadata: Metadata("i1", task: "validation")));
        ledger = ledger.On(Done("r4", usage: """{"input_tokens":250}""", metadata: Metadata("i2", task: "validation")));
        Assert.Equal((0m, 0.004m, 0.004m), (ledger.Totals.Transcription, ledger.Totals.Conversation, ledger.Totals.Tasks.Usd));
        Assert.Equal([("summary", 0.002m), ("validation", 0.002m)],
            ledger.Totals.Tasks.ByTask.Select(task => (task.Key, task.Value!.Value)));
    }

    [Fact]
    [Trait("Cookbook", "11")]
    public void What_has_no_price_is_named_and_what_reports_nothing_is_counted()
    {
        var ledger = new CostLedger(Shipped.Prices, "new-model", "new-asr", new ContextScope.Full());
        ledger = ledger.On(Answer("r1", 1000));
        ledger = ledger.On(Answer("r2", 1000));
        ledger = ledger.On(Asr("i1", "x", """{"type":"duration","seconds":2}"""));
        ledger = ledger.On(Done("r3"));
        ledger = ledger.On(Asr("i2", "x"));
        Assert.Equal(["new-asr", "new-model"], ledger.Totals.Unpriced);
        Assert.Equal((0m, 2), (ledger.Totals.Total, ledger.Totals.Unreported));
        Assert.Null(ledger.Totals.Conversation);
        Assert.Null(ledger.Totals.Asr);
        Assert.Equal(0m, ledger.Totals.Transcription);
    }

    [Fact]
    public void A_usage_without_parts_makes_its_purpose_unknown_and_no_model_unpriced()
    {
        var ledger = Ledger().On(Answer("r1", 1000)).On(Done("r2", usage: """{"total_tokens":500}"""));
        ledger = ledger.On(Asr("i1", "x", """{"type":"tokens","total_tokens":500}"""));
        Assert.Null(ledger.Totals.Conversation);
        Assert.Null(ledger.Totals.Asr);
        Assert.Equal((0.004m, 0m, 2), (ledger.Totals.Total, ledger.Totals.Transcription, ledger.Totals.Unreported));
        Assert.Empty(ledger.Totals.Unpriced);
    }

    [Fact]
    public void With_ASR_off_no_transcript_is_charged_and_other_events_never_are()
    {
        var ledger = new CostLedger(Shipped.Prices, "gpt-realtime", null, new ContextScope.Full());
        foreach (var e in new ServerEvent[]
            { Built_in(1, 100, 1), Created("r1"), Committed("i1"), AsrFailed("i1", "x"), new UnknownEvent("x") }) ledger = ledger.On(e);
        Assert.Equal((0m, 0), (ledger.Totals.Total, ledger.Totals.Unreported));
    }

    [Fact]
    public void What_is_known_of_an_unknown_cost_stays_in_the_total()
    {
        var ledger = Ledger();
        ledger = ledger.On(Transcription(1, 1000, 0, 0, 0));
        ledger = ledger.On(Done("oob2", "x", metadata: Metadata("i2", 2), usage: """{"seconds":3}"""));
        ledger = ledger.On(Transcription(3, 1000, 0, 0, 0));
        Assert.Null(ledger.Totals.Transcription);
        Assert.Equal((0.008m, 0.008m), (ledger.Totals.Total, ledger.Total));
        Assert.Equal(["gpt-realtime"], ledger.Totals.Unpriced);
    }

    [Fact]
    public void A_server_that_makes_up_tasks_does_not_fill_the_memory_with_their_names()
    {
        var ledger = Ledger();
        for (var i = 0; i < 1000; i++)
            ledger = ledger.On(Done($"r{i}", usage: """{"input_tokens":250}""", metadata: Metadata("i1", task: $"task{i}")));
        Assert.Equal(65, ledger.Totals.Tasks.ByTask.Count);
        Assert.Equal((1m, 0.936m), (ledger.Totals.Tasks.Usd, ledger.Totals.Tasks.ByTask["other"]));
    }

    [Fact]
    public void Audio_that_was_heard_and_not_reported_is_estimated_beside_the_bill()
    {
        var ledger = Ledger();
        ledger = ledger.On(Transcription(1, 1000, 0, 0, 0));
        Assert.Null(ledger.Totals.TranscriptionIfAudioBilled);
        ledger = ledger.Published(new TurnJoined(
            "s", 1, new ItemId("i1"), "vad", 0, 1410,
            new OutOfBandTranscript(ResultStatus.Completed, "x", null, "full", 1, 0, null, 0.004m, null),
            new AsrTranscript(ResultStatus.Completed, "x", "a", 0, null, 0m, null), null, [TurnFlags.UsageWithoutAudio]));
        Assert.Equal(0.004m + 14 * 32m / 1_000_000, ledger.Totals.TranscriptionIfAudioBilled);
        Assert.Equal(0.004m, ledger.Totals.Transcription);
        Assert.Equal(["last", "last:3"], ledger.Totals.Narrower.Select(other => other.Context));
    }

    private static CostLedger Ledger() => new(Shipped.Prices, "gpt-realtime", "gpt-4o-transcribe", new ContextScope.Full());

    private static ResponseDone Transcription(int turn, int text, int cached, int audio, int output) => Done(
        $"oob{turn}", "x", metadata: Metadata($"i{turn}", turn), usage: $$$"""
            {"input_tokens":{{{text + audio}}},"output_tokens":{{{output}}},"input_token_details":{"text_tokens":{{{text}}},"audio_tokens":{{{audio}}},
             "cached_tokens":{{{cached}}},"cached_tokens_details":{"text_tokens":{{{cached}}},"audio_tokens":0}},"output_token_details":{"text_tokens":{{{output}}}}}
            """);

    private static AsrCompleted Built_in(int turn, int audio, int text) =>
        Asr($"i{turn}", "x",
        $$$"""{"type":"tokens","input_tokens":{{{audio}}},"output_tokens":{{{text}}},"input_token_details":{"text_tokens":0,"audio_tokens":{{{audio}}}}}""");

    private static ResponseDone Answer(string response, int text) => Done(response, "x", usage: $$"""{"input_tokens":{{text}}}""");
}
