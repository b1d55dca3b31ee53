using RealtimeAkka.Simulator;
using RealtimeAkka.Simulator.Scenarios;
using RealtimeAkka.Simulator.Wire;
using static RealtimeAkka.TestSupport.Sound;

namespace RealtimeAkka.EndToEnd.Tests.VirtualDevices;

/// <summary>The program as shipped, on a virtual microphone and loudspeaker.</summary>
[Collection(SoundCollection.Name)]
public sealed class ConversationTests
{
    [SoundFact]
    public async Task What_is_spoken_arrives_bit_for_bit_and_the_answer_is_heard_whole()
    {
        await using var sound = await VirtualSound.StartAsync();
        await using var server = await ServeAsync("""
            { "turns": [ { "asr": { "transcript": "asr one" }, "oob": { "text": "model one" }, "answer": { "text": "Here you are.", "audio_ms": 900 } } ] }
            """);
        await using var heard = await sound.RecordSpeakerAsync();
        using var host = Start(sound, server.Url, ["--turns", "1"]);
        await host.ReadUntilAsync(record => record.Text("type") == "session");
        var voice = (byte[])[.. Noise(600, 0.2), .. Silence(1200)];
        await sound.SpeakAsync(TestCall.Wav(voice));
        var result = await host.EndAsync();

        Assert.Equal(0, result.ExitCode);
        Assert.Equal([(1, "model one", "asr one")], result.Turns);
        var log = (await server.ConnectionAsync(1, HostProcess.Limit)).Log;
        var sent = Sounds(log, Direction.Sent, "input_audio_buffer.append", "audio");
        Assert.True(Likeness.IsWhole(sent, voice), "what was spoken is not in what was sent");

        var answer = Sounds(log, Direction.Received, "response.output_audio.delta", "delta");
        Assert.True(Likeness.IsWhole(await heard.StopAsync(), answer), "the answer was not heard whole");
        Assert.Equal(900, Assert.Single(result.Of("assistant")).GetProperty("heard_ms").GetInt64());
    }

    [SoundFact]
    public async Task While_it_is_muted_the_assistants_own_voice_makes_no_turn()
    {
        await using var sound = await VirtualSound.StartAsync();
        await using var server = await ServeAsync("""
            { "turns": [ { "asr": { "transcript": "asr one" }, "oob": { "text": "model one" }, "answer": { "text": "A long answer that comes back.", "audio_ms": 2500 } } ] }
            """);
        await using var echo = await sound.EchoAsync();
        using var host = Start(sound, server.Url, []);
        await host.ReadUntilAsync(record => record.Text("type") == "session");
        await sound.SpeakAsync(TestCall.Wav([.. Noise(600, 0.2), .. Silence(300)]));
        await host.ReadUntilAsync(record => record.Text("type") == "assistant");
        var log = (await server.ConnectionAsync(1, HostProcess.Limit)).Log;
        // 1 s with the microphone open after the answer: an echo would have made a turn by then.
        await log.WaitForAudioAsync(log.AudioBytes + 1000 * 48, HostProcess.Limit);
        host.Signal("INT");
        var result = await host.EndAsync();

        Assert.Equal(0, result.ExitCode);
        Assert.Equal([(1, "model one", "asr one")], result.Turns);
        Assert.Single(log.Of("input_audio_buffer.speech_started"));
    }

