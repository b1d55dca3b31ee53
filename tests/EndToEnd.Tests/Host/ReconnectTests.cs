using System.Text.Json;
using RealtimeAkka.Faults;

namespace RealtimeAkka.EndToEnd.Tests.Host;

/// <summary>What a user sees when connections break; <see cref="RandomFaultTests"/> breaks them at every moment.</summary>
public class ReconnectTests
{
    private static readonly SpokenCall Call = new(turns: 3);

    [Fact]
    [Trait("Cookbook", "12")]
    public async Task What_was_said_before_is_told_to_the_next_connection_in_words_and_the_notices_say_what_happened()
    {
        // At real-time pace the first turn and its answer end long before the third turn begins.
        var result = await PlayAsync($$"""{ "close": { "after_audio_ms": {{Call.StartMs(3) + 300}}, "abrupt": true } }""");

        Assert.Equal(0, result.ExitCode);
        Assert.Equal([(1, "1a 1b 1c", "1a 1b 1c"), (2, "2a 2b 2c", "2a 2b 2c"), (3, "3a 3b 3c", "3a 3b 3c")], result.Turns);
        Assert.Equal(["disconnected", "reconnected"], result.Of("notice").Select(notice => notice.Text("code")));
        Assert.Equal(1, Assert.Single(result.Of("summary")).GetProperty("reconnects").GetInt32());
        var told = File.ReadLines(Path.Combine(result.Folder!, "wire.jsonl")).Select(line => JsonElement.Parse(line))
            .Where(line => line.Text("dir") == "sent").Select(line => line.GetProperty("event"))
            .Where(e => e.Text("type") == "conversation.item.create").Select(e => e.GetProperty("item"))
            .Select(item => $"{item.Text("role")}: {item.GetProperty("content")[0].Text("text")}").ToList();
        // Only heard answers are in the history. On a machine that stalls, the caller may have spoken before any of answer 1
        // was heard, or while its text still came: then the history holds the words that its record holds.
        var answers = result.Of("assistant").Where(answer => answer.GetProperty("turn").GetInt32() == 1).ToList();
        Assert.All(answers, answer => Assert.StartsWith(answer.Text("text")!, "Answer 1."));
        var first = answers.Where(answer => answer.GetProperty("heard_ms").GetInt64() > 0).Select(answer => $"assistant: {answer.Text("text")}")
            .ToArray();
        Assert.Equal(["user: 1a 1b 1c", .. first, "user: 2a 2b 2c"], told.Take(2 + first.Length));
    }

    [Fact]
    public async Task An_old_connection_is_renewed_in_a_pause_and_nobody_notices()
    {
        var result = await PlayAsync("{ }", "--set", "socket.rollover=1500 ms");

        Assert.Equal(Call.Words, result.Turns.SelectMany(turn => turn.Oob.Split(' ')));
        var summary = Assert.Single(result.Of("summary"));
        Assert.InRange(summary.GetProperty("reconnects").GetInt32(), 1, summary.GetProperty("duration_ms").GetInt64() / 1500);
        Assert.DoesNotContain(result.Of("assistant"), answer => answer.Text("error") == "connection_lost");
    }

    [Fact]
    public async Task When_no_connection_comes_the_session_fails_and_what_is_open_is_told()
    {
        var refusals = string.Join(", ", Enumerable.Repeat("""{ "refuse": "http_503" }""", 40));
        var result =
            await PlayAsync($$"""{ "faults": [ { "on": "input_audio_buffer.committed", "turn": 2, "do": "abort" } ] }, {{refusals}}""",
            "--set", "socket.give-up=1 s");

        Assert.Equal(1, result.ExitCode);
        Assert.Equal([(1, "1a 1b 1c", "1a 1b 1c"), (2, "<failed>", "<failed>")], result.Turns);
        Assert.Equal(["disconnected", "session_failed"], result.Of("notice").Select(notice => notice.Text("code")));
        Assert.Equal("failed", Assert.Single(result.Of("summary")).Text("exit"));
    }

    private static async Task<HostResult> PlayAsync(string connections, params string[] more)
    {
        var script = Call.Scenario();
        script["connections"] = System.Text.Json.Nodes.JsonNode.Parse($"[ {connections} ]");
        await using var server = await TestCall.ServeAsync(script.ToJsonString());
        return await HostProcess.SessionAsync(server.Url, ["--input", TestCall.Wav(Call.Pcm), .. more], pace: "realtime");
    }
}
