using System.Diagnostics;
using System.Text.Json;
using RealtimeAkka.Simulator;
using RealtimeAkka.Simulator.Scenarios;
using RealtimeAkka.Simulator.Wire;
using static RealtimeAkka.TestSupport.Sound;

namespace RealtimeAkka.EndToEnd.Tests.VirtualDevices;

/// <summary>How soon the microphone opens and playback stops, and that devices give the same turns as a file.</summary>
[Collection(SoundCollection.Name)]
public sealed class TimingTests
{
    [SoundFact]
    public async Task After_the_last_heard_sample_the_microphone_opens_when_the_echo_has_died_and_not_much_later()
    {
        const int EchoTail = 200;
        await using var sound = await VirtualSound.StartAsync();
        await using var server = await ConversationTests.ServeAsync(
            """{ "turns": [ { "answer": { "text": "Here you are.", "audio_ms": 2000 } } ] }""");
        await using var microphone = await sound.RecordMicrophoneAsync();
        await using var speaker = await sound.RecordSpeakerAsync();
        using var host = ConversationTests.Start(sound, server.Url, []);
        await host.ReadUntilAsync(record => record.Text("type") == "session");
        var voice = Noise(4000, 0.2);
        await sound.SpeakAsync(TestCall.Wav([.. voice.AsSpan(0, 600 * 48), .. Silence(300)]));
        await speaker.UntilAsync(heard => heard.AsSpan().ContainsAnyExcept((byte)0));
        using var delay = new MachineDelay();
        // The caller talks during the answer and after it.
        await sound.SpeakAsync(TestCall.Wav(voice[(600 * 48)..]));
        var log = (await server.ConnectionAsync(1, HostProcess.Limit)).Log;
        await log.WaitForAudioAsync(log.AudioBytes + 300 * 48, HostProcess.Limit);
        host.Signal("INT");
        await host.EndAsync();

        var lastHeard = speaker.StartedAt + Length(EndOfSound(await speaker.StopAsync()));
        var sent = ConversationTests.Sounds(log, Direction.Sent, "input_audio_buffer.append", "audio");
        // By the word's last 20 ms: a busy machine may have made gaps before them.
        var unmuted = Likeness.Find(sent, voice.AsSpan(580 * 48, 20 * 48)) * 2 + 20 * 48;
        while (sent.AsSpan(unmuted, 2).IndexOfAnyExcept((byte)0) < 0) unmuted += 2;
        var firstUnmuted = microphone.StartedAt + Length(Likeness.Find(await microphone.StopAsync(), sent.AsSpan(unmuted, 20 * 48)) * 2);

        // The device, the playback station and the microphone station can each add one scheduling delay.
        Assert.InRange((firstUnmuted - lastHeard).TotalMilliseconds, EchoTail - 120, EchoTail + 40 + 3 * delay.Longest);
    }

    [SoundFact]
    public async Task Who_speaks_into_the_answer_has_silenced_it_within_a_tenth_of_a_second()
    {
        await using var sound = await VirtualSound.StartAsync();
        await using var server = await ConversationTests.ServeAsync(
            """{ "turns": [ { "answer": { "text": "An answer that nobody wants to hear to its end.", "audio_ms": 6000 } } ] }""");
        await using var speaker = await sound.RecordSpeakerAsync();
        using var host = ConversationTests.Start(
            sound, server.Url, ["--echo", "barge-in", "--turns", "2", "--set", "playback.latency=40 ms"]);
        await host.ReadUntilAsync(record => record.Text("type") == "session");
        var word = TestCall.Wav([.. Noise(600, 0.2), .. Silence(900)]);
        await sound.SpeakAsync(word);
        var log = (await server.ConnectionAsync(1, HostProcess.Limit)).Log;
        await speaker.UntilSoundAsync(ms: 700);
        using var delay = new MachineDelay();
        await sound.SpeakAsync(word);
        await log.WaitAsync("conversation.item.truncate", HostProcess.Limit);
        var started = Stopwatch.GetElapsedTime(0) - (DateTimeOffset.UtcNow - log.Of("input_audio_buffer.speech_started")[1].At);

        var silent = speaker.StartedAt + Length(EndOfSound(await speaker.StopAsync()));

        // A pause of the answer may start before the word. The connection, the playback station and the device can each add a delay.
        Assert.InRange((silent - started).TotalMilliseconds, -250, 100 + 3 * delay.Longest);
    }

    [SoundFact]
    public async Task Through_microphone_and_loudspeaker_a_call_gives_the_same_turns_as_from_a_file()
    {
        var scenario = Scenario.Load(Sample("intake-call.scenario.json"));
        await using var forFile = await RealtimeSimulator.StartAsync(new SimulatorOptions { Scenario = scenario });
        var fromFile = await HostProcess.SessionAsync(forFile.Url, ["--profile", "cookbook", "--input", Sample("intake-call.wav")]);

        await using var sound = await VirtualSound.StartAsync();
        await using var server = await RealtimeSimulator.StartAsync(new SimulatorOptions { Scenario = scenario });
        using var host = ConversationTests.Start(sound, server.Url, ["--profile", "cookbook", "--turns", "6"]);
        await host.ReadUntilAsync(record => record.Text("type") == "session");
        foreach (var said in Sentences(Wav("intake-call.wav"), pauseMs: 800))
        {
            await sound.SpeakAsync(TestCall.Wav([.. said, .. Silence(1000)]));
            // The caller speaks again only after the answer.
            await host.ReadUntilAsync(record => record.Text("type") == "assistant");
        }
        var result = await host.EndAsync();

        Assert.Equal(6, fromFile.Of("turn").Count);
        Assert.Equal(fromFile.Of("turn").Select(Joined), result.Of("turn").Select(Joined));
    }

    // 1000 ms is longer than the voice's own pauses and than the gaps on a busy machine.
    private static int EndOfSound(byte[] recording) =>
        recording.AsSpan().IndexOfAnyExcept((byte)0) + Likeness.Spells(recording, pauseMs: 1000)[0].Length;

    private static TimeSpan Length(long bytes) => TimeSpan.FromSeconds(bytes / 48_000.0);

    // The turn without ids and times, and without costs: a request that was sent twice costs twice.
    private static string Joined(JsonElement turn) =>
        string.Join(' ', turn.GetProperty("turn"), Transcript(turn.GetProperty("oob")), Transcript(turn.GetProperty("asr")),
        turn.GetProperty("agreement"));

    private static string Transcript(JsonElement transcript) =>
        string.Join(' ', transcript.Text("status"), transcript.Text("text"), transcript.GetProperty("usage"));

    // Cuts the call at pauses of this length.
    private static IEnumerable<byte[]> Sentences(byte[] call, int pauseMs)
    {
        const int Frame = 20 * 48;
        var (start, quiet) = (-1, 0);
        for (var at = 0; at + Frame <= call.Length; at += Frame)
        {
            var loud = Protocol.Pcm.Rms(call.AsSpan(at, Frame)) > 0.01;
            if (loud && start < 0) start = at;
            quiet = loud ? 0 : quiet + 20;
            if (start < 0 || quiet < pauseMs) continue;
            yield return call[start..at];
            start = -1;
        }
        if (start >= 0) yield return call[start..];
    }
}
