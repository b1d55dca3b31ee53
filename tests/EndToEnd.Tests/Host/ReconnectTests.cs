using System.Text.Json;

namespace RealtimeAkka.EndToEnd.Tests.Host;

/// <summary>Lines that are cut in the middle of a call: every word is in exactly one joined turn, and the notices say what happened.</summary>
public class ReconnectTests
{
    // Three turns, from 300 to 800 ms, 2,000 to 2,500 and 3,700 to 4,200; the transcripts come soon after each.
    private const string Turns = """
        "defaults": { "asr_delay_ms": 60, "oob_delay_ms": 60 },
        "turns": [
          { "asr": { "transcript": "one" }, "oob": { "text": "One." }, "answer": { "text": "A.", "audio_ms": 200 } },
          { "asr": { "transcript": "two" }, "oob": { "text": "Two." }, "answer": { "text": "B.", "audio_ms": 200 } },
          { "asr": { "transcript": "three" }, "oob": { "text": "Three." }, "answer": { "text": "C.", "audio_ms": 200 } } ]
        """;

    private static readonly (int, string, string)[] Whole = [(1, "One.", "one"), (2, "Two.", "two"), (3, "Three.", "three")];

    [Theory]
    [InlineData("""{ "close": { "after_audio_ms": 2200, "abrupt": true } }, { "first_turn": 2 }""")]
    [InlineData("""{ "close": { "after_audio_ms": 2200 } }, { "first_turn": 2 }""")]
    [InlineData("""{ "expires_after_ms": 2500 }, { "first_turn": 2 }""")]
    public async Task In_the_middle_of_a_sentence(string connections) => Hears(await CallAsync(connections), reconnects: 1);

    [Theory]
    [InlineData("input_audio_buffer.speech_started")]
    [InlineData("input_audio_buffer.speech_stopped")]
    [InlineData("input_audio_buffer.committed")]
    [InlineData("conversation.item.input_audio_transcription.completed")]
    public async Task Between_what_was_said_and_its_transcripts(string on) =>
        Hears(await CallAsync($$"""{ "faults": [ { "on": "{{on}}", "nth": 2, "do": "abort" } ] }, { "first_turn": 2 }"""), reconnects: 1);

    [Fact]
    public async Task In_the_middle_of_a_reply()
    {
        var result = await CallAsync("""{ "faults": [ { "on": "response.output_audio.delta", "turn": 2, "oob": false, "do": "abort" } ] }, { "first_turn": 3 }""", "\"answer_delay_ms\": 400,");

        Hears(result, reconnects: 1);
        Assert.Contains(result.Of("assistant"), answer => answer.Text("error") == "connection_lost");
    }

    [Fact]
    public async Task During_the_handshake() => Hears(
        await CallAsync("""{ "faults": [ { "on": "session.created", "do": "abort" } ] }, { "faults": [ { "on": "session.updated", "do": "close", "code": 1013 } ] }"""), reconnects: 1);

    [Fact]
    public async Task Five_times_in_a_row() => Hears(
        await CallAsync("""
            { "close": { "after_audio_ms": 2200, "abrupt": true } }, { "close": { "after_audio_ms": 400, "abrupt": true } }, { "refuse": "http_503" },
            { "faults": [ { "on": "session.created", "do": "abort" } ] }, { "close": { "after_audio_ms": 700, "code": 1012 } }, { "first_turn": 2 }
            """), reconnects: 3);

    [Fact]
    public async Task What_was_said_before_is_told_to_the_next_connection_in_words()
    {
        var result = await CallAsync("""{ "close": { "after_audio_ms": 2200, "abrupt": true } }, { "first_turn": 2 }""", more: ["--record", "wire"]);

        var told = File.ReadLines(Path.Combine(result.Folder!, "wire.jsonl")).Select(line => JsonElement.Parse(line)).Where(line => line.Text("dir") == "sent").Select(line => line.GetProperty("event"))
            .Where(e => e.Text("type") == "conversation.item.create").Select(e => e.GetProperty("item")).Select(item => $"{item.Text("role")}: {item.GetProperty("content")[0].Text("text")}");
        Assert.Equal(["user: One.", "assistant: A."], told);
    }

    [Fact]
    public async Task An_old_connection_is_renewed_in_a_pause_and_nobody_notices()
    {
        await using var server = await TestCall.ServeAsync("""{ "defaults": { "asr_delay_ms": 60, "oob_delay_ms": 60 } }""");
        var result = await HostProcess.SessionAsync(server.Url, ["--input", TestCall.Wav(TestCall.Pcm(3)), "--set", "socket.rollover=1500 ms"], pace: "realtime");

        Assert.Equal([1, 2, 3], result.Turns.Select(turn => turn.Turn));
        Assert.All(result.Of("turn"), turn => Assert.Equal(("completed", "completed"), (turn.GetProperty("oob").Text("status"), turn.GetProperty("asr").Text("status"))));
        Assert.InRange(Assert.Single(result.Of("summary")).GetProperty("reconnects").GetInt32(), 1, 4);
        Assert.DoesNotContain(result.Of("assistant"), answer => answer.Text("error") == "connection_lost");
    }

    [Fact]
    public async Task When_no_connection_comes_the_session_fails_and_what_is_open_is_told()
    {
        var result = await CallAsync(
            """{ "faults": [ { "on": "input_audio_buffer.committed", "turn": 2, "do": "abort" } ] }, { "refuse": "http_503" }, { "refuse": "http_503" }, { "refuse": "http_503" }, { "refuse": "http_503" }, { "refuse": "http_503" }, { "refuse": "http_503" }, { "refuse": "http_503" }, { "refuse": "http_503" }""",
            more: ["--set", "socket.give-up=1 s"]);

        Assert.Equal(1, result.ExitCode);
        Assert.Equal([(1, "One.", "one"), (2, "<failed>", "<failed>")], result.Turns);
        Assert.Equal(["disconnected", "session_failed"], result.Of("notice").Select(notice => notice.Text("code")));
        Assert.Equal("failed", Assert.Single(result.Of("summary")).Text("exit"));
    }

    // At real-time pace: a fault at a place in the sound is then a fault at a moment of the conversation.
    private static async Task<HostResult> CallAsync(string connections, string defaults = "", IEnumerable<string>? more = null)
    {
        await using var server = await TestCall.ServeAsync($$"""{ {{Turns.Replace("\"defaults\": {", "\"defaults\": { " + defaults, StringComparison.Ordinal)}}, "connections": [ {{connections}} ] }""");
        return await HostProcess.SessionAsync(server.Url, ["--input", TestCall.Wav(TestCall.Pcm(3)), .. more ?? []], pace: "realtime");
    }

    private static void Hears(HostResult result, int reconnects)
    {
        Assert.Equal(0, result.ExitCode);
        Assert.Equal(Whole, result.Turns);
        var summary = Assert.Single(result.Of("summary"));
        Assert.Equal(reconnects, summary.GetProperty("reconnects").GetInt32());
        Assert.Equal(0, summary.GetProperty("audio").GetProperty("dropped_ms").GetInt32());
        Assert.Equal(Enumerable.Repeat<string[]>(["disconnected", "reconnected"], reconnects).SelectMany(both => both), result.Of("notice").Select(notice => notice.Text("code")));
    }
}
