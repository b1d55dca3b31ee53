using RealtimeAkka.Audio;
using RealtimeAkka.Protocol;
using RealtimeAkka.Simulator.Wire;
using static RealtimeAkka.TestSupport.Sound;

namespace RealtimeAkka.EndToEnd.Tests.VirtualDevices;

/// <summary>Sessions with <c>--record audio</c>.</summary>
[Collection(SoundCollection.Name)]
public sealed class RecordAudioTests
{
    private const string OneTurn =
        """{ "turns": [ { "asr": { "transcript": "asr one" }, "oob": { "text": "model one" }, "answer": { "text": "Here you are.", "audio_ms": 900 } } ] }""";

    [Fact]
    public async Task What_was_sent_of_a_file_is_recorded_sample_for_sample_and_for_its_owner_only()
    {
        await using var server = await ConversationTests.ServeAsync(OneTurn);
        var result = await HostProcess.RunAsync(
            [.. ConversationTests.Arguments(
            server.Url, ["--input", TestCall.Wav(TestCall.Pcm(1)), "--output", "null", "--pace", "fast", "--record", "audio"])],
            key: "test");

        Assert.Equal((0, ""), (result.ExitCode, result.Errors));
        Assert.Equal([(1, "model one", "asr one")], result.Turns);
        var log = (await server.ConnectionAsync(1, HostProcess.Limit)).Log;
        var input = Path.Combine(result.Folder!, "input.wav");
        Assert.Equal(ConversationTests.Sounds(log, Direction.Sent, "input_audio_buffer.append", "audio"), Samples(input));
        Assert.False(File.Exists(Path.Combine(result.Folder!, "wire.jsonl")));
        if (!OperatingSystem.IsWindows()) Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(input));
    }

    [Fact]
    public async Task Records_and_subtitles_stand_on_the_clock_of_the_recording()
    {
        await using var server = await ConversationTests.ServeAsync("""
            { "defaults": { "answer_delay_ms": 50 }, "turns": [
              { "asr": { "transcript": "one" }, "oob": { "text": "one" }, "answer": { "text": "Here you are.", "audio_ms": 900 } },
              { "asr": { "transcript": "two" }, "oob": { "text": "two" }, "answer": { "text": "Good-bye.", "audio_ms": 700 } } ] }
            """);
        using var host = HostProcess.Start(
            ConversationTests.Arguments(server.Url, ["--input", TestCall.Wav(TestCall.Pcm(2)), "--output", "null", "--record", "audio"]), "test");
        var result = await host.EndAsync();
        Assert.Equal((0, ""), (result.ExitCode, result.Errors));

        var (input, output) = (Samples(Path.Combine(result.Folder!, "input.wav")), Samples(Path.Combine(result.Folder!, "output.wav")));
        var turns = result.Of("turn").Select(turn => (From: Ms(turn, "started_ms"), To: Ms(turn, "ended_ms"), Sent: Ms(turn, "audio_start_ms"))).ToList();
        var answers = result.Of("assistant").Select(answer => (From: Ms(answer, "started_ms"), Heard: Ms(answer, "heard_ms"))).ToList();
        // The file waits while the answer is heard: the clock goes on, that of the audio does not.
        Assert.InRange(turns[1].From - turns[0].From, turns[1].Sent - turns[0].Sent + 800, turns[1].Sent - turns[0].Sent + 5000);
        Assert.All(turns, turn => Assert.True(Pcm.Rms(Between(input, turn.From + 300, turn.From + 700)) > 0.02)); // 300 ms of silence come before
        Assert.True(Pcm.Rms(Between(input, turns[0].To + 200, turns[1].From)) < 0.01);
        Assert.All(answers, answer => Assert.True(Pcm.Rms(Between(output, answer.From + 100, answer.From + answer.Heard - 100)) > 0.01));
        Assert.True(Pcm.Rms(Between(output, 0, answers[0].From - 200)) < 0.001);

        var export = await HostProcess.RunAsync(["sessions", "export", "last", "--format", "srt", "--data", host.Data]);
        var times = export.Output.Split('\n').Where(line => line.Contains("-->", StringComparison.Ordinal))
            .SelectMany(line => line.Split(" --> ")).Select(time => TimeSpan.Parse(time.Trim().Replace(',', '.'), null)).ToList();
        Assert.Equal(8, times.Count);
        Assert.Equal(times.Order(), times); // nobody overlaps
    }

    private static long Ms(System.Text.Json.JsonElement record, string name) => record.GetProperty(name).GetInt64();

    private static byte[] Between(byte[] samples, long fromMs, long toMs) =>
        samples[(int)Math.Clamp(fromMs * 48, 0, samples.Length)..(int)Math.Clamp(toMs * 48, 0, samples.Length)];

    [SoundFact]
    public async Task Both_files_hold_what_the_devices_heard_on_one_clock()
    {
        await using var sound = await VirtualSound.StartAsync();
        await using var server = await ConversationTests.ServeAsync(OneTurn);
        await using var microphone = await sound.RecordMicrophoneAsync();
        await using var speaker = await sound.RecordSpeakerAsync();
        using var host = ConversationTests.Start(sound, server.Url, ["--turns", "1", "--record", "audio,wire"]);
        await host.ReadUntilAsync(record => record.Text("type") == "session");
        var voice = Noise(600, 0.2);
        await sound.SpeakAsync(TestCall.Wav([.. voice, .. Silence(1200)]));
        var result = await host.EndAsync();

        Assert.Equal([(1, "model one", "asr one")], result.Turns);
        var log = (await server.ConnectionAsync(1, HostProcess.Limit)).Log;
        var answer = ConversationTests.Sounds(log, Direction.Received, "response.output_audio.delta", "delta");
        var (input, output) = (Samples(Path.Combine(result.Folder!, "input.wav")), Samples(Path.Combine(result.Folder!, "output.wav")));
        var (inRoom, outOfSpeaker) = (await microphone.StopAsync(), await speaker.StopAsync());
        var spoken = Assert.NotNull(Likeness.FindInBoth(input, inRoom, voice));
        var played = Assert.NotNull(Likeness.FindInBoth(output, outOfSpeaker, answer));
        // The time from the word to the answer is the same in the files as at the devices.
        var inTheRoom = speaker.StartedAt + played.Second - microphone.StartedAt - spoken.Second;
        Assert.InRange((played.First - spoken.First - inTheRoom).TotalMilliseconds, -80, 80);
        // Muted audio is silence in the file too, as it was sent.
        Assert.Equal(ConversationTests.Sounds(log, Direction.Sent, "input_audio_buffer.append", "audio"), input[^(int)log.AudioBytes..]);
        Assert.True(File.Exists(Path.Combine(result.Folder!, "wire.jsonl")));
    }

    [SoundFact]
    public async Task A_killed_program_leaves_files_that_can_be_played()
    {
        await using var sound = await VirtualSound.StartAsync();
        await using var server = await ConversationTests.ServeAsync(OneTurn);
        using var host = ConversationTests.Start(sound, server.Url, ["--record", "audio"]);
        await host.ReadUntilAsync(record => record.Text("type") == "session");
        var voice = Noise(600, 0.2);
        await sound.SpeakAsync(TestCall.Wav([.. voice, .. Silence(300)]));
        await host.ReadUntilAsync(record => record.Text("type") == "assistant");
        var log = (await server.ConnectionAsync(1, HostProcess.Limit)).Log;
        await log.WaitForAudioAsync(log.AudioBytes + 2000 * 48, HostProcess.Limit);
        host.Signal("KILL");
        await host.EndAsync();

        var folder = Directory.GetDirectories(host.Data, "s-*").Single();
        Assert.True(Likeness.IsWhole(Samples(Path.Combine(folder, "input.wav")), voice));
        var answer = ConversationTests.Sounds(log, Direction.Received, "response.output_audio.delta", "delta");
        Assert.True(Likeness.IsWhole(Samples(Path.Combine(folder, "output.wav")), answer));
    }

    // Reads as many bytes as the header states.
    private static byte[] Samples(string path)
    {
        using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        var (format, bytes) = WavFormat.Read(file);
        Assert.Equal(new WavFormat(24_000, 1, 16, IsFloat: false), format);
        Assert.InRange(bytes, 1, file.Length - file.Position);
        var samples = new byte[bytes];
        file.ReadExactly(samples);
        return samples;
    }
}
