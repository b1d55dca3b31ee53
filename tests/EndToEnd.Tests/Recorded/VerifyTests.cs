using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using RealtimeAkka.Faults;
using RealtimeAkka.Hosting.Configuration;
using RealtimeAkka.Hosting.Sessions.Verify;

namespace RealtimeAkka.EndToEnd.Tests.Recorded;

/// <summary><c>sessions verify</c> on recorded sessions, good ones and damaged ones.</summary>
public sealed class VerifyTests(RecordedCall call) : IClassFixture<RecordedCall>
{
    private const string Turns = "turns.jsonl", Wire = "wire.jsonl", Summary = "summary.json";

    // What is done to the folder, the code of the finding, and its file and line.
    private static readonly Dictionary<string, (Action<string> Do, string Code, string? File, int? Line)> Damages = new()
    {
        ["a torn last line"] = (f => File.WriteAllText(At(f, Turns), File.ReadAllText(At(f, Turns))[..^30]), "torn_line", Turns, null),
        ["no JSON in between"] = (f => Lines(f, Turns, lines => lines[0] = "<html>"), "invalid_line", Turns, 1),
        ["no record in between"] = (f => Lines(f, Turns, lines => lines[0] = """{"type":"turn","turn":1}"""), "invalid_line", Turns, 1),
        ["a record of another session"] = (f => Lines(f, Turns, lines =>
            lines[1] = lines[1].Replace(Path.GetFileName(f), "s-20200101-000000-00000000000000ff", StringComparison.Ordinal)),
            "foreign_session", Turns, 2),
        ["a turn without its item"] = (f => Lines(f, Turns, lines =>
            lines[First(lines, "turn", 1)] = lines[First(lines, "turn", 1)].Replace("\"item_id\"", "\"item\"", StringComparison.Ordinal)),
            "invalid_line", Turns, null),
        ["a turn twice"] = (f => Lines(f, Turns, Repeat), "turn_repeated", Turns, null),
        ["a turn that is missing"] = (f => Lines(f, Turns, lines => lines.RemoveAt(First(lines, "turn", 1))), "turn_order", Turns, null),
        ["an item of two turns"] = (f => Lines(f, Turns, lines =>
            Set(lines, First(lines, "turn", 2), ["item_id"], Get(lines, First(lines, "turn", 1), "item_id"))), "item_repeated", Turns, null),
        ["an amendment of no turn"] = (f => Lines(f, Turns, lines =>
            lines.Add(lines[First(lines, "turn", 2)].Replace("\"type\":\"turn\"", "\"type\":\"turn.amended\"", StringComparison.Ordinal)
            .Replace("\"turn\":2", "\"turn\":7", StringComparison.Ordinal))), "amendment_without_turn", Turns, null),
        ["an amendment of another item"] = (f => Lines(f, Turns, lines =>
            lines.Add(lines[First(lines, "turn", 2)].Replace("\"type\":\"turn\"", "\"type\":\"turn.amended\"", StringComparison.Ordinal)
            .Replace("\"item_id\":\"item", "\"item_id\":\"other", StringComparison.Ordinal))), "amendment_of_item", Turns, null),
        ["an answer to no turn"] = (f => Lines(f, Turns, lines =>
            Set(lines, First(lines, "assistant", 1), ["turn"], 99)), "answer_without_turn", Turns, null),
        ["an answer twice"] = (f => Lines(f, Turns, lines => lines.Add(lines[First(lines, "assistant", 1)])), "answer_repeated", Turns, null),
        ["a cost that is not its usage"] = (f => Lines(f, Turns, lines =>
            Set(lines, First(lines, "turn", 1), ["oob", "cost_usd"], 1.5)), "cost_not_usage", Turns, null),
        ["a usage that is not on the wire"] = (f => Lines(f, Wire, lines => lines.RemoveAt(lines.FindLastIndex(line =>
            line.Contains("\"type\":\"response.done\"", StringComparison.Ordinal)))), "not_on_wire", Turns, null),
        ["a usage that was changed on the wire"] = (f => Lines(f, Wire, lines => lines[lines.FindIndex(IsTranscript)] =
            Regex.Replace(lines[lines.FindIndex(IsTranscript)], "\"text_tokens\":[0-9]+", "\"text_tokens\":99999")), "cost_not_usage", Turns, null),
        ["a total that is not its parts"] = (f => Field(f, ["total_usd"], 7), "summary_total", Summary, null),
        ["a cost that is not the wire's"] = (f => Field(f, ["oob", "usd"], 7), "summary_not_wire", Summary, null),
        ["a ratio that is not the costs'"] = (f => Field(f, ["oob_to_asr"], 1.23), "oob_to_asr", Summary, null),
        ["turns that are not the records'"] = (f => Field(f, ["turns"], 3), "summary_turns", Summary, null),
        ["a price that is missing"] = (f => Field(f, ["unpriced"], new JsonArray("gpt-x")), "summary_unpriced", Summary, null),
        ["a summary of another session"] = (f => Field(f, ["session"], "s-1"), "foreign_session", Summary, null),
        ["a summary that is none"] = (f => File.WriteAllText(At(f, Summary), "{}"), "invalid_summary", Summary, null),
        ["no records"] = (f => File.Delete(At(f, Turns)), "missing_file", Turns, null),
        ["no log"] = (f => File.Delete(At(f, "session.log")), "missing_file", "session.log", null),
        ["no wire log"] = (f => File.Delete(At(f, Wire)), "missing_file", Wire, null),
        ["a configuration that is none"] = (f => File.WriteAllText(At(f, "config.json"), "[]"), "invalid_config", "config.json", null),
        ["a key in the configuration"] = (f => File.AppendAllText(At(f, "config.json"), $"\n\"{Key}\""), "secret", "config.json", null),
        ["a key in the log"] = (f => Lines(f, "session.log", lines =>
            lines[0] = lines[0].Replace("\"Level\"", $"\"x\":\"{Key}\",\"Level\"", StringComparison.Ordinal)), "secret", "session.log", 1),
        ["a wire log whose time goes back"] = (f => Lines(f, Wire, lines =>
            (lines[2], lines[3]) = (lines[3], lines[2])), "time_backwards", Wire, 4),
        ["a wire log with a foreign line"] = (f => Lines(f, Wire, lines => lines[1] = "{}"), "invalid_line", Wire, 2),
        ["sound that is cut off"] = (f => Truncate(At(f, "input.wav"), 0.5), "wav_length", "input.wav", null),
        ["sound without a header"] = (f => File.WriteAllText(At(f, "output.wav"), "nothing"), "wav_header", "output.wav", null),
        ["sound of another rate"] = (f => Overwrite(At(f, "input.wav"), 24, 16_000), "wav_format", "input.wav", null),
        ["a link instead of a file"] = (f =>
        {
            File.Move(At(f, "session.log"), At(f, "../session.log"));
            File.CreateSymbolicLink(At(f, "session.log"), At(f, "../session.log"));
        }, "no_file", "session.log", null),
        ["a file that others may read"] = (f => Allow(At(f, Turns), 0b110_100_100), "permissions", Turns, null),
        ["a folder that others may enter"] = (f => Allow(f, 0b111_101_101), "permissions", null, null),
    };

