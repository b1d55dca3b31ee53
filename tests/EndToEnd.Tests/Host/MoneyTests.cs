using System.Text.Json;
using RealtimeAkka.Simulator;
using RealtimeAkka.Simulator.Wire;

namespace RealtimeAkka.EndToEnd.Tests.Host;

/// <summary>Effects of budgets on the wire, and the costs shown for recorded sessions.</summary>
public sealed class MoneyTests
{
    // Each out-of-band transcript costs about 0.004 USD at the prices of gpt-realtime; everything else costs nothing.
    private const string FourCallsOfFourMills = """
        { "defaults": { "asr_delay_ms": 10, "oob_delay_ms": 10, "answer_delay_ms": 10 }, "turns": [ TURN, TURN, TURN, TURN ] }
        """;

    private const string Turn = """
        { "asr": { "transcript": "asr", "usage": { "total_tokens": 0, "input_tokens": 0, "output_tokens": 0 } },
          "oob": { "text": "model", "usage": { "total_tokens": 1000, "input_tokens": 1000, "input_token_details": { "text_tokens": 990, "audio_tokens": 10, "cached_tokens": 10,
            "cached_tokens_details": { "text_tokens": 10, "audio_tokens": 0 } }, "output_tokens": 0 } },
          "answer": { "text": "a", "audio_ms": 100, "usage": { "total_tokens": 0, "input_tokens": 0, "output_tokens": 0 } } }
        """;

    // USD: (980 text x 4 + 10 cached x 0.4 + 10 audio x 32) / 1,000,000.
    private const string Each = "0.004244";

    [Fact]
    public async Task A_budget_changes_what_goes_out_exactly_at_the_next_request_and_says_so()
    {
        await using var server = await ServeAsync();
        using var host = HostProcess.StartOnPipe(
            server.Url, ["--model", "gpt-realtime", "--asr-model", "gpt-4o-transcribe", "--budget", "0.0106", "--set",
            "budget.ladder=40% last:2, 80% last, 100% off"]);
        for (var turn = 1; turn <= 4; turn++)
        {
            await host.SpeakAsync(TestCall.Pcm(1));
            await host.ReadAsync("turn", "assistant");
        }
        host.HangUp();
        var result = await host.EndAsync();

        Assert.Equal(0, result.ExitCode);
        var items = result.Of("turn").Select(turn => turn.Text("item_id")!).ToList();
        var requests = (await RequestsAsync(server)).ToList();
        Assert.Equal(3, requests.Count);
        Assert.Null(requests[0]["response.input"]);
        var second = Named(requests[1]);
        Assert.Equal((items[0], items[1], 3), (second[0], second[^1], second.Count)); // the first turn, its answer, and the second turn
        Assert.Equal([items[2]], Named(requests[2]));
        Assert.Equal(["completed", "completed", "completed", "disabled"],
            result.Of("turn").Select(turn => turn.GetProperty("oob").Text("status")));
        Assert.Equal(["full", "last:2", "last"], result.Of("turn").Take(3).Select(turn => turn.GetProperty("oob").Text("context")));
        Assert.Equal("budget", result.Of("turn")[3].GetProperty("oob").Text("error"));
        Assert.Equal(
            [
                ("budget_tight",
                "40 % of the budget is spent ($0.004244 of $0.010600): out-of-band requests see only the last 2 turns from now on."),
                ("budget_tight",
                "80 % of the budget is spent ($0.008488 of $0.010600): out-of-band requests see only their own turn from now on."),
                ("budget_spent", "The budget is spent ($0.012732 of $0.010600): no more out-of-band requests; turns go on with ASR only."),
            ],
            result.Of("notice").Where(notice => notice.Text("code")!.StartsWith("budget", StringComparison.Ordinal))
            .Select(notice => (notice.Text("code")!, notice.Text("message")!)));
        Assert.Equal("0.012732", Assert.Single(result.Of("summary")).GetProperty("total_usd").GetRawText());
    }

    [Fact]
    public async Task A_ladder_may_end_the_session_with_exit_3()
    {
        await using var server = await ServeAsync();
        using var host = HostProcess.StartOnPipe(
            server.Url, ["--model", "gpt-realtime", "--budget", "0.008", "--set", "budget.ladder=100% end"]);
        await host.SpeakAsync(TestCall.Pcm(1));
        await host.ReadAsync("turn", "assistant");
        await host.SpeakAsync(TestCall.Pcm(1)); // the input stays open
        var result = await host.EndAsync();

        Assert.Equal(3, result.ExitCode);
        Assert.Equal("budget", Assert.Single(result.Of("summary")).Text("exit"));
        Assert.Equal(2, (await RequestsAsync(server)).Count());
    }

