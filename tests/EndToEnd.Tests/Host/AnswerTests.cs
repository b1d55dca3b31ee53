using System.Text.Json;
using RealtimeAkka.Simulator.Wire;

namespace RealtimeAkka.EndToEnd.Tests.Host;

/// <summary>Answers that are late, missing, cut off or told in other shapes.</summary>
public sealed class AnswerTests
{
    private const string Turn =
        """{ "asr": { "transcript": "asr" }, "oob": { "text": "model" }, "answer": { "text": "Good day.", "audio_ms": 100 } }""";

    private static string Scenario(params string[] answers) => Turns(
        [.. answers.Select(answer => $$"""{ "asr": { "transcript": "asr" }, "oob": { "text": "model" }, "answer": {{answer}} }""")]);

    private static string Turns(params string[] turns) => $$"""
        { "defaults": { "answer_delay_ms": 10, "oob_delay_ms": 30, "asr_delay_ms": 30, "interval_ms": 0 }, "turns": [ {{string.Join(", ", turns)}} ] }
        """;

    private static async Task<(HostResult Result, List<WireEntry> Log)> PlayAsync(
        string scenario, int turns, string pace, params string[] args)
    {
        await using var server = await TestCall.ServeAsync(scenario);
        var result = await HostProcess.SessionAsync(server.Url, ["--input", TestCall.Wav(TestCall.Pcm(turns)), .. args], pace: pace);
        return (result, [.. (await server.ConnectionAsync(1, HostProcess.Limit)).Log.Entries]);
    }

    // Without those about transcripts: the scripted ones differ.
    private static IEnumerable<string?> Codes(HostResult result) =>
        result.Of("notice").Select(notice => notice.Text("code")).Where(code => code != "mishearing");

    private static List<WireEntry> Asked(List<WireEntry> log) =>
        [.. log.Where(e => e is { Direction: Direction.Sent, Type: "response.create" } && e["response.conversation"] is null)];

    [Fact]
    public async Task A_request_that_is_never_answered_is_a_notice_and_later_turns_are_answered()
    {
        var (result, _) = await PlayAsync(
            Scenario("""{ "silent": true }""", """{ "text": "Good day.", "audio_ms": 100 }"""), 2, "realtime",
            "--turn-detection", "manual", "--set", "turns.answer-timeout=300 ms", "--set", "manual.silence=300 ms");

        Assert.Equal(0, result.ExitCode);
        Assert.Contains("answer_missing", Codes(result));
        Assert.Equal([1, 2], result.Turns.Select(turn => turn.Turn));
        Assert.Equal((2, "completed"), (result.Of("assistant")[^1].GetProperty("turn").GetInt32(), result.Of("assistant")[^1].Text("status")));
    }

    [Fact]
    public async Task An_answer_whose_end_never_comes_opens_the_microphone_and_is_told_as_incomplete_with_what_was_heard()
    {
        var scenario = Scenario("""{ "text": "Good day.", "audio_ms": 300 }""", """{ "text": "Good bye.", "audio_ms": 100 }""")
            .Replace("\"turns\"", """
                "connection": { "faults": [ { "on": "response.done", "oob": false, "turn": 1, "do": "drop" } ] }, "turns"
                """, StringComparison.Ordinal);
        var (result, _) = await PlayAsync(scenario, 2, "realtime", "--set", "turns.answer-timeout=3 s");

        Assert.Equal(0, result.ExitCode);
        var answer = result.Of("assistant").Single(told => told.GetProperty("turn").GetInt32() == 1);
        Assert.Equal(("incomplete", "timed_out", 300, "Good day."),
            (answer.Text("status"), answer.Text("error"), answer.GetProperty("heard_ms").GetInt64(), answer.Text("text")));
        Assert.Equal([1, 2], result.Turns.Select(turn => turn.Turn));
        // The caller goes on while the answer is still open, and so is not interrupted by its deadline.
        var muted = Assert.Single(result.Of("summary")).GetProperty("audio").GetProperty("muted_ms").GetInt64();
        Assert.InRange(muted, 300, 2500);
    }

    [Fact]
    public async Task A_request_refused_for_a_response_nobody_sees_is_made_again_after_a_short_wait()
    {
        const string Refusal = """{ "reject": { "code": "conversation_already_has_active_response" } }""";
        var (result, log) = await PlayAsync(
            Scenario($$"""{ "text": "Good day.", "audio_ms": 100, "first": [ {{Refusal}}, {{Refusal}} ] }"""), 1, "fast",
            "--turn-detection", "manual");

        Assert.Equal(3, Asked(log).Count);
        Assert.Equal("Good day.", Assert.Single(result.Of("assistant")).Text("text"));
        Assert.Empty(Codes(result));
    }

    [Theory]
    [InlineData("0 s", 200, true)]
    [InlineData("400 ms", 200, false)]
    [InlineData("400 ms", 1000, true)]
    public async Task A_short_noise_stops_the_assistant_only_where_any_sound_may(string minimum, int noise, bool isCut)
    {
        await using var server = await TestCall.ServeAsync("""
            { "defaults": { "asr_delay_ms": 30, "oob_delay_ms": 30, "answer_delay_ms": 10 }, "turns": [
              { "asr": { "transcript": "one" }, "oob": { "text": "one" }, "answer": { "text": "A long answer.", "audio_ms": 2200 } },
              { "uncommitted": true } ] }
            """);
        byte[] call = [.. TestCall.Pcm(1), .. Sound.Silence(400), .. Sound.Speech(noise), .. Sound.Silence(2600 - noise)];
        var result = await HostProcess.SessionAsync(
            server.Url,
            ["--input", TestCall.Wav(call), "--echo", "barge-in", "--set", "playback.speed=1", "--set", $"echo.min-interruption={minimum}"],
            pace: "realtime");

        Assert.Equal(0, result.ExitCode);
        var answer = Assert.Single(result.Of("assistant"));
        Assert.Equal(isCut, answer.GetProperty("heard_ms").GetInt64() < 2200);
        Assert.Equal(isCut ? "cancelled" : "completed", answer.Text("status"));
    }

