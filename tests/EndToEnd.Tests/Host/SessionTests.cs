using System.Text.Json;
using RealtimeAkka.Simulator.Wire;

namespace RealtimeAkka.EndToEnd.Tests.Host;

/// <summary>Whole sessions: the program as shipped against the simulator on a real WebSocket.</summary>
public sealed class SessionTests
{
    [Fact]
    public async Task The_sample_call_costs_what_was_published_to_the_micro_dollar()
    {
        await using var server = await TestCall.ServeAsync(File.ReadAllText(Sound.Sample("intake-call.scenario.json")));
        var result = await HostProcess.SessionAsync(
            server.Url, ["--profile", "cookbook", "--input", Sound.Sample("intake-call.wav")], pace: "realtime");

        Assert.Equal(0, result.ExitCode);
        var summary = Assert.Single(result.Of("summary"));
        Assert.Equal("0.040974", summary.GetProperty("oob").GetProperty("usd").GetRawText());
        Assert.Equal("0.002114", summary.GetProperty("asr").GetProperty("usd").GetRawText());
        Assert.Equal("0.035149", summary.GetProperty("conversation").GetProperty("usd").GetRawText());
        Assert.Equal("0.078237", summary.GetProperty("total_usd").GetRawText());
        Assert.Equal("19.38", summary.GetProperty("oob_to_asr").GetRawText());
        Assert.Equal(
            ["0.007496", "0.004286", "0.006402", "0.008270", "0.007570", "0.006950"],
            result.Of("turn").Select(turn => turn.GetProperty("oob").GetProperty("cost_usd").GetRawText()));
        Assert.Equal(
            ["0.000126", "0.000482", "0.000464", "0.000262", "0.000590", "0.000190"],
            result.Of("turn").Select(turn => turn.GetProperty("asr").GetProperty("cost_usd").GetRawText()));
    }

    [Fact]
    [Trait("Cookbook", "1")]
    public async Task Each_user_item_is_told_once_in_conversation_order_between_session_and_summary()
    {
        await using var server = await TestCall.ServeAsync(ThreeTurns.Scenario);
        var result = await HostProcess.SessionAsync(server.Url, ["--input", TestCall.Wav(TestCall.Pcm(3))]);

        Assert.Equal(0, result.ExitCode);
        Assert.Equal(ThreeTurns.Heard, result.Turns);
        Assert.Equal("session", result.Records[0].Text("type"));
        Assert.Equal("summary", result.Records[^1].Text("type"));
        var committed = (await server.ConnectionAsync(1, HostProcess.Limit)).Log.Of("input_audio_buffer.committed")
            .Select(e => e["item_id"]);
        Assert.Equal(committed, result.Of("turn").Select(turn => turn.Text("item_id")));
    }

    [Fact]
    [Trait("Cookbook", "2")]
    [Trait("Cookbook", "3")]
    public async Task Transcripts_that_come_in_any_order_land_on_their_own_item()
    {
        await using var server = await TestCall.ServeAsync("""
            { "defaults": { "answer_delay_ms": 10 }, "turns": [
              { "asr": { "transcript": "asr one",   "delay_ms": 1500 }, "oob": { "text": "model one",   "delay_ms": 900 },  "answer": { "text": "a", "audio_ms": 100 } },
              { "asr": { "transcript": "asr two",   "delay_ms": 10 },   "oob": { "text": "model two",   "delay_ms": 1400 }, "answer": { "text": "b", "audio_ms": 100 } },
              { "asr": { "transcript": "asr three", "delay_ms": 500 },  "oob": { "text": "model three", "delay_ms": 10 },   "answer": { "text": "c", "audio_ms": 100 } } ] }
            """);
        var result = await HostProcess.SessionAsync(server.Url, ["--input", TestCall.Wav(TestCall.Pcm(3))]);

        Assert.Equal(ThreeTurns.Heard, result.Turns);
    }

    [Fact]
    [Trait("Cookbook", "4")]
    public async Task A_failed_transcript_is_told_as_failed_and_shifts_nothing()
    {
        await using var server = await TestCall.ServeAsync(
            ThreeTurns.Scenario.Replace("""{ "transcript": "asr one" }""", """{ "error": { "code": "audio_unintelligible" } }""",
            StringComparison.Ordinal));
        var result = await HostProcess.SessionAsync(server.Url, ["--input", TestCall.Wav(TestCall.Pcm(3))]);

        Assert.Equal([(1, "model one", "<failed>"), .. ThreeTurns.Heard[1..]], result.Turns);
        Assert.Equal("audio_unintelligible", result.Of("turn")[0].GetProperty("asr").Text("error"));
        Assert.Equal(JsonValueKind.Null, result.Of("turn")[0].GetProperty("agreement").ValueKind);
    }

    [Fact]
    [Trait("Cookbook", "26")]
    public async Task A_newer_turn_that_is_committed_before_the_request_is_read_does_not_take_its_place()
    {
        // All audio is sent before the server reads the first request, so its latest turn is the third by then.
        await using var server = await TestCall.ServeAsync(
            ThreeTurns.Scenario.Replace("""{ "text": "model one" }""", """{ "text": "model one", "created_delay_ms": 700 }""",
            StringComparison.Ordinal));
        var result = await HostProcess.SessionAsync(
            server.Url, ["--input", TestCall.Wav(TestCall.Pcm(3)), "--set", "socket.window=200", "--echo", "barge-in"]);

        Assert.Equal(ThreeTurns.Heard, result.Turns);
    }

