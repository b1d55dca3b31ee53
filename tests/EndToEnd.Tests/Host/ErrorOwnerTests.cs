using System.Text.Json;
using RealtimeAkka.Simulator.Wire;

namespace RealtimeAkka.EndToEnd.Tests.Host;

/// <summary>Errors without an event id, and events that the server puts right later.</summary>
public sealed class ErrorOwnerTests
{
    private const string Fast = """ "asr_delay_ms": 30, "oob_delay_ms": 30, "answer_delay_ms": 10, "interval_ms": 0 """;

    [Theory]
    [InlineData("created_first")]
    [InlineData("error_first")]
    public async Task A_requested_answer_that_the_servers_own_response_forestalls_is_requested_again_after_that(string rival)
    {
        await using var server = await TestCall.ServeAsync($$"""
            { "defaults": { {{Fast}} }, "turns": [ { "asr": { "transcript": "a" }, "oob": { "text": "a", "created_delay_ms": 300 },
              "answer": { "text": "The answer.", "audio_ms": 100, "first": [ { "rival": "{{rival}}",
                "reject": { "code": null, "message": "Conversation already has an active response", "without_event_id": true } } ] } } ] }
            """);
        var result = await HostProcess.SessionAsync(
            server.Url, ["--input", TestCall.Wav(TestCall.Pcm(1)), "--turn-detection", "manual", "--context", "last"]);

        Assert.Equal((0, ""), (result.ExitCode, result.Errors));
        Assert.Equal("The answer.", result.Of("assistant")[^1].Text("text"));
        Assert.Equal(1, Requests(await LogAsync(server)));
    }

    [Fact]
    public async Task A_tools_result_is_voiced_although_the_servers_own_response_forestalls_the_request()
    {
        await using var server = await TestCall.ServeAsync($$"""
            { "defaults": { {{Fast}} }, "turns": [ { "asr": { "transcript": "a" }, "oob": { "text": "a" },
              "answer": { "text": "The answer.", "audio_ms": 100, "first": [ { "call": { "name": "no_such_function" } }, { "rival": "created_first",
                "reject": { "code": null, "message": "Conversation already has an active response", "without_event_id": true } } ] } } ] }
            """);
        var result = await HostProcess.SessionAsync(server.Url, ["--input", TestCall.Wav(TestCall.Pcm(1))]);

        Assert.Equal((0, ""), (result.ExitCode, result.Errors));
        Assert.Equal("The answer.", result.Of("assistant")[^1].Text("text"));
    }

    [Fact]
    public async Task A_refused_truncation_is_not_charged_to_the_transcription_under_way()
    {
        await using var server = await TestCall.ServeAsync($$"""
            { "defaults": { {{Fast}} },
              "turns": [ { "asr": { "transcript": "a" }, "oob": { "text": "a", "created_delay_ms": 2000 }, "answer": { "text": "A long one.", "audio_ms": 8000 } },
                         { "asr": { "transcript": "b" }, "oob": { "text": "b" }, "answer": { "text": "B.", "audio_ms": 100 } } ],
              "connection": { "faults": [
                { "on": "conversation.item.truncated", "do": "error", "event": { "type": "invalid_request_error", "code": "invalid_value",
                  "message": "Audio content of 6100ms is already shorter than 6185ms", "param": null, "event_id": null } },
                { "on": "conversation.item.deleted", "do": "error", "event": { "type": "invalid_request_error", "code": null,
                  "message": "Error deleting item: the item with id 'x' does not exist.", "param": null, "event_id": null } } ] } }
            """);
        using var host = HostProcess.StartOnPipe(server.Url, ["--echo", "barge-in", "--context", "last", "--set", "playback.speed=1"]);
        await host.SpeakAsync(TestCall.Pcm(1));
        var log = await LogAsync(server);
        await log.WaitAsync(e => e.Type == "response.output_audio.delta", HostProcess.Limit);
        await host.SpeakAsync(TestCall.Pcm(1));
        await log.WaitAsync(e => e.Type == "error", HostProcess.Limit);
        host.HangUp();
        var result = await host.EndAsync();

        Assert.Equal((0, ""), (result.ExitCode, result.Errors));
        Assert.Equal([1, 1], result.Of("turn").Select(turn => turn.GetProperty("oob").GetProperty("attempts").GetInt32()));
        Assert.Equal(2, Requests(log));
    }

