using RealtimeAkka.Actors.Ledger;
using RealtimeAkka.Protocol;
using RealtimeAkka.Protocol.Messages;
using RealtimeAkka.Protocol.Records;

namespace RealtimeAkka.Pure.Tests.Ledger;

public class ContextEstimateTests
{
    private const decimal AudioIn = 32m / 1_000_000;

    [Theory]
    [InlineData("last", 30)] // 3 s of its own audio
    [InlineData("last:2", 30 + 40 + 20)] // plus turn 2 (2 s) with 2 s of answer, at 10 and 20 tokens per second
    [InlineData("last:3", 30 + 40 + 20 + 14 + 30)] // plus turn 1 (1.41 s) with 1.5 s of answer
    [InlineData("full", 30 + 40 + 20 + 14 + 30 + 20)] // plus a greeting of 1 s before it
    public void A_request_was_given_the_audio_of_its_turn_and_of_what_its_context_reaches_back_to(string context, long tokens)
    {
        var estimate = After(
            Greeting(1000), Turn(1, 0, 1410, "last"), Answer(1, 1500), Turn(2, 2000, 4000, "last"), Answer(2, 2000),
            Turn(3, 5000, 8000, context, flagged: true));
        Assert.Equal(tokens * AudioIn, estimate.NotReportedUsd);
    }

    [Fact]
    public void What_reported_its_audio_has_no_estimate() =>
    Assert.Null(After(Turn(1, 0, 1000, "full"), Turn(2, 0, 1000, "last")).NotReportedUsd);

    [Fact]
    public void Each_request_that_reported_none_counts_and_a_turn_that_is_told_again_counts_once()
    {
        var estimate = After(Turn(1, 0, 1000, "full", flagged: true), Turn(2, 0, 1000, "full", flagged: true),
            Amended(Turn(1, 0, 1000, "full", flagged: true)));
        Assert.Equal((10 + 20) * AudioIn, estimate.NotReportedUsd);
    }

    [Fact]
    public void On_a_new_connection_what_was_said_before_is_text()
    {
        var before = After(Greeting(1000), Turn(1, 0, 1000, "full", flagged: true), Answer(1, 1000));
        var after = After(before.Reopened(), Turn(2, 0, 2000, "full", flagged: true), Answer(2, 500),
            Turn(3, 0, 1000, "full", flagged: true));
        Assert.Equal((20 + 10 + 20 + (20 + 10 + 10)) * AudioIn, after.NotReportedUsd);
    }

    [Theory]
    [InlineData("""{"type":"duration","seconds":2.55}""", 25)]
    [InlineData("""{"type":"tokens","input_tokens":17,"input_token_details":{"audio_tokens":17}}""", 17)]
    [InlineData(null, 0)]
    public void Where_nobody_says_when_a_turn_began_the_built_in_transcription_says_how_much_it_heard(string? asr, long tokens) =>
        Assert.Equal(tokens * AudioIn, After(Turn(1, null, null, "last", flagged: true, asr: asr)).NotReportedUsd);

    [Fact]
    public void Without_a_price_there_is_no_estimate()
    {
        var estimate = After(new ContextEstimate(Shipped.Prices, "new-model", new ContextScope.Full()),
            Turn(1, 0, 1000, "full", flagged: true, usd: null));
        Assert.Null(estimate.NotReportedUsd);
        Assert.All(estimate.Narrower, other => Assert.Null(other.Usd));
    }

    [Fact]
    public void With_a_narrower_context_the_prompt_the_answer_and_the_narrower_audio_remain()
    {
        var estimate = After(
            Turn(1, 0, 2000, "full", usage: Used(text: 1000, audio: 20), usd: 0.0048m), Answer(1, 1500),
            Turn(2, 0, 3000, "full", usage: Used(text: 1100, audio: 60, cached: 900), usd: 0.00324m));
        Assert.Equal(
            [
                new("last", (1000 * 4m + 20 * 32m + 10 * 16m + 100 * 4m + 900 * 0.4m + 30 * 32m + 10 * 16m) / 1_000_000),
                new("last:3", 0.0048m + 0.00324m), // includes the whole conversation: the same request
            ],
            estimate.Narrower);
    }

    [Fact]
    public void Text_beyond_the_prompt_belongs_to_the_turns_it_came_with()
    {
        var estimate =
            After([.. Enumerable.Range(1, 4).Select(n => Turn(n, 0, 1000, "full", usage: Used(text: 1000 + 100 * n, audio: 10 * n)))]);
        // Turn 4 with last:3 includes the text added since turn 2 and the audio of three turns.
        var narrow = estimate.Narrower[1].Usd - After(
            [.. Enumerable.Range(1, 3).Select(
            n => Turn(n, 0, 1000, "full", usage: Used(text: 1000 + 100 * n, audio: 10 * n)))]).Narrower[1].Usd;
        Assert.Equal(((1100 + 200) * 4m + 30 * 32m + 10 * 16m) / 1_000_000, narrow);
    }

