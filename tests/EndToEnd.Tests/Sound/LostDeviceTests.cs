using RealtimeAkka.Simulator.Wire;
using static RealtimeAkka.TestSupport.Sound;

namespace RealtimeAkka.EndToEnd.Tests.VirtualDevices;

/// <summary>The microphone and the loudspeaker disappear while the program runs.</summary>
[Collection(SoundCollection.Name)]
public sealed class LostDeviceTests
{
    private const string TwoTurns = """
        { "turns": [ { "asr": { "transcript": "asr one" }, "oob": { "text": "model one" }, "answer": { "text": "Yes.", "audio_ms": 200 } },
                     { "asr": { "transcript": "asr two" }, "oob": { "text": "model two" }, "answer": { "text": "And again yes.", "audio_ms": 300 } } ] }
        """;

    [SoundFact]
    public async Task A_sound_server_that_dies_and_comes_back_costs_nothing_but_the_time_and_the_servers_clock_stays_true()
    {
        await using var sound = await VirtualSound.StartAsync();
        await using var server = await ConversationTests.ServeAsync(TwoTurns);
        using var host = ConversationTests.Start(sound, server.Url, ["--turns", "2"]);
        await FirstTurnAsync(host, sound);
        var log = (await server.ConnectionAsync(1, HostProcess.Limit)).Log;
        var (before, sentBefore) = (Lateness(log, 0, log.AudioBytes), log.AudioBytes);

        await sound.KillAsync();
        await NoticesAsync(host, "microphone_lost", "speaker_lost");
        await sound.StartAgainAsync();
        await NoticesAsync(host, "microphone_back", "speaker_back");
        await using var heard = await sound.RecordSpeakerAsync();
        var sentAgain = log.AudioBytes;
        var voice = (byte[])[.. Noise(600, 0.2), .. Silence(900)];
        await sound.SpeakAsync(TestCall.Wav(voice));
        var result = await host.EndAsync();

        Assert.Equal(0, result.ExitCode);
        Assert.Equal([(1, "model one", "asr one"), (2, "model two", "asr two")], result.Turns);
        // Measured during the 600 ms of speech only: the silence that ends a session is sent without pacing.
        Assert.InRange((Lateness(log, sentAgain, sentAgain + 600 * 48) - before).TotalMilliseconds, -150, 150);
        var audio = ConversationTests.Sounds(log, Direction.Sent, "input_audio_buffer.append", "audio");
        Assert.True(Likeness.IsWhole(audio.AsSpan((int)sentBefore), voice), "what was spoken afterwards is not in what was sent");
        var answers = ConversationTests.Sounds(log, Direction.Received, "response.output_audio.delta", "delta");
        Assert.True(Likeness.IsWhole(await heard.StopAsync(), answers.AsSpan(200 * 48)), "the second answer was not heard whole");
        Assert.Equal([200, 300], result.Of("assistant").Select(answer => answer.GetProperty("heard_ms").GetInt64()));
    }

    [SoundFact]
    public async Task A_sound_server_that_stays_dead_ends_the_session_with_a_clear_word_and_every_turn_told()
    {
        await using var sound = await VirtualSound.StartAsync();
        await using var server = await ConversationTests.ServeAsync(TwoTurns);
        using var host = ConversationTests.Start(sound, server.Url, ["--set", "devices.give-up=1 s"]);
        await FirstTurnAsync(host, sound);
        await sound.KillAsync();
        var result = await host.EndAsync();

        Assert.Equal(4, result.ExitCode);
        Assert.Equal([(1, "model one", "asr one")], result.Turns);
        Assert.Contains(result.Errors.Split('\n'),
            line => line.StartsWith("error: The microphone did not come back", StringComparison.Ordinal));
        Assert.Contains(result.Of("notice"), notice => notice.Text("code") == "speaker_given_up");
        Assert.Single(result.Of("summary"));
    }