    [Fact]
    public async Task An_error_that_nobody_owns_fails_nobody_and_is_told()
    {
        await using var server = await TestCall.ServeAsync($$"""
            { "defaults": { {{Fast}} },
              "turns": [ { "asr": { "transcript": "a" }, "oob": { "text": "a", "created_delay_ms": 400 }, "answer": { "text": "A.", "audio_ms": 100 } } ],
              "connection": { "faults": [ { "on": "conversation.item.input_audio_transcription.completed", "do": "inject", "event": { "type": "error",
                "event_id": "event_1", "error": { "type": "invalid_request_error", "code": "something_new", "message": "Nobody knows this." } } } ] } }
            """);
        var result = await HostProcess.SessionAsync(server.Url, ["--input", TestCall.Wav(TestCall.Pcm(1)), "--context", "last"]);

        Assert.Equal((0, ""), (result.ExitCode, result.Errors));
        Assert.Equal([(1, "a", "a")], result.Turns);
        Assert.Equal(1, Requests(await LogAsync(server)));
        Assert.Contains("Nobody knows this.", Notice(result, "server_error"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_error_that_is_not_about_the_settings_does_not_end_the_session_before_it_begins()
    {
        await using var server = await TestCall.ServeAsync($$"""
            { "defaults": { {{Fast}} }, "turns": [ { "asr": { "transcript": "a" }, "oob": { "text": "a" } } ],
              "connection": { "faults": [ { "on": "session.created", "do": "inject", "event": { "type": "error", "event_id": "event_1",
                "error": { "type": "server_error", "code": "rate_limit_exceeded", "message": "Too many. Please try again in 1s." } } } ] } }
            """);
        var result = await HostProcess.SessionAsync(server.Url, ["--input", TestCall.Wav(TestCall.Pcm(1))]);

        Assert.Equal((0, ""), (result.ExitCode, result.Errors));
        Assert.Equal([(1, "a", "a")], result.Turns);
        Assert.Contains("rate_limit_exceeded", Notice(result, "server_error"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_out_of_band_response_that_says_what_it_is_only_at_its_end_holds_no_answer_back()
    {
        await using var server = await TestCall.ServeAsync("""
            { "defaults": { "asr_delay_ms": 30, "oob_delay_ms": 100, "answer_delay_ms": 10, "interval_ms": 0 },
              "connection": { "faults": [ { "on": "response.created", "oob": true, "nth": 0, "do": "change", "event": { "response.metadata": null } } ] } }
            """);
        var result = await HostProcess.SessionAsync(
            server.Url, ["--input", TestCall.Wav(TestCall.Pcm(3)), "--turn-detection", "manual", "--context", "last"], pace: "realtime");

        Assert.Equal((0, ""), (result.ExitCode, result.Errors));
        Assert.Equal(["completed", "completed", "completed"], result.Of("turn").Select(turn => turn.GetProperty("oob").Text("status")));
        Assert.Equal(3, result.Of("assistant").Count);
        Assert.All(result.Of("assistant"), answer => Assert.Contains("simulated answer", answer.Text("text"), StringComparison.Ordinal));
    }

    [Fact]
    public async Task Tokens_of_no_known_kind_are_unknown_costs_and_not_free()
    {
        await using var server = await TestCall.ServeAsync($$"""
            { "defaults": { {{Fast}} }, "turns": [ { "asr": { "transcript": "a" }, "oob": { "text": "a" }, "answer": { "text": "A.", "audio_ms": 100 } } ],
              "connection": { "faults": [ { "on": "response.done", "oob": false, "nth": 0, "do": "change", "event": { "response.usage": { "total_tokens": 500 } } } ] } }
            """);
        var result = await HostProcess.SessionAsync(server.Url, ["--input", TestCall.Wav(TestCall.Pcm(1))]);

        Assert.Equal((0, ""), (result.ExitCode, result.Errors));
        Assert.Equal(JsonValueKind.Null, Assert.Single(result.Of("assistant")).GetProperty("cost_usd").ValueKind);
        var summary = Assert.Single(result.Of("summary"));
        Assert.Equal(JsonValueKind.Null, summary.GetProperty("conversation").GetProperty("usd").ValueKind);
        Assert.Equal(1, summary.GetProperty("unreported").GetInt32());
        Assert.Empty(summary.GetProperty("unpriced").EnumerateArray());
    }

    [Fact]
    public async Task A_built_in_transcript_that_failed_first_amends_its_turn_and_is_paid()
    {
        await using var server = await TestCall.ServeAsync("""
            { "defaults": { "oob_delay_ms": 10, "answer_delay_ms": 10, "interval_ms": 0 }, "turns": [ { "oob": { "text": "a" },
              "asr": { "transcript": "asr one", "delay_ms": 1200, "failed_first": { "code": "audio_unintelligible" } } } ] }
            """);
        var result = await HostProcess.SessionAsync(
            server.Url, ["--input", TestCall.Wav(TestCall.Pcm(1)), "--set", "turns.settle=2 s"]);

        Assert.Equal(0, result.ExitCode);
        Assert.Equal("failed", Assert.Single(result.Of("turn")).GetProperty("asr").Text("status"));
        var amended = Assert.Single(result.Of("turn.amended")).GetProperty("asr");
        Assert.Equal(("completed", "asr one"), (amended.Text("status"), amended.Text("text")));
        Assert.Equal(
            Assert.Single(result.Of("summary")).GetProperty("asr").GetProperty("usd").GetRawText(), amended.GetProperty("cost_usd").GetRawText());
    }

    [Theory]
    [InlineData("1790000000000", "1790000001000")]
    [InlineData("9007199254740991", "9007199254740991")]
    [InlineData("100.5", "1e12")]
    [InlineData("null", "-5")]
    public async Task Times_that_the_audio_clock_cannot_show_are_replaced_by_our_own(string start, string end)
    {
        await using var server = await TestCall.ServeAsync($$"""
            { "defaults": { {{Fast}} }, "turns": [ { "asr": { "transcript": "a" }, "oob": { "text": "a" } }, { "asr": { "transcript": "b" }, "oob": { "text": "b" } } ],
              "connection": { "faults": [
                { "on": "input_audio_buffer.speech_started", "nth": 0, "do": "change", "event": { "audio_start_ms": {{start}} } },
                { "on": "input_audio_buffer.speech_stopped", "nth": 0, "do": "change", "event": { "audio_end_ms": {{end}} } } ] } }
            """);
        var result = await HostProcess.SessionAsync(server.Url, ["--input", TestCall.Wav(TestCall.Pcm(2))]);

        Assert.Equal((0, ""), (result.ExitCode, result.Errors));
        Assert.Equal([(1, "a", "a"), (2, "b", "b")], result.Turns);
        var sent = Assert.Single(result.Of("summary")).GetProperty("audio").GetProperty("sent_ms").GetInt64();
        foreach (var turn in result.Of("turn"))
        {
            Assert.InRange(turn.GetProperty("audio_end_ms").GetInt64(), 0, sent);
            Assert.InRange(turn.GetProperty("audio_start_ms").GetInt64(), 0, turn.GetProperty("audio_end_ms").GetInt64());
        }
        Assert.NotEmpty(Notice(result, "audio_times_replaced"));
    }

    [Theory]
    [InlineData("""{ "type": "error", "message": "Your trial is over." }""")]
    [InlineData("""{ "type": "error", "error": "Your trial is over." }""")]
    [InlineData("""{ "type": "error", "error": { "code": 401, "message": "Your trial is over." } }""")]
    public async Task The_reason_of_a_close_is_known_in_whatever_form_it_was_given(string error)
    {
        await using var server = await TestCall.ServeAsync($$"""
            { "connection": { "faults": [ { "on": "session.created", "do": "inject", "event": {{error}} }, { "on": "session.updated", "do": "close", "code": 1008 } ] } }
            """);
        using var host = HostProcess.StartOnPipe(server.Url, ["--set", "socket.give-up=1 s"]);
        var result = await host.EndAsync();

        Assert.Equal(1, result.ExitCode);
        Assert.Contains("(1008): Your trial is over.", result.Errors, StringComparison.Ordinal);
    }

    private static async Task<WireLog> LogAsync(RealtimeAkka.Simulator.RealtimeSimulator server) =>
        (await server.ConnectionAsync(1, HostProcess.Limit)).Log;

    private static int Requests(WireLog log) =>
        log.Entries.Count(e => e is { Direction: Direction.Sent, Type: "response.create" } && e["response.conversation"] == "none");

    private static string Notice(HostResult result, string code) =>
        Assert.Single(result.Of("notice"), notice => notice.Text("code") == code).Text("message")!;
}