    [Fact]
    public void A_narrower_request_has_no_more_audio_than_the_wider_one_reported() =>
        Assert.Equal((1000 * 4m + 7 * 32m + 10 * 16m) / 1_000_000,
        After(Turn(1, 0, 60_000, "full", usage: Used(text: 1000, audio: 7))).Narrower[0].Usd);

    [Fact]
    public void Audio_that_was_not_reported_is_billed_in_the_estimate() =>
        Assert.Equal((1000 * 4m + 10 * 32m + 10 * 16m) / 1_000_000,
        After(Turn(1, 0, 1000, "full", usage: Used(text: 1000, audio: 0), flagged: true)).Narrower[0].Usd);

    [Fact]
    public void A_turn_that_was_asked_so_already_counts_with_its_own_cost() =>
        Assert.Equal(0.005m + 10 * AudioIn, After(Turn(1, 0, 1000, "last", flagged: true, usd: 0.005m)).Narrower[0].Usd);

    [Theory]
    [InlineData("full", "last last:3")]
    [InlineData("last:4", "last last:3")]
    [InlineData("last:3", "last")]
    [InlineData("last:2", "last")]
    [InlineData("last", "")]
    public void Only_what_is_narrower_is_compared(string context, string compared)
    {
        var estimate = new ContextEstimate(Shipped.Prices, "gpt-realtime", ContextScope.Parse(context)!);
        Assert.Equal(compared, string.Join(' ', estimate.Narrower.Select(other => other.Context)));
        Assert.All(estimate.Narrower, other => Assert.Equal(0m, other.Usd));
    }

    [Fact]
    public void A_result_without_usage_or_with_nonsense_in_it_estimates_nothing_and_breaks_nothing()
    {
        var estimate = After(
            Turn(1, 0, 1000, "full", usage: Used(text: 1000, audio: 10)), Turn(2, 0, 1000, "none", usd: 0m),
            Turn(3, 5000, 1000, "nonsense", usd: null),
            Turn(4, 0, 1000, "full", usage: """{"input_tokens":0,"output_tokens":0}""", usd: 0m));
        Assert.Null(estimate.Narrower[0].Usd);
        Assert.Null(estimate.NotReportedUsd);
    }

    [Fact]
    public void Of_a_very_long_session_the_sums_are_kept()
    {
        var estimate = After([.. Enumerable.Range(1, 1100).Select(n => Turn(n, 0, 1000, "full", flagged: true))]);
        Assert.Equal(10L * 1100 * 1101 / 2 * AudioIn, estimate.NotReportedUsd);
    }

    private static ContextEstimate After(params SessionRecord[] records) =>
        After(new ContextEstimate(Shipped.Prices, "gpt-realtime", new ContextScope.Full()), records);

    private static ContextEstimate After(ContextEstimate estimate, params SessionRecord[] records) =>
        records.Aggregate(estimate, (next, record) => next.On(record));

    private static TurnJoined Turn(
        int turn, long? start, long? end, string context, bool flagged = false, string? usage = null, decimal? usd = 0.001m,
        string? asr = null) => new(
        "s", turn, new ItemId($"i{turn}"), "vad", start, end,
        new OutOfBandTranscript(
            ResultStatus.Completed, "x", null, context, 1, null, usage is null ? null : RawJson.Parse(usage), usd, null),
        new AsrTranscript(ResultStatus.Completed, "x", "a", null, asr is null ? null : RawJson.Parse(asr), 0m, null), null,
        flagged ? [TurnFlags.UsageWithoutAudio] : []);

    private static TurnAmended Amended(TurnJoined t) =>
        new(t.Session, t.Turn, t.ItemId, t.Source, t.AudioStartMs, t.AudioEndMs, t.Oob, t.Asr, t.Agreement, t.Flags);

    private static AssistantReplied Answer(int turn, long heardMs) =>
        new("s", new ResponseId("r"), turn, null, "completed", "", heardMs, null, 0m, null);

    private static AssistantReplied Greeting(long heardMs) => Answer(0, heardMs) with { Turn = null };

    private static string Used(long text, long audio, long cached = 0) => $$$"""
        {"input_tokens":{{{text + audio}}},"output_tokens":10,"input_token_details":{"text_tokens":{{{text}}},"audio_tokens":{{{audio}}},
         "cached_tokens":{{{cached}}},"cached_tokens_details":{"text_tokens":{{{cached}}}}},"output_token_details":{"text_tokens":10}}
        """;
}
