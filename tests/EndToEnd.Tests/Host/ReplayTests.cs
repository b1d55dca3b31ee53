using System.Diagnostics;
using System.Text.Json.Nodes;

namespace RealtimeAkka.EndToEnd.Tests.Host;

/// <summary>Recorded sessions run again. Each folder of <c>tests/Recordings</c> is one, and a test (docs/replay.md).</summary>
public sealed class ReplayTests
{
    private static readonly string Recordings = Path.Combine(Root(new DirectoryInfo(AppContext.BaseDirectory)), "tests", "Recordings");

    private static IEnumerable<string> Folders => Directory.GetDirectories(Recordings).Select(folder => Path.GetFileName(folder)).Order();

    public static TheoryData<string> Names => new(Folders);

    [Theory]
    [MemberData(nameof(Names))]
    public async Task A_recorded_session_has_the_same_records_again(string name)
    {
        var result = await HostProcess.RunAsync(["replay", Path.Combine(Recordings, name), "--tolerance", "0"]);
        Assert.Equal("no difference\n", result.Output);
        Assert.Equal((0, ""), (result.ExitCode, result.Errors));
    }

    [Fact]
    public void There_are_recordings_of_every_kind() => Assert.Superset(
        new HashSet<string> { "sample-call", "reconnect", "retried-request", "barge-in", "mishearing", "function-call" },
        Folders.ToHashSet());

    [Fact]
    public async Task Two_replays_print_the_same_bytes()
    {
        var first = await HostProcess.RunAsync(["replay", Path.Combine(Recordings, "reconnect"), "--json"]);
        var second = await HostProcess.RunAsync(["replay", Path.Combine(Recordings, "reconnect"), "--json"]);
        Assert.Equal("no difference\n", first.Errors);
        Assert.Equal(["session", "summary"], [first.Records[0].Text("type")!, first.Records[^1].Text("type")!]);
        Assert.Equal(first.Output, second.Output);
    }

    [Fact]
    public async Task A_changed_rule_shows_as_what_it_changes()
    {
        var result = await HostProcess.RunAsync(["replay", Path.Combine(Recordings, "mishearing"), "--set", "entities.code.enabled=off",
            "--set", "entities.spelled.enabled=off", "--set", "entities.number.enabled=off"]);
        Assert.Equal((1, ""), (result.ExitCode, result.Errors));
        Assert.Matches("^turn \\d+: .*verdict conflict -> (minor|agreed)", result.Output);
    }