    [Theory]
    [InlineData("mute")]
    [InlineData("barge-in")]
    public async Task An_answer_that_has_not_sounded_when_the_caller_speaks_is_not_heard(string echo)
    {
        var (result, _) = await PlayAsync(
            Scenario("""{ "text": "Good day.", "audio_ms": 1500, "delay_ms": 1500, "cancel_delay_ms": 1900 }""", """{ "audio_ms": 100 }"""),
            2, "fast", "--echo", echo);

        var answer = result.Of("assistant")[0];
        Assert.Equal(("cancelled", 0, ""), (answer.Text("status"), answer.GetProperty("heard_ms").GetInt64(), answer.Text("heard_text")));
        Assert.Equal([1, 2], result.Turns.Select(turn => turn.Turn));
    }

    [Fact]
    public async Task Of_an_answer_in_two_items_that_is_cut_off_the_server_and_the_next_connection_know_what_was_heard()
    {
        var scenario = Scenario(
            """{ "text": "It is ten.", "audio_ms": 3000, "preamble": { "text": "Let me see what the clock on the wall says", "audio_ms": 6000 } }""",
            """{ "text": "Good bye.", "audio_ms": 100 }""")
            .Replace("\"turns\"", """
                "connections": [ { "faults": [ { "on": "input_audio_buffer.committed", "turn": 2, "do": "abort" } ] }, { "first_turn": 2 } ], "turns"
                """, StringComparison.Ordinal);
        await using var server = await TestCall.ServeAsync(scenario);
        var result = await HostProcess.SessionAsync(
            server.Url, ["--input", TestCall.Wav(TestCall.Pcm(2)), "--echo", "barge-in", "--set", "playback.speed=1"], pace: "realtime");

        var first = (await server.ConnectionAsync(1, HostProcess.Limit)).Log;
        var items = first.Of("conversation.item.added").Where(e => e["item.role"] == "assistant")
            .Select(e => e["item.id"]).Distinct().ToList();
        Assert.Equal(items[^2], Assert.Single(first.Of("conversation.item.truncate"))["item_id"]);
        Assert.Equal(items[^1], Assert.Single(first.Of("conversation.item.delete"))["item_id"]);

        var answer = result.Of("assistant").Single(told => told.GetProperty("turn").GetInt32() == 1);
        var heard = answer.Text("heard_text")!;
        Assert.StartsWith(heard, "Let me see what the clock on the wall says", StringComparison.Ordinal);
        Assert.NotEqual("Let me see what the clock on the wall says", heard);
        var told = (await server.ConnectionAsync(2, HostProcess.Limit)).Log.Of("conversation.item.create")
            .Where(e => e["item.role"] == "assistant").Select(e => JsonElement.Parse(e["item.content"]!)[0].Text("text"));
        Assert.Equal(heard.Length == 0 ? [] : [$"{heard} [interrupted]"], told);
    }

    [Fact]
    public async Task An_answer_in_writing_is_requested_once_more_as_sound()
    {
        var (result, log) = await PlayAsync(
            Scenario("""{ "text": "Good day.", "audio_ms": 100, "first": [ { "text": "Good day.", "written": true } ] }"""), 1, "fast");

        Assert.Equal(["answer_not_spoken"], Codes(result));
        Assert.Equal("[\"audio\"]", Assert.Single(Asked(log))["response.output_modalities"]);
        Assert.Equal([0L, 100L], result.Of("assistant").Select(answer => answer.GetProperty("heard_ms").GetInt64()));
        Assert.Single(log, e => e.Type == "conversation.item.deleted");
    }

    [Theory]
    [InlineData("""{ "text": "Good day.", "audio_ms": 100, "first": [ { "status": "failed" } ] }""", "failed,completed", "")]
    [InlineData("""{ "status": "failed" }""", "failed,failed", "answer_failed")]
    public async Task An_answer_that_fails_without_output_is_requested_once_more_and_then_given_up(string answer, string told, string notices)
    {
        var (result, log) = await PlayAsync(Scenario(answer), 1, "fast");

        Assert.Equal(0, result.ExitCode);
        Assert.Equal(told, string.Join(',', result.Of("assistant").Select(record => record.Text("status"))));
        Assert.Single(Asked(log));
        Assert.Equal(notices, string.Join(',', Codes(result)));
    }

    [Theory]
    [InlineData("empty")]
    [InlineData("null")]
    public async Task Words_that_the_end_of_a_response_does_not_repeat_are_those_that_came(string output)
    {
        var (result, _) = await PlayAsync(Scenario($$"""{ "text": "Good day to you.", "audio_ms": 200, "output": "{{output}}" }"""), 1, "fast");

        Assert.Equal(("Good day to you.", "completed"),
            (Assert.Single(result.Of("assistant")).Text("text"), result.Of("assistant")[0].Text("status")));
    }

    [Fact]
    public async Task Speech_that_is_never_committed_delays_the_end_for_a_moment_only()
    {
        var (result, _) = await PlayAsync(Turns(Turn, """{ "uncommitted": true }"""), 2, "fast", "--set", "shutdown.drain=60 s");

        Assert.Equal(0, result.ExitCode);
        Assert.Single(result.Turns);
        Assert.InRange(Assert.Single(result.Of("summary")).GetProperty("duration_ms").GetInt64(), 0, 40_000);
    }
}
