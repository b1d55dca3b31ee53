using RealtimeAkka.Simulator.Wire;

namespace RealtimeAkka.EndToEnd.Tests.Tasks;

/// <summary>Suspicious transcripts, and prompt files that are edited during a session.</summary>
public sealed class TranscriptTests
{
    private const string Labelled = """
        { "defaults": { "asr_delay_ms": 30, "oob_delay_ms": 30, "answer_delay_ms": 10, "interval_ms": 0 }, "turns": [
          { "asr": { "transcript": "hello" }, "oob": { "text": "Hello.", "first": [ { "text": "User: Hello." } ] }, "answer": { "text": "a", "audio_ms": 100 } } ] }
        """;

    [Theory]
    [InlineData("flag", "User: Hello.", 1, "labelled")]
    [InlineData("prefer-asr", "User: Hello.", 1, "labelled,asr_preferred")]
    [InlineData("retry", "Hello.", 2, "transcribed_again")]
    public async Task A_transcript_that_looks_made_up_is_flagged_and_dealt_with_as_configured(
    string onSuspect, string text, int requests, string flags)
    {
        await using var server = await TestCall.ServeAsync(Labelled);
        var result = await HostProcess.SessionAsync(
            server.Url, ["--input", TestCall.Wav(TestCall.Pcm(1)), "--set", $"transcription.on-suspect={onSuspect}"]);

        Assert.Equal(0, result.ExitCode);
        var turn = Assert.Single(result.Of("turn"));
        Assert.Equal(text, turn.GetProperty("oob").Text("text"));
        Assert.Equal(flags.Split(','),
            turn.GetProperty("flags").EnumerateArray().Select(flag => flag.GetString()).Where(flag => flag != "usage_without_audio"));
        Assert.Equal(requests, turn.GetProperty("oob").GetProperty("attempts").GetInt32());
        Assert.Equal(
            requests, (await server.ConnectionAsync(1, HostProcess.Limit)).Log.Entries.Count(
            e => e is { Direction: Direction.Sent, Type: "response.create" }));
    }

    [Theory]
    [InlineData(0.002, "no_speech_energy,asr_no_speech_energy")]
    [InlineData(0.05, "")]
    public async Task Words_where_next_to_nothing_could_be_heard_are_flagged(double loudness, string flags)
    {
        await using var server = await TestCall.ServeAsync(Labelled.Replace("User: Hello.", "Hello.", StringComparison.Ordinal));
        var call = TestCall.Wav([.. Sound.Silence(300), .. Sound.Noise(800, loudness), .. Sound.Silence(900)]);
        var result = await HostProcess.SessionAsync(server.Url, ["--input", call, "--set", "turn-detection.threshold=0"]);

        var turn = Assert.Single(result.Of("turn"));
        Assert.Equal(
            flags, string.Join(',', turn.GetProperty("flags").EnumerateArray().Select(flag => flag.GetString())
            .Where(flag => flag != "usage_without_audio")));
    }

    [Fact]
    public async Task An_edited_prompt_holds_from_the_next_turn_on_and_a_broken_one_leaves_the_last_good_one()
    {
        await using var server = await TestCall.ServeAsync(
            """{ "defaults": { "asr_delay_ms": 30, "oob_delay_ms": 30, "answer_delay_ms": 10, "interval_ms": 0 } }""");
        var folder = new ConfigFolder("");
        var prompt = folder.Write("transcription.md", "Transcribe it.");
        using var host = HostProcess.StartOnPipe(server.Url, ["--transcription-prompt", prompt]);

        await host.SpeakAsync(TestCall.Pcm(1));
        await host.ReadAsync("turn");
        folder.Write("transcription.md", "Transcribe it, word for word.");
        await host.SpeakAsync(TestCall.Pcm(1));
        await host.ReadAsync("turn");
        folder.Write("transcription.md", "");
        await host.SpeakAsync(TestCall.Pcm(1));
        host.HangUp();
        var result = await host.EndAsync();

        var versions = result.Of("turn").Select(turn => turn.GetProperty("oob").Text("prompt")).ToList();
        Assert.Equal(3, versions.Count);
        Assert.NotEqual(versions[0], versions[1]);
        Assert.Equal(versions[1], versions[2]);
        Assert.Equal("prompt_broken", Assert.Single(result.Of("notice"), notice => notice.Text("code") == "prompt_broken").Text("code"));
        var asked = (await server.ConnectionAsync(1, HostProcess.Limit)).Log.Of("response.create")
            .Where(e => e["response.metadata.attempt"] == "1").Select(e => e["response.instructions"]);
        Assert.Equal(["Transcribe it.", "Transcribe it, word for word.", "Transcribe it, word for word."], asked);
    }
}