    private static readonly string Key = "sk-" + new string('a', 30);

    private static readonly EvidenceReader Reader = new(ConfigStack.Load(Path.Combine(AppContext.BaseDirectory, "hocon"), null, []).Prices);

    public static TheoryData<string> Kinds => [.. Damages.Keys];

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Damage_is_found_where_it_is(string kind)
    {
        if (OperatingSystem.IsWindows()) return;
        var (damage, code, file, line) = Damages[kind];
        var folder = call.Copy();
        damage(folder);

        var findings = SessionVerifier.Judge(Reader.Read(folder));
        var found = findings.FirstOrDefault(one => one.Code == code && one.File == file && (line is null || one.Line == line));
        Assert.True(found is { Level: FindingLevel.Damage }, $"{kind}: {string.Join('\n', findings)}");
    }

    [Fact]
    public async Task A_good_session_has_no_finding_and_a_damaged_one_is_exit_code_1()
    {
        var good = await HostProcess.RunAsync(["sessions", "verify", "--data", call.Data]);
        Assert.Equal((0, "1 session checked: 0 damaged, 0 with warnings, 1 good.\n", ""), (good.ExitCode, good.Output, good.Errors));

        var folder = call.Copy();
        Lines(folder, Turns, Repeat);
        var damaged = await HostProcess.RunAsync(["sessions", "verify", "last", "--data", Path.GetDirectoryName(folder)!]);
        Assert.Equal(1, damaged.ExitCode);
        Assert.Matches($"(?m)^{call.Id}/turns.jsonl:[0-9]+: damage: turn 1 is recorded twice$", damaged.Output);
        var json = await HostProcess.RunAsync(["sessions", "verify", "--json", "--data", Path.GetDirectoryName(folder)!]);
        Assert.Equal(1, json.ExitCode);
        Assert.Contains(json.Records, record => record.Text("code") == "turn_repeated" && record.GetProperty("line").GetInt32() > 1);
        Assert.Equal("session", json.Records[^1].Text("type"));
    }

