using System.Text.Json;
using System.Text.Json.Nodes;
using RealtimeAkka.Faults;

namespace RealtimeAkka.EndToEnd.Tests.Host;

/// <summary>How a server limits its clients: sessions that end, keys that expire, waits that it asks for.</summary>
public sealed class ServerLimitTests
{
    private static readonly SpokenCall Call = new(turns: 2);

    [Theory]
    [InlineData(1000)]
    [InlineData(1008)]
    public async Task A_server_that_closes_in_mid_session_is_called_again_whatever_its_code(int code)
    {
        var result = await PlayAsync(
            $$"""[ { "close": { "after_audio_ms": {{Call.StartMs(2) + 100}}, "code": {{code}} } }, {} ]""");

        Assert.Equal(0, result.ExitCode);
        Assert.Equal(Call.Words, result.Turns.SelectMany(turn => turn.Oob.Split(' ')));
        Assert.Contains(result.Of("notice"), notice => notice.Text("message")!.Contains($"({code})", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_session_is_renewed_before_it_expires()
    {
        var result = await PlayAsync("""[ { "expires_after_ms": 3500, "close": { "after_ms": 3500, "code": 1000 } }, {} ]""", "realtime");

        Assert.Equal(0, result.ExitCode);
        Assert.Equal(Call.Words, result.Turns.SelectMany(turn => turn.Oob.Split(' ')));
        Assert.Equal(1, Assert.Single(result.Of("summary")).GetProperty("reconnects").GetInt32());
        Assert.DoesNotContain(result.Of("notice"), notice => notice.Text("message")!.Contains("server closed", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_server_that_says_when_to_come_back_is_not_called_before()
    {
        var result = await PlayAsync("""[ { "refuse": "http_429", "retry_after_s": 1 }, {} ]""");

        Assert.Equal(0, result.ExitCode);
        var wait = File.ReadLines(Path.Combine(result.Folder!, "session.log"))
            .Where(line => line.Contains("the next in", StringComparison.Ordinal) && line.Contains("HTTP 429", StringComparison.Ordinal))
            .Select(line => JsonElement.Parse(line).GetProperty("Properties").GetProperty("Milliseconds").GetInt64());
        Assert.InRange(Assert.Single(wait), 1000, 1250);
    }

    [Fact]
    public async Task A_spent_quota_is_final_and_its_reason_is_shown()
    {
        var result = await PlayAsync("""
            [ { "refuse": "http_429", "retry_after_s": 1,
                "refuse_error": { "code": "insufficient_quota", "message": "You exceeded your current quota." } } ]
            """);

        Assert.Equal(1, result.ExitCode);
        Assert.Contains("insufficient_quota (HTTP 429): You exceeded your current quota.", result.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_refused_key_is_replaced_by_one_that_the_program_prints()
    {
        await using var server = await TestCall.ServeAsync("""{ "accept_keys": ["sk-fresh-0123456789abcdef"] }""");
        var result = await HostProcess.SessionAsync(
            server.Url, ["--input", TestCall.Wav(TestCall.Pcm(1)), "--set", "session.key-command=/bin/echo sk-fresh-0123456789abcdef"],
            key: "stale");

        Assert.Equal(0, result.ExitCode);
        Assert.Single(result.Of("turn"));
    }

    [Fact]
    public async Task A_key_that_expires_in_mid_session_is_replaced()
    {
        var result = await PlayAsync(
            $$"""[ { "close": { "after_audio_ms": {{Call.StartMs(2) + 100}} } }, { "refuse": "invalid_api_key" }, {} ]""",
            "fast", "--set", "session.key-command=/bin/echo sk-fresh");

        Assert.Equal(0, result.ExitCode);
        Assert.Equal(Call.Words, result.Turns.SelectMany(turn => turn.Oob.Split(' ')));
    }

    [Fact]
    public async Task What_was_being_spoken_when_no_key_was_to_be_had_is_told_as_a_turn_without_words()
    {
        var result = await PlayAsync(
            $$"""[ { "close": { "after_audio_ms": {{Call.StartMs(2) + 100}} } }, { "refuse": "invalid_api_key" } ]""", "realtime");

        Assert.Equal(2, result.ExitCode);
        Assert.Equal([1L, 2L], result.Of("turn").Select(turn => turn.GetProperty("turn").GetInt64()));
        var last = result.Of("turn")[^1];
        Assert.Equal("failed connection_lost", $"{last.GetProperty("oob").GetProperty("status").GetString()} {last.GetProperty("oob").GetProperty("error").GetString()}");
        Assert.Contains("not_committed", last.GetProperty("flags").EnumerateArray().Select(flag => flag.GetString()));
        Assert.Equal(JsonValueKind.Null, last.GetProperty("words").ValueKind);
    }

    [Theory]
    [InlineData("/bin/false", "exit code 1")]
    [InlineData("/bin/echo", "printed no key")]
    [InlineData("/nowhere/mint", "cannot be started")]
    public async Task A_program_that_prints_no_key_is_named(string program, string hint)
    {
        await using var server = await TestCall.ServeAsync("{}");
        var result = await HostProcess.SessionAsync(
            server.Url, ["--input", TestCall.Wav(TestCall.Pcm(1)), "--set", $"session.key-command={program}"], key: null);

        Assert.Equal(2, result.ExitCode);
        Assert.Contains(hint, result.Errors, StringComparison.Ordinal);
        Assert.Contains("session.key-command", result.Errors, StringComparison.Ordinal);
    }

    private static async Task<HostResult> PlayAsync(string connections, string pace = "fast", params string[] args)
    {
        var script = Call.Scenario();
        script["connections"] = JsonNode.Parse(connections);
        await using var server = await TestCall.ServeAsync(script.ToJsonString());
        return await HostProcess.SessionAsync(server.Url, ["--input", TestCall.Wav(Call.Pcm), .. args], pace: pace);
    }
}
