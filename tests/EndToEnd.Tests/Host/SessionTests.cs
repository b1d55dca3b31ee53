using System.Globalization;
using System.Text.Json;
using RealtimeAkka.Simulator.Wire;

namespace RealtimeAkka.EndToEnd.Tests.Host;

/// <summary>Whole sessions: the program as shipped against the simulator on a real WebSocket.</summary>
public sealed class SessionTests
{
    private const string ThreeTurns = """
        { "defaults": { "asr_delay_ms": 60, "oob_delay_ms": 60, "answer_delay_ms": 20 }, "turns": [
          { "asr": { "transcript": "asr one" },   "oob": { "text": "model one" },   "answer": { "text": "a", "audio_ms": 200 } },
          { "asr": { "transcript": "asr two" },   "oob": { "text": "model two" },   "answer": { "text": "b", "audio_ms": 200 } },
          { "asr": { "transcript": "asr three" }, "oob": { "text": "model three" }, "answer": { "text": "c", "audio_ms": 200 } } ] }
        """;

    private static readonly (int, string, string)[] ThreeTurnsHeard =
        [(1, "model one", "asr one"), (2, "model two", "asr two"), (3, "model three", "asr three")];

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
        Assert.Equal("0.043088", summary.GetProperty("total_usd").GetRawText());
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
        await using var server = await TestCall.ServeAsync(ThreeTurns);
        var result = await HostProcess.SessionAsync(server.Url, ["--input", TestCall.Wav(TestCall.Pcm(3))]);

        Assert.Equal(0, result.ExitCode);
        Assert.Equal(ThreeTurnsHeard, result.Turns);
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