    [SoundFact]
    [Trait("Cookbook", "15")]
    public async Task Who_speaks_into_the_answer_silences_it_and_the_server_is_told_how_much_was_heard()
    {
        await using var sound = await VirtualSound.StartAsync();
        await using var server = await ServeAsync("""
            { "turns": [ { "answer": { "text": "An answer that nobody wants to hear to its end.", "audio_ms": 6000 } }, { "answer": { "text": "Yes?", "audio_ms": 200 } } ] }
            """);
        await using var recording = await sound.RecordSpeakerAsync();
        using var host = Start(sound, server.Url, ["--echo", "barge-in", "--turns", "2"]);
        await host.ReadUntilAsync(record => record.Text("type") == "session");
        var word = TestCall.Wav([.. Noise(600, 0.2), .. Silence(900)]);
        await sound.SpeakAsync(word);
        var log = (await server.ConnectionAsync(1, HostProcess.Limit)).Log;
        await recording.UntilSoundAsync(ms: 700);
        await sound.SpeakAsync(word);
        var result = await host.EndAsync();

        var truncated = await log.WaitAsync("conversation.item.truncate", HostProcess.Limit);
        var told = truncated.Json.GetProperty("audio_end_ms").GetInt64();
        var answers = result.Of("assistant");
        Assert.Equal("cancelled", answers[0].Text("status"));
        Assert.Equal(told, answers[0].GetProperty("heard_ms").GetInt64());
        Assert.Equal(answers[0].Text("item_id"), truncated["item_id"]);
        var first = Likeness.Spells(await recording.StopAsync(), pauseMs: 800)[0];
        var (atLeast, atMost) = Likeness.Heard(first, Sounds(log, Direction.Received, "response.output_audio.delta", "delta"))!.Value;
        Assert.InRange(told, atLeast - 50, atMost + 50);
        Assert.Equal(2, result.Of("turn").Count);
    }

    [SoundFact]
    public async Task A_device_that_is_opened_with_its_own_format_is_converted_both_ways()
    {
        await using var sound = await VirtualSound.StartAsync();
        await using var server = await ServeAsync("""
            { "turns": [ { "asr": { "transcript": "asr one" }, "oob": { "text": "model one" }, "answer": { "text": "Here you are.", "audio_ms": 900 } } ] }
            """);
        await using var heard = await sound.RecordSpeakerAsync();
        using var host = Start(sound, server.Url, ["--turns", "1", "--set", "devices.format=own"]);
        await host.ReadUntilAsync(record => record.Text("type") == "session");
        var voice = Speech(600);
        await sound.SpeakAsync(TestCall.Wav([.. voice, .. Silence(1200)]));
        var result = await host.EndAsync();

        Assert.Equal([(1, "model one", "asr one")], result.Turns);
        var log = (await server.ConnectionAsync(1, HostProcess.Limit)).Log;
        Assert.InRange(Likeness.Best(Sounds(log, Direction.Sent, "input_audio_buffer.append", "audio"), voice).Correlation, 0.999, 1);
        Assert.InRange(
            Likeness.Best(await heard.StopAsync(), Sounds(log, Direction.Received, "response.output_audio.delta", "delta")).Correlation,
            0.999, 1);
        Assert.Equal(900, Assert.Single(result.Of("assistant")).GetProperty("heard_ms").GetInt64());
    }

    [SoundFact]
    public async Task The_devices_are_listed_and_can_be_named()
    {
        await using var sound = await VirtualSound.StartAsync();
        using var host = HostProcess.Start(["devices", "--json"], variables: sound.Variables);
        var device = Assert.Single((await host.EndAsync()).Records);

        Assert.Equal("default", device.Text("name"));
        Assert.True(device.GetProperty("default_input").GetBoolean());
        using var wrong = HostProcess.Start(
            ["run", "--data", "none", "--url", "ws://127.0.0.1:1", "--input-device", "headset"], key: "test", variables: sound.Variables);
        var result = await wrong.EndAsync();
        Assert.Equal(4, result.ExitCode);
        Assert.Contains("--input-device headset is no microphone. There are: 0 default.", result.Errors, StringComparison.Ordinal);
    }

    internal static HostProcess Start(VirtualSound sound, Uri url, IEnumerable<string> args) =>
        HostProcess.Start(Arguments(url, args), key: "test", variables: sound.Variables);

    // 150 ms of device buffer avoids gaps in the playout on a busy machine.
    internal static IEnumerable<string> Arguments(Uri url, IEnumerable<string> args) =>
        ["run", "--set", "playback.latency=150 ms", "--json", "--url", url.ToString(), "--data", "{data}", "--set", "turns.settle=400 ms",
        .. args];

    internal static Task<RealtimeSimulator> ServeAsync(string scenario) =>
        RealtimeSimulator.StartAsync(new SimulatorOptions { Scenario = Scenario.Parse(scenario), Log = WireLogging.All });

    internal static byte[] Sounds(WireLog log, Direction direction, string type, string field) =>
        [.. log.Entries.Where(e => e.Direction == direction && e.Type == type).SelectMany(e => Convert.FromBase64String(e[field]!))];
}
