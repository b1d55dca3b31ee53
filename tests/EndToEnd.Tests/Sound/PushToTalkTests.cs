using RealtimeAkka.Simulator.Wire;
using static RealtimeAkka.TestSupport.Sound;

namespace RealtimeAkka.EndToEnd.Tests.VirtualDevices;

/// <summary>Push to talk: the user ends turns by Enter on a terminal; elsewhere a pause ends them.</summary>
[Collection(SoundCollection.Name)]
public sealed class PushToTalkTests
{
    private const string TwoTurns = """
        { "turns": [ { "asr": { "transcript": "asr one" }, "oob": { "text": "model one" }, "answer": { "text": "Yes.", "audio_ms": 200 } },
                     { "asr": { "transcript": "asr two" }, "oob": { "text": "model two" }, "answer": { "text": "Again yes.", "audio_ms": 200 } } ] }
        """;

    private static readonly string[] Manual = ["--turn-detection", "manual", "--turns", "2"];

    [SoundFact]
    public async Task What_was_said_between_two_Enters_is_a_turn_and_an_Enter_without_a_word_is_a_notice()
    {
        await using var sound = await VirtualSound.StartAsync();
        await using var server = await ConversationTests.ServeAsync(TwoTurns);
        using var host = HostProcess.StartOnTerminal(ConversationTests.Arguments(server.Url, Manual), "test", sound.Variables);
        while (await host.ReadLineAsync() is { } line
            && !line.Contains("Push to talk: speak, then press Enter.", StringComparison.Ordinal)) { }
        await host.ReadUntilAsync(record => record.Text("type") == "session");

        await host.PressEnterAsync();
        await host.ReadUntilAsync(record => record.Text("code") == "nothing_said");
        // Two sentences with a pause of 1200 ms, which would end the turn if the input were a file.
        var voice = (byte[])[.. Noise(500, 0.2), .. Silence(1200), .. Speech(400)];
        await sound.SpeakAsync(TestCall.Wav(voice));
        await host.PressEnterAsync();
        await host.ReadUntilAsync(record => record.Text("type") == "assistant");
        await sound.SpeakAsync(TestCall.Wav(Speech(600)));
        await host.PressEnterAsync();
        var result = await host.EndAsync();

        Assert.Equal(0, result.ExitCode);
        Assert.Equal([(1, "model one", "asr one"), (2, "model two", "asr two")], result.Turns);
        var log = (await server.ConnectionAsync(1, HostProcess.Limit)).Log;
        Assert.Equal(2, log.Of("input_audio_buffer.commit").Count);
        Assert.Empty(log.Of("error"));
        var first = log.Entries.TakeWhile(e => e.Type != "input_audio_buffer.commit")
            .Where(e => e is { Direction: Direction.Sent, Type: "input_audio_buffer.append" })
            .SelectMany(e => Convert.FromBase64String(e["audio"]!)).ToArray();
        Assert.True(Likeness.IsWhole(first, voice), "the first turn does not hold both sentences to their end");
    }

    [SoundFact]
    public async Task In_the_live_view_Enter_ends_turns_and_a_key_opens_the_next_microphone()
    {
        if (TmuxTerminal.Missing is not null) return;
        await using var sound = await VirtualSound.StartAsync();
        await using var server = await ConversationTests.ServeAsync(TwoTurns);
        string[] command =
        [
            "dotnet", Path.Combine(AppContext.BaseDirectory, "realtime-akka.dll"),
            .. ConversationTests.Arguments(server.Url, [.. Manual, "--ui", "live"]).Where(word => word != "--json")
                .Select(word => word == "{data}" ? TestFolder.New().FullName : word),
        ];
        using var terminal = TmuxTerminal.Run(
            $"{string.Join(' ', command.Select(word => $"'{word}'"))}; echo ended with $?", 80, 24,
            new Dictionary<string, string>(sound.Variables) { ["OPENAI_API_KEY"] = "test" });
        await terminal.ShowsAsync("Enter ends your turn");
        await terminal.ShowsAsync("Microphone: "); // its name, once it works
        terminal.Press("d");
        await terminal.ShowsAsync("The microphone is now");

        await sound.SpeakAsync(TestCall.Wav(Speech(600)));
        terminal.Press("Enter");
        await terminal.ShowsAsync(
            screen => screen.Contains("reply  Yes.", StringComparison.Ordinal) && screen.Contains("listening", StringComparison.Ordinal),
            "the answer, and an open microphone");
        await sound.SpeakAsync(TestCall.Wav(Speech(600)));
        terminal.Press("Enter");
        await terminal.ShowsAsync("ended with 0");

        Assert.Equal(2, (await server.ConnectionAsync(1, HostProcess.Limit)).Log.Of("input_audio_buffer.commit").Count);
    }

    [SoundFact]
    public async Task Without_a_terminal_a_pause_ends_a_turn()
    {
        await using var sound = await VirtualSound.StartAsync();
        await using var server = await ConversationTests.ServeAsync(TwoTurns);
        using var host = ConversationTests.Start(sound, server.Url, [.. Manual, "--set", "manual.silence=400 ms"]);
        await host.ReadUntilAsync(record => record.Text("type") == "session");
        var voice = TestCall.Wav([.. Noise(500, 0.2), .. Silence(600)]);
        await sound.SpeakAsync(voice);
        await host.ReadUntilAsync(record => record.Text("type") == "assistant");
        await sound.SpeakAsync(voice);
        var result = await host.EndAsync();

        Assert.Equal([(1, "model one", "asr one"), (2, "model two", "asr two")], result.Turns);
        Assert.DoesNotContain("Push to talk", result.Errors, StringComparison.Ordinal);
    }

    [SoundFact]
    public async Task The_server_may_judge_by_what_is_said_when_a_turn_is_over()
    {
        await using var sound = await VirtualSound.StartAsync();
        await using var server = await ConversationTests.ServeAsync(TwoTurns);
        using var host = ConversationTests.Start(
            sound, server.Url, ["--turn-detection", "semantic_vad", "--set", "turn-detection.eagerness=high", "--turns", "1"]);
        await host.ReadUntilAsync(record => record.Text("type") == "session");
        await sound.SpeakAsync(TestCall.Wav(Noise(800, 0.2)));
        var result = await host.EndAsync();

        Assert.Equal([(1, "model one", "asr one")], result.Turns);
        var asked = (await server.ConnectionAsync(1, HostProcess.Limit)).Log.Of("session.update")[0];
        Assert.Equal("semantic_vad", asked["session.audio.input.turn_detection.type"]);
        Assert.Equal("high", asked["session.audio.input.turn_detection.eagerness"]);
    }
}