        Assert.Equal(ThreeTurnsHeard, result.Turns);
    }

    [Fact]
    [Trait("Cookbook", "4")]
    public async Task A_failed_transcript_is_told_as_failed_and_shifts_nothing()
    {
        await using var server = await TestCall.ServeAsync(
            ThreeTurns.Replace("""{ "transcript": "asr one" }""", """{ "error": { "code": "audio_unintelligible" } }""",
            StringComparison.Ordinal));
        var result = await HostProcess.SessionAsync(server.Url, ["--input", TestCall.Wav(TestCall.Pcm(3))]);

        Assert.Equal([(1, "model one", "<failed>"), .. ThreeTurnsHeard[1..]], result.Turns);
        Assert.Equal("audio_unintelligible", result.Of("turn")[0].GetProperty("asr").Text("error"));
        Assert.Equal(JsonValueKind.Null, result.Of("turn")[0].GetProperty("agreement").ValueKind);
    }

    [Fact]
    [Trait("Cookbook", "26")]
    public async Task A_newer_turn_that_is_committed_before_the_request_is_read_does_not_take_its_place()
    {
        // All audio is sent before the server reads the first request, so its latest turn is the third by then.
        await using var server = await TestCall.ServeAsync(
            ThreeTurns.Replace("""{ "text": "model one" }""", """{ "text": "model one", "created_delay_ms": 700 }""",
            StringComparison.Ordinal));
        var result = await HostProcess.SessionAsync(
            server.Url, ["--input", TestCall.Wav(TestCall.Pcm(3)), "--set", "socket.window=200", "--echo", "barge-in"]);

        Assert.Equal(ThreeTurnsHeard, result.Turns);
    }

    [Theory]
    [InlineData("full")]
    [InlineData("last")]
    [InlineData("last:2")]
    public async Task Requests_come_after_the_commit_name_their_item_and_carry_no_tools(string context)
    {
        await using var server = await TestCall.ServeAsync(ThreeTurns);
        var result = await HostProcess.SessionAsync(server.Url, ["--input", TestCall.Wav(TestCall.Pcm(3)), "--context", context]);

        Assert.Equal(ThreeTurnsHeard, result.Turns);
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
        await using var server = await TestCall.ServeAsync(ThreeTurns);
        await HostProcess.SessionAsync(server.Url, ["--input", TestCall.Wav(TestCall.Pcm(1))]);

        var sent = (await server.ConnectionAsync(1, HostProcess.Limit)).Log.Entries.Where(e => e.Direction == Direction.Sent);
        Assert.Equal("session.update", sent.First().Type);
    }

    [Fact]
    public async Task A_stereo_file_at_another_rate_and_a_pipe_give_the_same_turns()
    {
        var pcm = TestCall.Pcm(3);
        await using var server = await TestCall.ServeAsync(ThreeTurns);

        var stereo = await HostProcess.SessionAsync(server.Url, ["--input", TestCall.StereoWav(pcm, 44_100)]);
        var pipe = await HostProcess.SessionAsync(server.Url, ["--input", "-"], stdin: pcm);

        Assert.Equal(ThreeTurnsHeard, stereo.Turns);
        Assert.Equal(ThreeTurnsHeard, pipe.Turns);
    }

    [Fact]
    [Trait("Cookbook", "16")]
    public async Task Without_turn_detection_a_pause_commits_and_is_transcribed()
    {
        await using var server = await TestCall.ServeAsync(ThreeTurns);
        var result = await HostProcess.SessionAsync(
            server.Url, ["--input", TestCall.Wav(TestCall.Pcm(3)), "--turn-detection", "manual"], pace: "realtime");

        Assert.Equal(ThreeTurnsHeard, result.Turns);
        Assert.Equal(["manual", "manual", "manual"], result.Of("turn").Select(turn => turn.Text("source")));
        Assert.Equal(3, result.Of("assistant").Count);
    }

    [Fact]
    [Trait("Cookbook", "14")]
    public async Task Nobody_is_listened_to_while_the_assistant_is_heard()
    {
        await using var server = await TestCall.ServeAsync(
            """{ "turns": [ { "answer": { "text": "A long answer.", "audio_ms": 1500, "delay_ms": 0 } } ] }""");
        var result = await HostProcess.RunAsync(
            ["run", "--json", "--url", server.Url.ToString(), "--output", "null", "--data", "{data}", "--record", "wire", "--input",
            TestCall.Wav([.. TestCall.Pcm(1), .. Sound.Silence(4000)])],
            key: "test");

        var wire = File.ReadLines(Path.Combine(result.Folder!, "wire.jsonl")).Select(line => JsonElement.Parse(line)).ToList();
        double At(JsonElement entry) => entry.GetProperty("t").GetDouble();
        var voice = wire.First(entry => entry.GetProperty("event").Text("type") == "response.output_audio.delta");
        var appends = wire.Where(entry => entry.GetProperty("event").Text("type") == "input_audio_buffer.append").Select(At).ToList();
        // At most one window (10 frames) in flight may follow the start of the answer. Then nothing for 1.5 s of answer and 0.2 s of echo
        // tail; a busy machine shortens neither.
        List<double> after = [At(voice), .. appends.Where(t => t > At(voice))];
        var (pause, onItsWay) = after.Zip(after.Skip(1), (before, next) => next - before).Select((gap, frames) => (gap, frames)).Max();
        Assert.InRange(onItsWay, 0, 10);
        Assert.InRange(pause, 1.7 - onItsWay * 0.04, double.MaxValue);
        var audio = Assert.Single(result.Of("summary")).GetProperty("audio");
        Assert.InRange(audio.GetProperty("muted_ms").GetInt64(), 1600, long.MaxValue);
        Assert.InRange(audio.GetProperty("sent_ms").GetInt64(), 5700, long.MaxValue);
        Assert.Equal(1500, Assert.Single(result.Of("assistant")).GetProperty("heard_ms").GetInt64());
    }

    [Fact]
    public async Task A_server_that_stops_reading_costs_no_memory_and_no_turn()
    {
        await using var server = await TestCall.ServeAsync(
            """{ "connection": { "stop_reading": { "after_audio_ms": 2000, "for_ms": 4000 } } }""");
        // Five minutes of audio (14 MB raw, 19 MB on the wire) wait for the connection; only the window may be in memory.
        var turns = TestCall.Pcm(6);
        var call = TestCall.Wav([.. turns, .. Sound.Silence(300_000)]);
        using var host = HostProcess.Start(HostProcess.SessionArguments(server.Url, ["--input", call]), key: "test");
        await host.ReadUntilAsync(record => record.Text("type") == "session");
        var log = (await server.ConnectionAsync(1, HostProcess.Limit)).Log;
        await log.WaitForAudioAsync(2000 * 48, HostProcess.Limit);
        var before = host.WorkingSet;
        await log.WaitForAudioAsync(20_000 * 48, HostProcess.Limit);
        var after = host.WorkingSet;
        var result = await host.EndAsync();

        Assert.Equal(0, result.ExitCode);
        Assert.Equal(6, result.Of("turn").Count);
        Assert.Equal(0, result.Of("summary")[0].GetProperty("audio").GetProperty("dropped_ms").GetInt64());
        Assert.True(after - before < 32 * 1024 * 1024,
            string.Create(CultureInfo.InvariantCulture, $"from {before >> 20} to {after >> 20} MiB"));
    }

    [Fact]
    [Trait("Cookbook", "12")]
    public async Task A_server_that_ends_it_on_purpose_ends_the_session_with_every_open_turn_told()
    {
        await using var server = await TestCall.ServeAsync("""
            { "turns": [ { "asr": { "transcript": "asr one" }, "oob": { "silent": true } } ],
              "connection": { "faults": [ { "on": "conversation.item.input_audio_transcription.completed", "do": "close", "code": 1008, "reason": "policy" } ] } }
            """);
        var result = await HostProcess.SessionAsync(server.Url, ["--input", TestCall.Wav(TestCall.Pcm(3))]);

        Assert.Equal(1, result.ExitCode);
        Assert.Equal((1, "<failed>", "asr one"), result.Turns[0]);
        Assert.Contains("1008", Assert.Single(result.Errors.Split('\n'), line => line.StartsWith("error:", StringComparison.Ordinal)),
            StringComparison.Ordinal);
        Assert.Equal("failed", Assert.Single(result.Of("summary")).Text("exit"));
    }

    [Fact]
    [Trait("Cookbook", "19")]
    public async Task A_session_that_ends_after_a_turn_still_tells_what_is_open()
    {
        await using var server = await TestCall.ServeAsync(ThreeTurns);
        var result = await HostProcess.SessionAsync(server.Url, ["--input", TestCall.Wav(TestCall.Pcm(3)), "--turns", "3"]);

        Assert.Equal(0, result.ExitCode);
        Assert.Equal(ThreeTurnsHeard, result.Turns);
    }

    [Theory]
    [InlineData("INT")]
    [InlineData("TERM")]
    public async Task The_first_signal_ends_in_good_order_with_a_summary(string signal)
    {
        await using var server = await TestCall.ServeAsync(ThreeTurns);
        using var host = HostProcess.Start(
            HostProcess.SessionArguments(server.Url, ["--input", TestCall.Wav([.. TestCall.Pcm(1), .. Sound.Silence(60_000)])],
            pace: "realtime"), key: "test");
        await host.ReadUntilAsync(record => record.Text("type") == "turn");
        host.Signal(signal);
        var result = await host.EndAsync();

        Assert.Equal(0, result.ExitCode);
        Assert.Equal("completed", result.Records[^1].Text("exit"));
        var connection = await server.ConnectionAsync(1, HostProcess.Limit);
        await connection.Ended.WaitAsync(HostProcess.Limit);
        Assert.Equal(1000, connection.ClientCloseCode);
    }

    [Theory]
    [InlineData("INT")]
    [InlineData("TERM")]
    public async Task The_second_signal_ends_at_once(string signal)
    {
        await using var server = await TestCall.ServeAsync("""{ "turns": [ { "oob": { "silent": true }, "asr": { "silent": true } } ] }""");
        using var host = HostProcess.Start(
            HostProcess.SessionArguments(server.Url, ["--input", TestCall.Wav(TestCall.Pcm(1))]), key: "test");
        var log = (await server.ConnectionAsync(1, HostProcess.Limit)).Log;
        await log.WaitAsync("response.done", HostProcess.Limit);
        // Signals of one kind do not queue: the second counts only after the first was handled.
        await host.SignalUntilExitAsync(signal);

        Assert.Equal(130, (await host.EndAsync()).ExitCode);
    }

    [Fact]
    public async Task What_is_recorded_is_private_complete_and_free_of_the_key()
    {
        const string Key = "sk-test-0123456789abcdef0123456789";
        await using var server = await TestCall.ServeAsync(ThreeTurns);
        var result = await HostProcess.SessionAsync(server.Url, ["--input", TestCall.Wav(TestCall.Pcm(3)), "--verbose"], key: Key);

        var files = Directory.GetFiles(result.Folder!);
        Assert.Equal(["config.json", "session.log", "summary.json", "turns.jsonl", "wire.jsonl"], files.Select(Path.GetFileName).Order());
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
        await using var server = await TestCall.ServeAsync(ThreeTurns);
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
