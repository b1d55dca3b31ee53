namespace RealtimeAkka.EndToEnd.Tests.Recorded;

/// <summary>The commands about recorded sessions.</summary>
public sealed class SessionsTests(RecordedCall call) : IClassFixture<RecordedCall>
{
    [Fact]
    public async Task Words_are_found_in_every_transcript_and_none_is_exit_code_1()
    {
        var found = await RunAsync("search", "WINDOW");
        Assert.Equal((0, ""), (found.ExitCode, found.Errors));
        Assert.Equal(
            $"""
            {call.Id}
              turn 2    oob        Please open the window.
              turn 2    asr        Please open the Window
              turn 2    assistant  Which window, Frau Müller?

            """, found.Output);
        Assert.Contains("Frau Müller", (await RunAsync("search", "frau muller")).Output, StringComparison.Ordinal);
        Assert.Equal((1, ""), await RunAsync("search", "door") is var none ? (none.ExitCode, none.Output) : default);
        var json = await RunAsync("search", "--regex", "kit.hen", "--json");
        Assert.Equal([("oob", 1), ("asr", 1)], json.Records.Select(match => (match.Text("who")!, match.GetProperty("turn").GetInt32())));
    }

    [Fact]
    public async Task Sessions_are_listed_by_what_is_asked_for()
    {
        var newest = await RunAsync("list", "--since", "1d", "--sort", "cost", "--limit", "1");
        Assert.Contains(call.Id[..22], newest.Output, StringComparison.Ordinal);
        Assert.Equal("No sessions.\n", (await RunAsync("list", "--min-cost", "100")).Output);
        Assert.Equal("No sessions.\n", (await RunAsync("list", "--flag", "loop")).Output);
        var wrong = await RunAsync("list", "--since", "yesterday");
        Assert.Equal(2, wrong.ExitCode);
        Assert.Contains("--since is 'yesterday'; it must be a time ago such as 90d", wrong.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_the_days_come_to_is_said()
    {
        var stats = await RunAsync("stats", "--json");
        Assert.Equal(["day", "total"], stats.Records.Select(record => record.Text("type")));
        Assert.Equal(2, stats.Records[1].GetProperty("turns").GetInt32());
        Assert.True(stats.Records[1].GetProperty("latency_ms").GetProperty("oob").GetProperty("p50").GetDouble() > 0);
        Assert.DoesNotContain("█", (await RunAsync("stats")).Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_session_is_deleted_where_that_is_confirmed()
    {
        var folder = call.Copy();
        string[] arguments = ["sessions", "rm", call.Id, "--data", Path.GetDirectoryName(folder)!];
        var refused = await HostProcess.RunAsync(arguments);
        Assert.Equal(2, refused.ExitCode);
        Assert.Contains("Write --yes to delete them.", refused.Errors, StringComparison.Ordinal);
        Assert.True(Directory.Exists(folder));

        var done = await HostProcess.RunAsync([.. arguments, "--yes"]);
        Assert.Equal((0, ""), (done.ExitCode, done.Errors));
        Assert.Matches("^Deleted 1 session, [0-9.]+ [kM]B\\.\n$", done.Output);
        Assert.False(Directory.Exists(folder));
    }

    [Fact]
    public async Task A_session_that_runs_is_not_deleted_and_its_log_is_followed_to_its_end()
    {
        await using var server = await TestCall.ServeAsync("{}");
        using var host = HostProcess.StartOnPipe(server.Url, []);
        await host.SpeakAsync(TestCall.Pcm(1));
        await host.ReadAsync("session");
        var kept = await HostProcess.RunAsync(["sessions", "rm", "--older-than", "0s", "--yes", "--json", "--data", host.Data]);
        Assert.Equal("is still written or read", Assert.Single(kept.Records).Text("reason"));

        using var logs = HostProcess.Start(["logs", "last", "--follow", "--turn", "1", "--data", host.Data]);
        while (await logs.ReadLineAsync() is { } line && !line.Contains("is joined for", StringComparison.Ordinal)) { }
        host.HangUp();
        Assert.Equal(0, (await host.EndAsync()).ExitCode);
        var followed = await logs.EndAsync();
        Assert.Equal((0, ""), (followed.ExitCode, followed.Errors));
        Assert.Contains("Where the time went: ", followed.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Ctrl_C_ends_the_following_of_a_log()
    {
        await using var server = await TestCall.ServeAsync("{}");
        using var host = HostProcess.StartOnPipe(server.Url, []);
        await host.ReadAsync("session");
        using var logs = HostProcess.Start(["logs", "last", "--follow", "--data", host.Data]);
        Assert.NotNull(await logs.ReadLineAsync());
        logs.Signal("INT");
        Assert.Equal(0, (await logs.EndAsync()).ExitCode);
        host.HangUp();
        Assert.Equal(0, (await host.EndAsync()).ExitCode);
    }

    [Fact]
    public async Task From_one_turns_log_alone_its_way_and_its_time_can_be_read()
    {
        var story = await HostProcess.RunAsync(["logs", call.Id, "--turn", "2", "--data", call.Data]);
        Assert.Equal((0, ""), (story.ExitCode, story.Errors));
        foreach (var station in (string[])["Speech begins in", "Speech ends in", "Turn 2 is committed as", "transcription is requested by",
            "transcription is begun as", "ASR of", "transcription is Completed after", "Turn 2 is joined", "begins", "has its first sound",
            "is generated", "Playback of", "ms heard", "costs", "Where the time went: "])
            Assert.Contains(station, story.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("turn 1 ", story.Output, StringComparison.OrdinalIgnoreCase);
        var times = story.Output.Split('\n').TakeWhile(line => !line.StartsWith("Where", StringComparison.Ordinal))
            .Select(line => long.Parse(line[..7], null)).ToList();
        Assert.Equal(0, times[0]);
    }

    [Fact]
    public async Task No_word_of_the_call_is_in_the_log_unless_it_is_asked_for()
    {
        string[] words = ["window", "kitchen", "Müller", "Done."];
        var log = File.ReadAllText(Path.Combine(call.Folder, "session.log"));
        Assert.All(words, word => Assert.DoesNotContain(word, log, StringComparison.OrdinalIgnoreCase));

        await using var server = await TestCall.ServeAsync(Host.ThreeTurns.Scenario);
        var result = await HostProcess.SessionAsync(server.Url,
            ["--input", TestCall.Wav(TestCall.Pcm(1)), "--set", "logging.transcripts=on", "--set", "logging.actors.socket=warning"]);
        var open = File.ReadAllText(Path.Combine(result.Folder!, "session.log"));
        Assert.Contains("model one", open, StringComparison.Ordinal);
        Assert.Contains("asr one", open, StringComparison.Ordinal);
        Assert.DoesNotContain("\"Actor\":\"socket", open, StringComparison.Ordinal);
        Assert.Contains("\"Actor\":\"socket", log, StringComparison.Ordinal);
    }

    private Task<HostResult> RunAsync(params string[] args) => HostProcess.RunAsync(["sessions", .. args, "--data", call.Data]);
}