    [Fact]
    public async Task A_session_that_was_killed_is_whole_as_far_as_it_goes()
    {
        var spoken = new SpokenCall(turns: 3);
        await using var server = await TestCall.ServeAsync(spoken.Scenario().ToJsonString());
        using var host = HostProcess.Start(
            HostProcess.SessionArguments(server.Url, ["--input", TestCall.Wav(spoken.Pcm)], record: "wire,audio"), key: "test");
        await host.ReadUntilAsync(record => record.Text("type") == "turn");
        var running = SessionVerifier.Judge(Reader.Read(Directory.GetDirectories(host.Data).Single()));
        Assert.All(running, finding => Assert.Equal((FindingLevel.Warning, "running"), (finding.Level, finding.Code)));
        host.Signal("KILL");
        var result = await host.EndAsync();

        var folder = RecordedCall.Copy(result.Folder!);
        if (File.Exists(At(folder, Summary))) return; // it was faster than the signal
        var killed = Assert.Single(SessionVerifier.Judge(Reader.Read(folder)));
        Assert.Equal((FindingLevel.Warning, "killed"), (killed.Level, killed.Code));
        File.AppendAllText(At(folder, Turns), "{\"type\":\"turn\",\"se");
        Assert.Equal(["killed", "torn_line"], SessionVerifier.Judge(Reader.Read(folder)).Select(finding => finding.Code));
    }

    [Fact]
    public async Task A_session_that_has_reconnected_has_no_finding()
    {
        var spoken = new SpokenCall(turns: 2);
        var scenario = spoken.Scenario();
        var close = $$"""{ "close": { "after_audio_ms": {{spoken.StartMs(2) + 300}}, "abrupt": true } }""";
        scenario["connections"] = new JsonArray(JsonNode.Parse(close), new JsonObject());
        await using var server = await TestCall.ServeAsync(scenario.ToJsonString());
        var result = await HostProcess.RunAsync(
            HostProcess.SessionArguments(server.Url, ["--input", TestCall.Wav(spoken.Pcm)], record: "wire,audio"), key: "test");

        Assert.Equal(1, Assert.Single(result.Of("summary")).GetProperty("reconnects").GetInt32());
        Assert.Empty(SessionVerifier.Judge(Reader.Read(result.Folder!)));
    }

    private static bool IsTranscript(string line) =>
        line.Contains("\"type\":\"response.done\"", StringComparison.Ordinal)
        && line.Contains("\"oob\":\"transcription\"", StringComparison.Ordinal);

    private static string At(string folder, string file) => Path.Combine(folder, file);

    private static void Lines(string folder, string file, Action<List<string>> change)
    {
        var lines = File.ReadAllLines(At(folder, file)).ToList();
        change(lines);
        File.WriteAllText(At(folder, file), string.Concat(lines.Select(line => line + "\n")));
    }

    private static void Repeat(List<string> lines) => lines.Add(lines[First(lines, "turn", 1)]);

    private static int First(List<string> lines, string type, int turn) => lines.FindIndex(line =>
        JsonElement.Parse(line) is var record && record.Text("type") == type && record.GetProperty("turn").GetInt32() == turn);

    private static string Get(List<string> lines, int at, string field) => JsonElement.Parse(lines[at]).Text(field)!;

    private static void Set(List<string> lines, int at, string[] path, JsonNode value) => lines[at] = Changed(lines[at], path, value);

    private static void Field(string folder, string[] path, JsonNode value) =>
        File.WriteAllText(At(folder, Summary), Changed(File.ReadAllText(At(folder, Summary)), path, value) + "\n");

    private static string Changed(string json, string[] path, JsonNode value)
    {
        var root = JsonNode.Parse(json)!;
        var at = root;
        foreach (var name in path[..^1]) at = at[name]!;
        at[path[^1]] = value.DeepClone();
        return root.ToJsonString();
    }

    private static void Allow(string path, int mode)
    {
        if (!OperatingSystem.IsWindows()) File.SetUnixFileMode(path, (UnixFileMode)mode);
    }

    private static void Truncate(string path, double share)
    {
        using var file = File.OpenWrite(path);
        file.SetLength((long)(file.Length * share) / 2 * 2);
    }

    private static void Overwrite(string path, int at, int value)
    {
        using var file = File.OpenWrite(path);
        file.Position = at;
        file.Write(BitConverter.GetBytes(value));
    }
}