    [SoundFact]
    public async Task Without_its_loudspeaker_the_session_goes_on_unheard_and_says_how_much_was_heard()
    {
        await using var sound = await VirtualSound.StartAsync();
        await using var server = await ConversationTests.ServeAsync("""
            { "turns": [ { "asr": { "transcript": "asr one" }, "oob": { "text": "model one" }, "answer": { "text": "A long answer.", "audio_ms": 8000 } },
                         { "asr": { "transcript": "asr two" }, "oob": { "text": "model two" }, "answer": { "text": "Yes.", "audio_ms": 200 } } ] }
            """);
        await using var recording = await sound.RecordSpeakerAsync();
        // The input is a pipe, so that only the loudspeaker can be lost.
        var call = (byte[])[.. Silence(200), .. Speech(600), .. Silence(9000), .. Speech(600), .. Silence(900)];
        using var host = HostProcess.Start(
            ["run", "--json", "--url", server.Url.ToString(), "--data", "{data}", "--input", "-", "--output", "speaker", "--echo",
            "barge-in", "--turns", "2", "--set", "devices.give-up=1 s"],
            key: "test", stdin: call, variables: sound.Variables);
        await recording.UntilSoundAsync(ms: 1000);
        await sound.KillAsync();
        var result = await host.EndAsync();

        Assert.Equal(0, result.ExitCode);
        Assert.Equal([(1, "model one", "asr one"), (2, "model two", "asr two")], result.Turns);
        Assert.Equal(
            ["speaker_lost", "speaker_given_up"],
            result.Of("notice").Select(notice => notice.Text("code")).Where(code => code != "mishearing")); // the scripted transcripts differ
        var answers = result.Of("assistant");
        // The recorder dies with the server and misses what neither had passed on. A busy machine adds gaps to the recording but not to
        // the answer, so only samples that are not silence are counted.
        var answer = ConversationTests.Sounds(
            (await server.ConnectionAsync(1, HostProcess.Limit)).Log, Direction.Received, "response.output_audio.delta", "delta");
        var (told, recorded) = (Voiced(answer.AsSpan(0, answers[0].GetProperty("heard_ms").GetInt32() * 48)),
            Voiced(await recording.ToEndAsync()));
        Assert.InRange(told, recorded - 20, recorded + 200);
        Assert.Equal(200, answers[1].GetProperty("heard_ms").GetInt64());
    }

    [SoundFact]
    public async Task A_frozen_sound_server_is_noticed_and_once_it_thaws_all_goes_on()
    {
        await using var sound = await VirtualSound.StartAsync();
        await using var server = await ConversationTests.ServeAsync(TwoTurns);
        using var host = ConversationTests.Start(sound, server.Url, ["--turns", "2"]);
        await FirstTurnAsync(host, sound);

        sound.Signal("STOP");
        await NoticesAsync(host, "microphone_lost", "speaker_lost");
        sound.Signal("CONT");
        await NoticesAsync(host, "microphone_back", "speaker_back");
        await sound.SpeakAsync(TestCall.Wav([.. Noise(600, 0.2), .. Silence(900)]));
        var result = await host.EndAsync();

        Assert.Equal(0, result.ExitCode);
        Assert.Equal([(1, "model one", "asr one"), (2, "model two", "asr two")], result.Turns);
    }

    [SoundFact]
    public async Task A_sound_server_that_stays_frozen_does_not_freeze_the_program()
    {
        await using var sound = await VirtualSound.StartAsync();
        await using var server = await ConversationTests.ServeAsync(TwoTurns);
        using var host = ConversationTests.Start(sound, server.Url, ["--set", "devices.give-up=1 s"]);
        await FirstTurnAsync(host, sound);
        sound.Signal("STOP");
        var result = await host.EndAsync();

        Assert.Equal(4, result.ExitCode);
        Assert.Equal([(1, "model one", "asr one")], result.Turns);
        Assert.Contains("error: The microphone did not come back", result.Errors, StringComparison.Ordinal);
    }

    private static async Task FirstTurnAsync(HostProcess host, VirtualSound sound)
    {
        await host.ReadUntilAsync(record => record.Text("type") == "session");
        await sound.SpeakAsync(TestCall.Wav([.. Noise(600, 0.2), .. Silence(300)]));
        await host.ReadUntilAsync(record => record.Text("type") == "assistant");
    }

    // Minimum delay of these bytes at the server against the audio clock of the bytes before them. The minimum, because a busy machine
    // delays frames and never sends one early.
    private static TimeSpan Lateness(WireLog log, long from, long to)
    {
        var appends = log.Of("input_audio_buffer.append");
        var least = TimeSpan.MaxValue;
        long bytes = 0;
        foreach (var append in appends)
        {
            bytes += Convert.FromBase64String(append["audio"]!).Length;
            var late = append.At - appends[0].At - TimeSpan.FromMilliseconds(bytes / 48);
            if (bytes > from && bytes <= to && late < least) least = late;
        }
        return least;
    }

    // Milliseconds of audio that are not silence.
    private static int Voiced(ReadOnlySpan<byte> sound) => Likeness.Voiced(sound).Length / 24;

    // Waits for the notices in any order.
    private static async Task NoticesAsync(HostProcess host, params string[] codes)
    {
        var missing = codes.ToHashSet();
        while (missing.Count > 0)
            await host.ReadUntilAsync(record => record.Text("type") == "notice" && missing.Remove(record.Text("code")!));
    }
}