    [Fact]
    public async Task Other_prices_change_the_costs_and_nothing_else()
    {
        var prices = Path.Combine(TestFolder.New().FullName, "prices.hocon");
        await File.WriteAllTextAsync(prices, "prices { gpt-realtime-2-1 { text.in = 1000, text.out = 2000 } }");
        var result = await HostProcess.RunAsync(["replay", Path.Combine(Recordings, "mishearing"), "--config", prices]);
        Assert.Equal((1, ""), (result.ExitCode, result.Errors));
        Assert.All(
            result.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries)
                .SelectMany(line => line[(line.IndexOf(": ", StringComparison.Ordinal) + 2)..].Split("; ")),
            field => Assert.Matches("^[a-z_.]*(usd|oob_to_asr|oob_usd_if_narrower)\\b", field));
    }

    [Fact]
    public async Task A_request_that_is_not_in_the_recording_gets_no_answer_and_is_said()
    {
        var result = await HostProcess.RunAsync(["replay", Path.Combine(Recordings, "mishearing"), "--set", "tasks.summary.enabled=on",
            "--set", "tasks.summary.trigger=every-turn"]);
        Assert.Equal(1, result.ExitCode);
        Assert.Contains("turn 1: the request oob_summary_1_1 is not in the recording and gets no answer", result.Output);
        Assert.Contains("turn 1, task summary: only in the replay", result.Output);
    }

    [Fact]
    public async Task An_answer_to_a_request_that_is_not_made_is_left_out_and_said()
    {
        var result = await HostProcess.RunAsync(
            ["replay", Path.Combine(Recordings, "mishearing"), "--set", "out-of-band.transcription=off"]);
        Assert.Equal(1, result.ExitCode);
        Assert.Contains("turn 1: the request oob_transcription_1_1 of the recording is not made; its answer is left out", result.Output);
        Assert.Contains("oob.status completed -> disabled", result.Output);
    }

    [Fact]
    public async Task It_can_end_after_some_turns()
    {
        var result = await HostProcess.RunAsync(["replay", Path.Combine(Recordings, "mishearing"), "--until-turn", "1", "--json"]);
        Assert.Equal((0, "no difference\n"), (result.ExitCode, result.Errors));
        Assert.Equal(1, Assert.Single(result.Of("summary")).GetProperty("turns").GetInt32());
    }

    public static TheoryData<string, string, string> Damages => new()
    {
        { "no wire", "wire.jsonl", "is not there" },
        { "no timeline", "timeline.jsonl", "is not there" },
        { "no settings", "config.json", "there is no such file" },
        { "cut line", "wire.jsonl", "line 4: it is cut or changed" },
        { "huge line", "wire.jsonl", "it is longer than 48 MiB" },
        { "foreign line", "wire.jsonl", "line 4: it must be" },
        { "other version", "timeline.jsonl", "line 1: it is of version 2; this program replays version 1" },
        { "no beginning", "timeline.jsonl", "the first line must be what began" },
        { "foreign name", "timeline.jsonl", "line 1: it has a time or a name that no session has" },
        { "foreign settings", "config.json", "is not what this program writes" },
        { "no sound file", "input.wav", "cannot be used" },
    };

    [Theory]
    [MemberData(nameof(Damages))]
    public async Task A_damaged_folder_gives_one_line_that_says_what_is_wrong(string kind, string file, string complaint)
    {
        var folder = Copy("mishearing");
        var path = Path.Combine(folder, file);
        switch (kind)
        {
            case "no wire" or "no timeline" or "no settings":
                File.Delete(path);
                break;
            case "cut line":
                Change(path, 3, line => line[..(line.Length / 2)]);
                break;
            case "foreign line":
                Change(path, 3, _ => """{"time":1}""");
                break;
            case "huge line":
                await using (var huge = File.OpenWrite(path)) huge.SetLength(12L * 1024 * 1024 * 1024); // a hole, not on the disk
                break;
            case "other version":
                Change(path, 0, line => line.Replace("\"version\":1", "\"version\":2", StringComparison.Ordinal));
                break;
            case "foreign name":
                Change(path, 0, line => line.Replace("\"session\":\"s-", "\"session\":\"../", StringComparison.Ordinal));
                break;
            case "no beginning":
                Change(path, 0, _ => "");
                break;
            default:
                await File.WriteAllTextAsync(path, "[]");
                break;
        }
        var result = await HostProcess.RunAsync(["replay", folder]);
        Assert.Equal((2, ""), (result.ExitCode, result.Output));
        Assert.StartsWith("error: ", result.Errors);
        Assert.Contains(complaint, Assert.Single(result.Errors.Split('\n', StringSplitOptions.RemoveEmptyEntries)));
    }

    [Fact]
    public async Task The_recording_of_a_killed_process_is_replayed_as_far_as_it_goes()
    {
        var folder = Copy("mishearing");
        File.Delete(Path.Combine(folder, "summary.json"));
        var wire = Path.Combine(folder, "wire.jsonl");
        var lines = await File.ReadAllLinesAsync(wire);
        var until = Array.FindIndex(lines, line => line.Contains("\"input_audio_buffer.speech_stopped\"")) + 1;
        await File.WriteAllTextAsync(wire, string.Join('\n', lines[..until]) + "\n{\"t\":1");

        var result = await HostProcess.RunAsync(["replay", folder]);
        Assert.Equal(1, result.ExitCode);
        Assert.Contains($"wire.jsonl, line {until + 1}: the last line is cut", result.Errors);
        Assert.Contains("turn 1: only in the recording", result.Output);
    }

    [Fact]
    public async Task What_is_recorded_now_can_be_replayed_now()
    {
        await using var server = await TestCall.ServeAsync(ThreeTurns.Scenario);
        var arguments = HostProcess.SessionArguments(
            server.Url, ["--input", TestCall.Wav(TestCall.Pcm(3))], pace: "realtime", record: "wire,audio");
        using var host = HostProcess.Start(arguments, "test");
        var recorded = await host.EndAsync();
        Assert.Equal(ThreeTurns.Heard, recorded.Turns);

        // Only times may differ, by what this machine was too slow.
        var result = await HostProcess.RunAsync(["replay", recorded.Folder!, "--tolerance", "60000", "--json"]);
        Assert.Equal((0, "no difference\n"), (result.ExitCode, result.Errors));
        Assert.Equal(ThreeTurns.Heard, result.Turns);
    }

    [Fact]
    public async Task Ids_in_a_folder_cannot_act_on_a_terminal()
    {
        var folder = Copy("mishearing");
        Change(
            Path.Combine(folder, "wire.jsonl"), 1,
            line => line.Replace("\"session_1\"", "\"session_\\u001b[2J\"", StringComparison.Ordinal));
        var result = await HostProcess.RunAsync(["replay", folder]);
        Assert.Equal(1, result.ExitCode);
        Assert.Contains("the request session_", result.Output);
        Assert.DoesNotContain('\e', result.Output);
    }

    [Fact]
    public async Task Two_minutes_take_a_moment()
    {
        // Twenty times as long: the events of the server come later, and the microphone is silent in between.
        var folder = Copy("mishearing");
        File.Delete(Path.Combine(folder, "summary.json"));
        foreach (var file in (string[])["wire.jsonl", "timeline.jsonl"])
        {
            var path = Path.Combine(folder, file);
            var lines = (await File.ReadAllLinesAsync(path)).Select(line => JsonNode.Parse(line)!)
                .Where(line => line["event"]?["type"]?.GetValue<string>() != "input_audio_buffer.append").ToList();
            foreach (var line in lines) line["t"] = line["t"]!.GetValue<double>() * 20;
            await File.WriteAllLinesAsync(path, lines.Select(line => line.ToJsonString()));
        }
        var since = Stopwatch.GetTimestamp();
        var result = await HostProcess.RunAsync(["replay", folder, "--json"]);
        var took = Stopwatch.GetElapsedTime(since);
        var length = TimeSpan.FromMilliseconds(Assert.Single(result.Of("summary")).GetProperty("duration_ms").GetInt64());
        Assert.InRange(length, TimeSpan.FromSeconds(100), TimeSpan.FromSeconds(300));
        // About 2 s; a machine that stalls for half of the call's length is out of the question.
        Assert.InRange(took, TimeSpan.Zero, length / 2);
    }

    private static string Root(DirectoryInfo at) =>
        File.Exists(Path.Combine(at.FullName, "RealtimeAkka.sln")) ? at.FullName : Root(at.Parent!);

    private static string Copy(string name)
    {
        var folder = TestFolder.New().FullName;
        foreach (var file in Directory.GetFiles(Path.Combine(Recordings, name)))
            File.Copy(file, Path.Combine(folder, Path.GetFileName(file)));
        return folder;
    }

    private static void Change(string path, int line, Func<string, string> change)
    {
        var lines = File.ReadAllLines(path);
        lines[line] = change(lines[line]);
        File.WriteAllLines(path, lines);
    }
}
