using RealtimeAkka.Simulator.Scenarios;

namespace RealtimeAkka.EndToEnd.Tests.Simulator;

public class ScenarioTests
{
    [Theory]
    [InlineData("""{"turn":[]}""", "scenario: $.turn: unknown field 'turn' (line 1)")]
    [InlineData("""{"turns":[{"asr":{"transcript":"x","dely_ms":5}}]}""",
    "scenario: $.turns[0].asr.dely_ms: unknown field 'dely_ms' (line 1)")]
    [InlineData("""{"turns":[{"asr":{"delay_ms":"5"}}]}""",
    "scenario: $.turns[0].asr.delay_ms: has the wrong type or an unknown value (line 1)")]
    [InlineData("""{"turns":[{"oob":{"status":"done"}}]}""",
    "scenario: $.turns[0].oob.status: has the wrong type or an unknown value (line 1)")]
    [InlineData("""{"turns":[{"oob":{"status":2}}]}""", "scenario: $.turns[0].oob.status: has the wrong type or an unknown value (line 1)")]
    [InlineData("""{"turns":[{"asr":{"transcript":"x","silent":true}}]}""",
    "scenario: $.turns[0].asr: transcript, error and silent exclude each other")]
    [InlineData("""{"turns":[{"oob":{"first":[{"delay_ms":-1}]}}]}""", "scenario: $.turns[0].oob.first[0]: -1 must not be negative")]
    [InlineData("""{"connection":{"close":{"code":1001}}}""", "scenario: $.connection.close: needs either after_ms or after_audio_ms")]
    [InlineData("""{"connections":[{},{"close":{"after_ms":1,"code":1006}}]}""",
    "scenario: $.connections[1].close.code: 1006 cannot be sent in a close frame")]
    [InlineData("""{"requests":[{"reply":{"text":"x"}}]}""", "scenario: $.requests[0]: needs metadata or instructions to match by")]
    [InlineData("""{"connection":{"faults":[{"on":"error"}]}}""", "scenario: $.connection.faults[0]: ")]
    [InlineData("""{"connection":{"faults":[{"on":"error","do":"change"}]}}""",
    "scenario: $.connection.faults[0].event: change needs an event")]
    [InlineData("""{"connection":{"close":{"after_ms":1,"abrupt":true,"half_open":true}}}""",
    "scenario: $.connection.close: abrupt and half_open exclude each other")]
    [InlineData("""{"turns":[{"words":{"yes":440}},{"words":{"no":450}}]}""",
    "scenario: $.turns: the words at 440 and 450 Hz cannot be told apart")]
    [InlineData("""{"turns":[{"words":{"yes":40}}]}""", "scenario: $.turns[0].words.yes: 40 Hz is no tone between 100 and 3400 Hz")]
    [InlineData("""{"turns":[{"oob":{"rate_limit_ms":5,"status":"failed"}}]}""",
    "scenario: $.turns[0].oob.rate_limit_ms: says itself how it fails")]
    [InlineData("""{"turns":[],"turns":[]}""", "scenario: $")]
    [InlineData("null", "scenario: is null")]
    [InlineData("{", "scenario: $")]
    public void A_mistake_is_one_clear_error_with_its_path(string json, string message) =>
        Assert.StartsWith(message, Assert.Throws<ScenarioException>(() => Scenario.Parse(json)).Message);

    [Fact]
    public void A_missing_file_is_named() =>
        Assert.StartsWith("no-such.json: ", Assert.Throws<ScenarioException>(() => Scenario.Load("no-such.json")).Message);

    [Fact]
    public void Comments_and_trailing_commas_are_welcome() =>
        Assert.Single(Scenario.Parse("""{"turns":[{}, /* one is enough */],}""").Turns);

    [Fact]
    public void The_sample_call_costs_exactly_what_was_published()
    {
        var turns = Scenario.Load(Sound.Sample("intake-call.scenario.json")).Turns;

        var outOfBand = turns.Sum(t => Dollars(t.Oob!.Usage!));
        var asr = turns.Sum(t => (t.Asr!.Usage!.InputTokenDetails!.AudioTokens * 6m + t.Asr.Usage.OutputTokens * 10m) / 1_000_000);
        Assert.Equal([0.007496m, 0.004286m, 0.006402m, 0.008270m, 0.007570m, 0.006950m], turns.Select(t => Dollars(t.Oob!.Usage!)));
        Assert.Equal(0.040974m, outOfBand);
        Assert.Equal(0.002114m, asr);
        Assert.Equal(0.0351488m, turns.Sum(t => Dollars(t.Answer!.Usage!)));
    }

    [Fact]
    public void The_sample_calls_sums_of_tokens_are_right()
    {
        foreach (var turn in Scenario.Load(Sound.Sample("intake-call.scenario.json")).Turns)
        {
            var u = turn.Oob!.Usage!;
            Assert.Equal(u.InputTokens, u.InputTokenDetails.TextTokens + u.InputTokenDetails.AudioTokens);
            Assert.Equal(u.InputTokenDetails.CachedTokens, u.InputTokenDetails.CachedTokensDetails.TextTokens);
            Assert.Equal(u.OutputTokens, u.OutputTokenDetails.TextTokens);
            Assert.Equal(u.TotalTokens, u.InputTokens + u.OutputTokens);
            Assert.Equal(turn.Asr!.Usage!.TotalTokens, turn.Asr.Usage.InputTokens + turn.Asr.Usage.OutputTokens);
            Assert.NotEqual(turn.Asr.DelayMs, turn.Oob.DelayMs);

            var answer = turn.Answer!.Usage!;
            Assert.Equal(answer.InputTokens, answer.InputTokenDetails.TextTokens + answer.InputTokenDetails.AudioTokens);
            Assert.Equal(answer.OutputTokens, answer.OutputTokenDetails.TextTokens + answer.OutputTokenDetails.AudioTokens);
            Assert.Equal(answer.TotalTokens, answer.InputTokens + answer.OutputTokens);
        }
    }

    // Prices in USD per million tokens: text in 4, audio in 32, either cached 0.4, text out 16, audio out 64.
    private static decimal Dollars(ResponseUsage usage)
    {
        var (input, output) = (usage.InputTokenDetails, usage.OutputTokenDetails);
        var (text, audio) = (input.CachedTokensDetails.TextTokens, input.CachedTokensDetails.AudioTokens);
        return ((input.TextTokens - text) * 4m + (input.AudioTokens - audio) * 32m + (text + audio) * 0.4m
            + output.TextTokens * 16m + output.AudioTokens * 64m) / 1_000_000;
    }
}
