using System.Text.Json;
using System.Text.Json.Nodes;
using RealtimeAkka.Faults;
using RealtimeAkka.Simulator;

namespace RealtimeAkka.EndToEnd.Tests.Lab;

/// <summary>The prompt lab: the program as shipped, on a golden set and the simulator.</summary>
public sealed class LabTests
{
    private static readonly string[] Names = ["a", "b", "asr"];

    [Fact]
    public async Task A_variant_that_mishears_three_of_twenty_numbers_and_costs_half_is_reported_so()
    {
        var lab = new LabFolder(20);
        await using var server = await TestCall.ServeAsync(lab.Scenario(3, 11, 17).ToJsonString());
        var result = await HostProcess.RunAsync(lab.Run(server.Url, "--json", "--html", lab.At("report.html")), key: "test");

        Assert.Equal((0, ""), (result.ExitCode, result.Errors));
        // Each variant once for each turn, all of them in one session, which pays the sound once.
        Assert.Equal(
            Names.SelectMany(name => Enumerable.Range(1, 20).Select(turn => (name, turn))).Order(),
            result.Of("result").Select(line => (line.Text("variant")!, line.GetProperty("turn").GetInt32())).Order());
        Assert.Single(server.Connections);
        Assert.Equal((40, 20), Paid(server));
        Assert.Equal([3, 11, 17], result.Of("result").Where(line => line.GetProperty("entities").GetProperty("wrong").GetInt32() > 0)
            .Select(line => line.Text("variant") == "b" ? line.GetProperty("turn").GetInt32() : -1));
        Assert.All(result.Of("result"), line => Assert.True(line.GetProperty("latency_ms").GetInt64() >= (line.Text("variant") == "asr" ? 0 : 10)));

        var variants = result.Of("variant").ToDictionary(line => line.Text("variant")!);
        Assert.Equal(Names.Order(), variants.Keys.Order());
        Assert.Equal((17, 3), (Entities(variants["b"], "right"), Entities(variants["b"], "wrong")));
        Assert.Equal((20, 0), (Entities(variants["a"], "right"), Entities(variants["a"], "wrong")));
        Assert.Equal(variants["a"].GetProperty("usd_per_turn").GetDecimal(), 2 * variants["b"].GetProperty("usd_per_turn").GetDecimal());
        Assert.Contains(result.Of("comparison"), line => (line.Text("a"), line.Text("b"), line.Text("metric"), line.Text("verdict")) is ("a", "b", "usd", "b"));
        Assert.Contains(LabFolder.Number(3), File.ReadAllText(lab.At("report.html")), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Every_variant_sees_the_same_history_and_nobody_answers_the_caller()
    {
        var lab = new LabFolder(3);
        await using var server = await TestCall.ServeAsync(lab.Scenario().ToJsonString());
        await HostProcess.RunAsync(lab.Run(server.Url), key: "test");

        var log = server.Connections.Single().Log;
        var requests = log.Of("response.create");
        Assert.Equal(6, requests.Count);
        Assert.All(requests, request => Assert.Equal("none", request["response.conversation"]));
        // Without "input" a request is about the whole conversation, so all of a turn's requests come before the next turn.
        Assert.All(requests, request => Assert.Null(request["response.input"]));
        Assert.Equal(
            ["commit", "create", "create", "commit", "create", "create", "commit", "create", "create"],
            log.Entries.Where(entry => entry.Type is "input_audio_buffer.commit" or "response.create").Select(entry => entry.Type.Split('.')[1]));
    }

    [Fact]
    public async Task A_run_that_is_killed_after_turn_7_and_started_again_pays_no_request_twice()
    {
        var lab = new LabFolder(12);
        var scenario = lab.Scenario();
        // Nothing comes after the commit of turn 8, so the run waits there until it is killed.
        scenario["connections"] = JsonNode.Parse(
            """[ { "faults": [ { "on": "input_audio_buffer.committed", "turn": 8, "do": "half_open" } ] } ]""");
        await using var server = await TestCall.ServeAsync(scenario.ToJsonString());
        using (var killed = HostProcess.Start(lab.Run(server.Url, "--json"), key: "test"))
        {
            for (var answers = 0; answers < 21; answers++) await killed.ReadUntilAsync(line => line.Text("type") == "result");
            await server.Connections[0].Log.WaitAsync(entry => entry.Type == "input_audio_buffer.commit" && Commits(server) == 8, HostProcess.Limit);
            killed.Signal("KILL");
            await killed.EndAsync();
        }
        Assert.Equal((14, 7), Paid(server));
        // A kill may tear the last line.
        File.AppendAllText(lab.At(".lab/answers.jsonl"), """{"key":"0123""");

        var result = await HostProcess.RunAsync(lab.Run(server.Url, "--json"), key: "test");

        Assert.Equal(0, result.ExitCode);
        Assert.Single(result.Errors.Split('\n', StringSplitOptions.RemoveEmptyEntries), line => line.Contains("1 damaged line", StringComparison.Ordinal));
        Assert.Equal((24, 12), Paid(server));
        Assert.Equal(36, result.Of("result").Count);
        Assert.All(result.Of("result"), line => Assert.Equal(LabFolder.Said(line.GetProperty("turn").GetInt32()), line.Text("text")));
        // Turns 1 to 7 are history: they are put into the conversation as they sound, and not transcribed again.
        Assert.Equal(7, server.Connections[1].Log.Of("conversation.item.create").Count);

        var again = await HostProcess.RunAsync(lab.Run(server.Url, "--json"), key: "test");
        Assert.Equal((0, 2), (again.ExitCode, server.Connections.Count)); // nothing is left to ask, so nobody connects
        Assert.Equal(result.Of("variant").Select(line => line.GetRawText()), again.Of("variant").Select(line => line.GetRawText()));
    }

    [Fact]
    public async Task Ctrl_C_ends_a_run_in_good_order_and_it_goes_on_where_it_was()
    {
        var lab = new LabFolder(12);
        await using var server = await TestCall.ServeAsync(lab.Scenario().ToJsonString());
        using var run = HostProcess.Start(lab.Run(server.Url, "--json"), key: "test");
        await run.ReadUntilAsync(line => line.Text("type") == "result" && line.GetProperty("turn").GetInt32() == 3);
        run.Signal("INT");
        var first = await run.EndAsync();

        Assert.Equal(0, first.ExitCode);
        var answers = first.Of("result").Count;
        Assert.Equal(3, first.Of("variant").Count); // the figures of what is there

        var second = await HostProcess.RunAsync(lab.Run(server.Url, "--json"), key: "test");
        Assert.Equal(0, second.ExitCode);
        Assert.Equal(36, second.Of("result").Count);
        Assert.Equal((24, 12), Paid(server));
        if (answers < 36) Assert.Contains($"{answers} of 36 answers are there; the same command asks for the rest.", first.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_second_Ctrl_C_ends_a_run_at_once()
    {
        var lab = new LabFolder(3);
        var scenario = lab.Scenario();
        scenario["connection"] = JsonNode.Parse("""{ "faults": [ { "on": "input_audio_buffer.committed", "turn": 2, "do": "half_open" } ] }""");
        await using var server = await TestCall.ServeAsync(scenario.ToJsonString());
        using var run = HostProcess.Start(lab.Run(server.Url, "--json"), key: "test");
        for (var answers = 0; answers < 3; answers++) await run.ReadUntilAsync(line => line.Text("type") == "result");
        await run.SignalUntilExitAsync("INT");

        Assert.Equal(130, (await run.EndAsync()).ExitCode);
        Assert.Equal(3, File.ReadLines(lab.At(".lab/answers.jsonl")).Count());
    }

    [Fact]
    public async Task A_new_variant_is_asked_alone_and_a_longer_context_anew()
    {
        var lab = new LabFolder(3);
        await using var server = await TestCall.ServeAsync(lab.Scenario().ToJsonString());
        string[] Only(params string[] more) => [.. lab.Run(server.Url, more).Where(word => !word.StartsWith("b=", StringComparison.Ordinal))];
        await HostProcess.RunAsync([.. Only().SkipLast(1)], key: "test");
        Assert.Equal((3, 3), Paid(server));

        await HostProcess.RunAsync(lab.Run(server.Url), key: "test");
        Assert.Equal((6, 3), Paid(server));

        await HostProcess.RunAsync(lab.Run(server.Url, "--context", "last"), key: "test");
        Assert.Equal((12, 3), Paid(server));

        await HostProcess.RunAsync(lab.Run(server.Url, "--repeat", "2"), key: "test");
        Assert.Equal((18, 6), Paid(server));
    }

    [Fact]
    public async Task Recordings_of_one_turn_are_sessions_side_by_side_and_each_answer_belongs_to_its_own()
    {
        var call = new SpokenCall(turns: 6);
        var lab = new LabFolder(1);
        lab.Write([.. Enumerable.Range(1, 6).Select(turn => LabFolder.Line($"{turn}.wav", 1, string.Join(' ', call.Turns[turn - 1]), []))]);
        for (var turn = 1; turn <= 6; turn++) File.Move(TestCall.Wav(call.PcmOf(turn)), lab.At($"{turn}.wav"));
        await using var server = await TestCall.ServeAsync(call.Scenario().ToJsonString());
        var result = await HostProcess.RunAsync(lab.Run(server.Url, "--json"), key: "test");

        Assert.Equal((0, ""), (result.ExitCode, result.Errors));
        Assert.Equal(18, result.Of("result").Count);
        Assert.All(result.Of("result"), line => Assert.Equal(line.Text("reference"), line.Text("text")));
        Assert.Equal(6, server.Connections.Count);
    }

    [Fact]
    public async Task What_fails_is_an_error_that_counts_and_what_is_empty_is_a_transcript_without_words()
    {
        var lab = new LabFolder(3);
        var scenario = lab.Scenario();
        scenario["turns"]![0]!["requests"]![0]!["reply"] = JsonNode.Parse("""{ "status": "failed", "error": { "code": "server_error" } }""");
        scenario["turns"]![1]!["requests"]![0]!["reply"] = JsonNode.Parse("""{ "status": "empty" }""");
        scenario["turns"]![2]!["asr"] = JsonNode.Parse("""{ "error": { "code": "audio_unintelligible" } }""");
        await using var server = await TestCall.ServeAsync(scenario.ToJsonString());
        var result = await HostProcess.RunAsync(lab.Run(server.Url, "--json"), key: "test");

        Assert.Equal((0, ""), (result.ExitCode, result.Errors));
        Assert.Equal(9, result.Of("result").Count);
        Assert.Equal((null, "failed: server_error"), Answer(result, "b", 1));
        Assert.Equal(("", null), Answer(result, "b", 2));
        Assert.Equal((null, "failed: audio_unintelligible"), Answer(result, "asr", 3));
        Assert.Equal([0, 1, 1], Names.Select(name => result.Of("variant").Single(line => line.Text("variant") == name).GetProperty("missing").GetInt32()));

        // Only what failed without a price is asked again.
        await HostProcess.RunAsync(lab.Run(server.Url), key: "test");
        Assert.Equal(2, server.Connections.Skip(1).Sum(connection => connection.Log.Of("response.create").Count)); // the request and its repetition
    }

    [Fact]
    public async Task A_lost_connection_costs_only_what_was_under_way()
    {
        var lab = new LabFolder(5);
        var scenario = lab.Scenario();
        scenario["connections"] = JsonNode.Parse(
            """[ { "faults": [ { "on": "input_audio_buffer.committed", "turn": 3, "do": "abort" } ] } ]""");
        await using var server = await TestCall.ServeAsync(scenario.ToJsonString());
        var result = await HostProcess.RunAsync(lab.Run(server.Url, "--json"), key: "test");

        Assert.Equal((0, ""), (result.ExitCode, result.Errors));
        Assert.Equal(15, result.Of("result").Count);
        Assert.All(result.Of("result"), line => Assert.Equal(LabFolder.Said(line.GetProperty("turn").GetInt32()), line.Text("text")));
        Assert.Equal((10, 5), Paid(server));
        Assert.Equal(2, server.Connections.Count);
    }

    [Fact]
    public async Task A_spent_budget_ends_the_run_before_the_next_turn_and_a_larger_one_goes_on()
    {
        var lab = new LabFolder(4);
        await using var server = await TestCall.ServeAsync(lab.Scenario().ToJsonString());
        var first = await HostProcess.RunAsync(lab.Run(server.Url, "--budget", "0.000001"), key: "test");

        Assert.Equal(3, first.ExitCode);
        Assert.Contains("the budget is spent", first.Errors, StringComparison.Ordinal);
        Assert.Contains("3 of 12 answers are there; the same command asks for the rest.", first.Errors, StringComparison.Ordinal);
        Assert.Equal((2, 1), Paid(server));

        var second = await HostProcess.RunAsync(lab.Run(server.Url, "--budget", "5"), key: "test");
        Assert.Equal((0, ""), (second.ExitCode, second.Errors));
        Assert.Equal((8, 4), Paid(server));
    }

    [Fact]
    public async Task A_check_exits_with_1_and_names_the_turns_that_fail()
    {
        var lab = new LabFolder(4);
        await using var server = await TestCall.ServeAsync(lab.Scenario(2).ToJsonString());
        string[] Check(params string[] bars) => ["lab", "check", .. lab.Run(server.Url)[2..], .. bars];

        var failed = await HostProcess.RunAsync(Check("--min-entities", "0.98"), key: "test");
        Assert.Equal(1, failed.ExitCode);
        Assert.Equal(
            ["FAIL b: 3 of 4 entities are right: 0.7500, below 0.98", "  call.wav turn 2: AB-4102"],
            failed.Errors.Split('\n', StringSplitOptions.RemoveEmptyEntries));

        var dear = await HostProcess.RunAsync(Check("--max-usd-per-turn", "0.000001"), key: "test");
        Assert.Equal(1, dear.ExitCode);
        Assert.Contains("FAIL a: a turn costs $", dear.Errors, StringComparison.Ordinal);

        var passed = await HostProcess.RunAsync(Check("--max-wer", "0.1", "--min-entities", "0.7", "--max-usd-per-turn", "0.1"), key: "test");
        Assert.Equal((0, ""), (passed.ExitCode, passed.Errors));
        Assert.Equal((8, 4), Paid(server)); // all of it from the first check
    }

    [Fact]
    public async Task Without_a_variant_the_prompt_in_use_is_measured()
    {
        var lab = new LabFolder(2);
        await using var server = await TestCall.ServeAsync(lab.Scenario().ToJsonString());
        var result = await HostProcess.RunAsync(["lab", "check", "--golden", lab.Path, "--url", server.Url.ToString(), "--max-wer", "0", "--json"], key: "test");

        Assert.Equal((0, ""), (result.ExitCode, result.Errors));
        Assert.Equal(["oob", "asr"], result.Of("variant").Select(line => line.Text("variant")).OrderDescending());
    }

    [Fact]
    public async Task The_built_in_simulator_plays_a_scenario_without_a_key()
    {
        var lab = new LabFolder(2);
        File.WriteAllText(lab.At("scenario.json"), lab.Scenario(2).ToJsonString());
        string[] args = ["lab", "run", "--golden", lab.Path, "--url", "simulator", "--scenario", lab.At("scenario.json"), "--variant", $"b={lab.At("b.md")}"];
        var result = await HostProcess.RunAsync(args);

        Assert.Equal((0, ""), (result.ExitCode, result.Errors));
        Assert.Contains("1/2", result.Output, StringComparison.Ordinal); // entities of b
    }

    [Fact]
    public async Task Many_turns_take_little_time_and_memory()
    {
        var lab = new LabFolder(10);
        for (var copy = 2; copy <= 4; copy++) File.Copy(lab.At("call.wav"), lab.At($"call{copy}.wav"));
        lab.Write([.. Enumerable.Range(1, 4).SelectMany(copy => Enumerable.Range(1, 10).Select(
            turn => LabFolder.Line(copy == 1 ? "call.wav" : $"call{copy}.wav", turn, LabFolder.Said(turn), [LabFolder.Number(turn)])))]);
        await using var server = await TestCall.ServeAsync(lab.Scenario().ToJsonString());
        var result = await HostProcess.RunAsync(lab.Run(server.Url, "--json"), key: "test");

        Assert.Equal((0, ""), (result.ExitCode, result.Errors));
        Assert.Equal(120, result.Of("result").Count);
        Assert.Equal((20, 10), Paid(server)); // the four recordings sound the same, so one session answers for all of them
    }

    [Theory]
    [InlineData("""{"audio":"call.wav","turn":1,"reference":"x"}""", "call.wav has 2 turns by its pauses, but the last that golden.jsonl describes is turn 1")]
    [InlineData("""{"audio":"call.wav","turn":3,"reference":"x"}""", "call.wav has 2 turns by its pauses, but the last that golden.jsonl describes is turn 3")]
    [InlineData("""{"audio":"quiet.wav","turn":1,"reference":"x"}""", "quiet.wav has no turn: no speech was found in it")]
    [InlineData("""{"audio":"../call.wav","reference":"x"}""", "'audio' must be a file in the folder of the set")]
    [InlineData("""{"audio":"missing.wav","reference":"x"}""", "missing.wav is not there")]
    [InlineData("""{"audio":"text.wav","reference":"x"}""", "text.wav cannot be read")]
    [InlineData("""{"audio":"call.wav","turn":0,"reference":"x"}""", "'turn' must be a whole number")]
    [InlineData("""{"audio":"call.wav","turn":2}""", "'reference' is missing")]
    [InlineData("""{"audio":"ca\u0007ll.wav","reference":"x"}""", "'audio' must be a file in the folder of the set")]
    [InlineData("""not json""", "this is no JSON")]
    [InlineData("HUGE", "a line has at most")]
    [InlineData("", "has no turns")]
    public async Task A_golden_set_that_cannot_be_used_is_one_line_and_costs_nothing(string line, string expected)
    {
        var lab = new LabFolder(2);
        File.Move(TestCall.Wav(Sound.Silence(2000)), lab.At("quiet.wav"));
        File.WriteAllText(lab.At("text.wav"), "no sound");
        lab.Write(line == "HUGE" ? $$"""{"audio":"call.wav","reference":"{{new string('x', 300_000)}}"}""" : line);
        var result = await HostProcess.RunAsync(lab.Run(new Uri("ws://127.0.0.1:9/v1/realtime")), key: "test");

        Assert.Equal((2, ""), (result.ExitCode, result.Output));
        Assert.Contains(expected, Assert.Single(Lines(result.Errors)), StringComparison.Ordinal);
        Assert.DoesNotContain('\a', result.Errors);
    }

    [Theory]
    [InlineData("--variant 'a': it must be NAME=FILE", "--variant", "a")]
    [InlineData("the name asr is that of the built-in transcription", "--variant", "asr={a}")]
    [InlineData("there is a variant of this name already", "--variant", "a={b}", "--variant", "a={a}")]
    [InlineData("its prompt is that of a", "--variant", "a={a}", "--variant", "c={a}")]
    [InlineData("its prompt must be the path of a readable text file", "--variant", "a={missing}")]
    [InlineData("--repeat is '0'", "--repeat", "0")]
    [InlineData("--context is 'none'", "--context", "none")]
    [InlineData("--budget is '-1'", "--budget=-1")]
    [InlineData("Unrecognized command or argument '--turns'", "--turns", "3")]
    [InlineData("--scenario is what the built-in simulator plays", "--scenario", "{a}")]
    [InlineData("--html", "--html", "{folder}")]
    [InlineData("lab.sessions", "--set", "lab.sessions=0")]
    [InlineData("the answers cannot be kept", "--set", "lab.cache={a}")]
    public async Task An_option_that_cannot_be_used_is_one_line(string expected, params string[] args)
    {
        var lab = new LabFolder(1);
        string Filled(string word) => word.Replace("{a}", lab.At("a.md"), StringComparison.Ordinal).Replace("{b}", lab.At("b.md"), StringComparison.Ordinal)
            .Replace("{missing}", lab.At("missing.md"), StringComparison.Ordinal).Replace("{folder}", lab.Path, StringComparison.Ordinal);
        var result = await HostProcess.RunAsync(
            ["lab", "run", "--golden", lab.Path, "--url", "ws://127.0.0.1:9/v1/realtime", .. args.Select(Filled)], key: "test");

        Assert.Equal((2, ""), (result.ExitCode, result.Output));
        Assert.Contains(expected, Assert.Single(Lines(result.Errors)), StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public async Task A_check_needs_a_bar_and_a_run_a_golden_set()
    {
        var bar = await HostProcess.RunAsync(["lab", "check", "--golden", "."]);
        Assert.Equal(2, bar.ExitCode);
        Assert.Contains("lab check needs a bar", Assert.Single(Lines(bar.Errors)), StringComparison.Ordinal);
        var golden = await HostProcess.RunAsync(["lab", "run"]);
        Assert.Equal(2, golden.ExitCode);
        Assert.Contains("--golden", Assert.Single(Lines(golden.Errors)), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_key_that_is_refused_ends_the_run_at_once()
    {
        var lab = new LabFolder(2);
        var scenario = lab.Scenario();
        scenario["accept_keys"] = new JsonArray("another");
        await using var server = await TestCall.ServeAsync(scenario.ToJsonString());
        var result = await HostProcess.RunAsync(lab.Run(server.Url), key: "test");

        Assert.Equal(2, result.ExitCode);
        Assert.Contains("OPENAI_API_KEY", Lines(result.Errors)[0], StringComparison.Ordinal);
    }

    // Out-of-band requests, and built-in transcripts that came.
    private static (int Requests, int Transcripts) Paid(RealtimeSimulator server) => (
        server.Connections.Sum(connection => connection.Log.Of("response.create").Count),
        server.Connections.Sum(connection => connection.Log.Of("conversation.item.input_audio_transcription.completed").Count));

    private static int Commits(RealtimeSimulator server) => server.Connections.Sum(connection => connection.Log.Of("input_audio_buffer.commit").Count);

    private static int Entities(JsonElement variant, string which) => variant.GetProperty("entities").GetProperty(which).GetInt32();

    private static (string? Text, string? Error) Answer(HostResult result, string variant, int turn)
    {
        var line = result.Of("result").Single(line => line.Text("variant") == variant && line.GetProperty("turn").GetInt32() == turn);
        return (line.Text("text"), line.Text("error"));
    }

    private static string[] Lines(string text) => text.Split('\n', StringSplitOptions.RemoveEmptyEntries);
}