    [Theory]
    [InlineData("full")]
    [InlineData("last")]
    [InlineData("last:2")]
    public async Task Requests_come_after_the_commit_name_their_item_and_carry_no_tools(string context)
    {
        await using var server = await TestCall.ServeAsync(ThreeTurns.Scenario);
        var result = await HostProcess.SessionAsync(server.Url, ["--input", TestCall.Wav(TestCall.Pcm(3)), "--context", context]);

        Assert.Equal(ThreeTurns.Heard, result.Turns);
        var log = (await server.ConnectionAsync(1, HostProcess.Limit)).Log.Entries.ToList();
        var requests = log.Where(e => e is { Direction: Direction.Sent, Type: "response.create" }).ToList();
        Assert.InRange(requests.Count, 3, 6); // a newer turn may overtake a request at this pace; the request is then sent again
        foreach (var request in requests)
        {
            var item = request["response.metadata.item_id"];
            var committed = log.FindIndex(e => e.Type == "input_audio_buffer.committed" && e["item_id"] == item);
            Assert.InRange(committed, 0, log.IndexOf(request));
            Assert.Equal("none", request["response.conversation"]);
            Assert.Equal("[]", request["response.tools"]);
            Assert.Equal("none", request["response.tool_choice"]);
            if (request["response.input"] is not { } input) continue;

            var named = JsonElement.Parse(input).EnumerateArray().Select(reference => reference.Text("id")).ToList();
            Assert.Equal(item, named[^1]);
            Assert.All(named,
                id => Assert.InRange(log.FindIndex(e => e.Type == "conversation.item.added" && e["item.id"] == id), 0,
                log.IndexOf(request)));
            Assert.Equal(context == "last" ? 1 : named.Count, named.Count);
        }
    }

    [Fact]
    public async Task Nothing_is_streamed_before_the_session_is_configured()
    {
        await using var server = await TestCall.ServeAsync(ThreeTurns.Scenario);
        await HostProcess.SessionAsync(server.Url, ["--input", TestCall.Wav(TestCall.Pcm(1))]);

        var sent = (await server.ConnectionAsync(1, HostProcess.Limit)).Log.Entries.Where(e => e.Direction == Direction.Sent);
        Assert.Equal("session.update", sent.First().Type);
    }

    [Fact]
    public async Task What_is_recorded_is_private_complete_and_free_of_the_key()
    {
        const string Key = "sk-test-0123456789abcdef0123456789";
        await using var server = await TestCall.ServeAsync(ThreeTurns.Scenario);
        var result = await HostProcess.SessionAsync(server.Url, ["--input", TestCall.Wav(TestCall.Pcm(3)), "--verbose"], key: Key);

        var files = Directory.GetFiles(result.Folder!);
        Assert.Equal(
            ["config.json", "session.log", "summary.json", "timeline.jsonl", "turns.jsonl", "wire.jsonl"],
            files.Select(Path.GetFileName).Order());
        foreach (var file in files)
        {
            if (!OperatingSystem.IsWindows()) Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(file));
        }
        Assert.DoesNotContain(Key, result.Output + result.Errors, StringComparison.Ordinal);
        Assert.All(files, file => Assert.DoesNotContain(Key, File.ReadAllText(file), StringComparison.Ordinal));
        Assert.Equal(
            result.Records.Where(record => record.Text("type") is "turn" or "assistant").Select(record => record.GetRawText()),
            File.ReadLines(Path.Combine(result.Folder!, "turns.jsonl")));
        Assert.DoesNotContain(File.ReadLines(Path.Combine(result.Folder!, "wire.jsonl")), line => line.Length > 20_000);
    }

    [Fact]
    public async Task The_log_tells_what_each_actor_did()
    {
        await using var server = await TestCall.ServeAsync(ThreeTurns.Scenario);
        using var host = HostProcess.Start(
            HostProcess.SessionArguments(server.Url, ["--input", TestCall.Wav(TestCall.Pcm(3))]), key: "test");
        var session = await host.EndAsync();
        async Task<string> Logs(params string[] args) =>
            (await HostProcess.RunAsync(["logs", Path.GetFileName(session.Folder!), "--data", host.Data, .. args])).Output;

        foreach (var actor in (string[])["mic", "socket", "turns", "outofband"])
            Assert.Contains($" {actor}", await Logs("--actor", actor), StringComparison.Ordinal);
        var second = await Logs("--turn", "2");
        Assert.Contains("Turn 2 is joined", second, StringComparison.Ordinal);
        Assert.DoesNotContain("Turn 1", second, StringComparison.Ordinal);
        Assert.Contains("Turn 3 is joined", await Logs("--item", session.Of("turn")[2].Text("item_id")!), StringComparison.Ordinal);
        Assert.Empty(await Logs("--level", "error"));
    }
}