    [Fact]
    public async Task The_days_budget_counts_what_earlier_sessions_of_the_same_directory_have_spent()
    {
        await using var server = await ServeAsync();
        var data = TestFolder.New().FullName;
        string[] args =
        [
            "run", "--json", "--url", server.Url.ToString(), "--model", "gpt-realtime", "--output", "null", "--pace", "fast", "--data",
            data, "--input", TestCall.Wav(TestCall.Pcm(1)),
            "--set", "playback.speed=100", "--set", "turns.settle=400 ms", "--set", "budget.per-day=0.008",
        ];
        var first = await HostProcess.RunAsync(args, key: "test");
        var second = await HostProcess.RunAsync(args, key: "test");
        var third = await HostProcess.RunAsync(args, key: "test");

        Assert.Empty(Budget(first));
        Assert.Equal(["The day's budget is spent ($0.008488 of $0.008000): no more out-of-band requests; turns go on with ASR only."],
            Budget(second));
        Assert.Equal(["completed", "completed"],
            new[] { first, second }.Select(run => run.Of("turn")[0].GetProperty("oob").Text("status")));
        // The day's budget is spent before the third session starts.
        Assert.Equal(Budget(second), Budget(third));
        Assert.Equal("disabled", third.Of("turn")[0].GetProperty("oob").Text("status"));

        var list = await HostProcess.RunAsync(["sessions", "list", "--json", "--data", data]);
        Assert.Equal([Each, Each, "0.000000"], list.Of("session").Select(session => session.GetProperty("oob_usd").GetRawText()));
        Assert.Equal("0.008488", Assert.Single(list.Of("day")).GetProperty("total_usd").GetRawText());

        static IEnumerable<string> Budget(HostResult run) =>
            run.Of("notice").Where(notice => notice.Text("code") == "budget_spent").Select(notice => notice.Text("message")!);
    }

    [Fact]
    public async Task A_session_that_was_killed_can_be_listed_shown_and_exported()
    {
        await using var server = await ServeAsync();
        using var host = HostProcess.Start(
            HostProcess.SessionArguments(server.Url,
            ["--model", "gpt-realtime", "--input", TestCall.Wav([.. TestCall.Pcm(1), .. Sound.Silence(60_000)])], pace: "realtime"),
            key: "test");
        var turn = await host.ReadUntilAsync(record => record.Text("type") == "turn");
        host.Signal("KILL");
        var killed = await host.EndAsync();
        File.AppendAllText(Path.Combine(killed.Folder!, "turns.jsonl"), turn.GetRawText()[..100]); // as an interrupted write leaves it

        Task<HostResult> Sessions(params string[] args) => HostProcess.RunAsync(["sessions", .. args, "--data", host.Data]);
        var list = await Sessions("list");
        var show = await Sessions("show", Path.GetFileName(killed.Folder!)[..12]);
        var json = await Sessions("show", "last", "--json");
        var subtitles = await Sessions("export", "last", "--format", "srt");

        Assert.All(new[] { list, show, json, subtitles }, run => Assert.Equal(0, run.ExitCode));
        Assert.Contains("unfinished*", list.Output, StringComparison.Ordinal);
        Assert.Contains($"=== User turn 1 (Realtime transcript) ===\nmodel\n990 text (10 cached) + 10 audio in, nothing out: ${Each}",
            show.Output, StringComparison.Ordinal);
        Assert.Equal(turn.GetRawText(), Assert.Single(json.Of("turn")).GetRawText());
        Assert.Equal("unfinished", json.Records[^1].Text("exit"));
        Assert.Contains("User: model", subtitles.Output, StringComparison.Ordinal);
        Assert.All(new[] { list, show, json, subtitles },
            run => Assert.Contains("1 unreadable line of turns.jsonl skipped",
            Assert.Single(run.Errors.Split('\n', StringSplitOptions.RemoveEmptyEntries)), StringComparison.Ordinal));
    }

    [Fact]
    public async Task Check_shows_the_price_table_what_the_prompt_costs_and_what_has_no_price()
    {
        var check = await HostProcess.RunAsync(
            ["check", "--model", "gpt-realtime-2.1-2026-03-01", "--asr-model", "new-asr", "--data", "none"]);
        var lines = check.Output.Split('\n');

        Assert.Equal(0, check.ExitCode);
        Assert.Contains(lines, line => line.StartsWith("* gpt-realtime-2.1 ", StringComparison.Ordinal)
            && line.Contains("4/0.4/24", StringComparison.Ordinal));
        Assert.Single(lines, line => line.StartsWith("* ", StringComparison.Ordinal));
        Assert.Contains(lines, line => line.Contains("16 models, read on 2026-11-22, ", StringComparison.Ordinal));
        Assert.Contains(lines, line => line.StartsWith("warning ", StringComparison.Ordinal)
            && line.Contains("There is no price for new-asr", StringComparison.Ordinal));
        Assert.Contains(lines, line => line.Contains(" per turn, ", StringComparison.Ordinal)
            && line.Contains("from the prompt cache", StringComparison.Ordinal));
    }

    private static Task<RealtimeSimulator> ServeAsync() =>
        TestCall.ServeAsync(FourCallsOfFourMills.Replace("TURN", Turn, StringComparison.Ordinal));

    private static async Task<IEnumerable<WireEntry>> RequestsAsync(RealtimeSimulator server) =>
        (await server.ConnectionAsync(1, HostProcess.Limit)).Log.Entries.Where(
        e => e is { Direction: Direction.Sent, Type: "response.create" });

    private static List<string?> Named(WireEntry request) =>
        [.. JsonElement.Parse(request["response.input"]!).EnumerateArray().Select(reference => reference.Text("id"))];
}
