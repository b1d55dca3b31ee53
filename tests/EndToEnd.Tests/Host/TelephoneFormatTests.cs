using System.Runtime.InteropServices;
using System.Text.Json;
using RealtimeAkka.Audio;
using RealtimeAkka.EndToEnd.Tests.Gateway;
using RealtimeAkka.EndToEnd.Tests.Simulator;
using RealtimeAkka.EndToEnd.Tests.VirtualDevices;
using RealtimeAkka.Faults;
using RealtimeAkka.Protocol;
using RealtimeAkka.Simulator.Wire;

namespace RealtimeAkka.EndToEnd.Tests.Host;

/// <summary>Whole sessions whose sound is the G.711 of a telephone (<c>session.format</c>).</summary>
public sealed class TelephoneFormatTests
{
    private const string LongAnswer = """
        { "defaults": { "asr_delay_ms": 30, "oob_delay_ms": 30, "answer_delay_ms": 10 }, "turns": [
          { "asr": { "transcript": "one" }, "oob": { "text": "one" }, "answer": { "text": "A long answer.", "audio_ms": 3000 } },
          { "asr": { "transcript": "two" }, "oob": { "text": "two" }, "answer": { "text": "Bye.", "audio_ms": 100 } } ] }
        """;

    public static TheoryData<string> Laws => ["pcmu", "pcma"];

    [Theory]
    [MemberData(nameof(Laws))]
    public async Task The_sample_call_costs_what_was_published_and_its_voice_is_the_assistants(string format)
    {
        var script = File.ReadAllText(Sound.Sample("intake-call.scenario.json"));
        await using var server = await TestCall.ServeAsync(script);
        var result = await PlayAsync(server.Url, format, "--profile", "cookbook", "--input", Sound.Sample("intake-call.wav"));

        Assert.Equal((0, ""), (result.ExitCode, result.Errors));
        var turns = JsonElement.Parse(script).GetProperty("turns").EnumerateArray().Select(
            (turn, n) => (n + 1, turn.GetProperty("oob").Text("text")!, turn.GetProperty("asr").Text("transcript")!));
        Assert.Equal(turns, result.Turns);
        var summary = Assert.Single(result.Of("summary"));
        Assert.Equal(
            ("0.040974", "0.002114", "0.078237"),
            (summary.GetProperty("oob").GetProperty("usd").GetRawText(), summary.GetProperty("asr").GetProperty("usd").GetRawText(),
            summary.GetProperty("total_usd").GetRawText()));

        var recording = Samples(result, "output.wav");
        var answers = result.Of("assistant").Select(answer => answer.GetProperty("heard_ms").GetInt32()).ToList();
        Assert.Equal(6, answers.Count);
        var original = await VoiceAsync(answers.Max());
        var coded = Decoded(format, original);
        foreach (var heard in answers)
        {
            var at = recording.AsSpan().IndexOf(coded.AsSpan(0, heard * 8));
            Assert.True(at >= 0, $"{heard} ms of the voice are not in the recording");
            var ratio = SignalToNoise(original.AsSpan(0, heard * 8), recording.AsSpan(at, heard * 8));
            Assert.True(ratio > 35, $"{heard} ms: {ratio:0.0} dB");
            recording = recording[(at + heard * 8)..];
        }
    }

    [Theory]
    [InlineData("pcmu", 7)]
    [InlineData("pcma", 6)]
    public async Task A_file_of_the_law_goes_out_byte_for_byte(string format, int tag)
    {
        await using var server = await ConversationTests.ServeAsync(ThreeTurns.Scenario);
        var law = SoundFormat.All.Single(known => known.Name == format);
        var codes = Coded(law, TestCall.Pcm(1));
        var result = await HostProcess.SessionAsync(server.Url, ["--input", Wav(tag, codes), "--set", $"session.format={format}"]);

        Assert.Equal([ThreeTurns.Heard[0]], result.Turns);
        var log = (await server.ConnectionAsync(1, HostProcess.Limit)).Log;
        var sent = ConversationTests.Sounds(log, Direction.Sent, "input_audio_buffer.append", "audio");
        Assert.Equal(codes, sent[..codes.Length]);
        Assert.True(sent.Length > codes.Length && !sent.AsSpan(codes.Length).ContainsAnyExcept(law.Silence));
        Assert.Equal(sent.Length / 8, Assert.Single(result.Of("summary")).GetProperty("audio").GetProperty("sent_ms").GetInt32());
        var update = Assert.Single(log.Of("session.update"));
        Assert.Equal((law.Type, law.Type), (update["session.audio.input.format.type"], update["session.audio.output.format.type"]));
    }

    [Theory]
    [MemberData(nameof(Laws))]
    public async Task What_is_cut_off_is_truncated_where_it_was_heard(string format)
    {
        await using var server = await TestCall.ServeAsync(LongAnswer);
        var result = await PlayAsync(
            server.Url, format, "--input", TestCall.Wav(TestCall.Pcm(2)), "--echo", "barge-in", "--set", "playback.speed=1");

        Assert.Equal((0, ""), (result.ExitCode, result.Errors));
        var heard = result.Of("assistant")[0].GetProperty("heard_ms").GetInt32();
        Assert.InRange(heard, 100, 2900);
        var log = (await server.ConnectionAsync(1, HostProcess.Limit)).Log;
        Assert.Equal($"{heard}", Assert.Single(log.Of("conversation.item.truncate"))["audio_end_ms"]);

        // The recording has these samples of the answer, and silence after them.
        var law = SoundFormat.All.Single(known => known.Name == format);
        var received = new short[heard * 8];
        var codes = ConversationTests.Sounds(log, Direction.Received, "response.output_audio.delta", "delta");
        law.Decode(codes.AsSpan(0, received.Length), received);
        var recording = Samples(result, "output.wav");
        var at = recording.AsSpan().IndexOf(received);
        Assert.True(at >= 0, $"the {heard} ms are not in the recording");
        Assert.All(recording[(at + received.Length)..(at + received.Length + 160)], sample => Assert.Equal(0, sample));
    }

    [Theory]
    [MemberData(nameof(Laws))]
    public async Task What_was_being_said_when_the_connection_broke_is_sent_again(string format)
    {
        var call = new SpokenCall(turns: 3);
        var script = call.Scenario();
        script["connections"] = System.Text.Json.Nodes.JsonNode.Parse(
            $$"""[ { "close": { "after_audio_ms": {{call.StartMs(3) + 300}}, "abrupt": true } } ]""");
        await using var server = await TestCall.ServeAsync(script.ToJsonString());
        var result = await PlayAsync(server.Url, format, "--input", TestCall.Wav(call.Pcm));

        Assert.Equal(0, result.ExitCode);
        Assert.Equal([(1, "1a 1b 1c", "1a 1b 1c"), (2, "2a 2b 2c", "2a 2b 2c"), (3, "3a 3b 3c", "3a 3b 3c")], result.Turns);
        Assert.Equal(1, Assert.Single(result.Of("summary")).GetProperty("reconnects").GetInt32());
        // Turn detection begins a turn up to 300 ms before the first loud window of 20 ms, counted from the begin of the connection.
        for (var turn = 1; turn <= 3; turn++)
        {
            var start = result.Of("turn")[turn - 1].GetProperty("audio_start_ms").GetInt64();
            Assert.InRange(start, call.StartMs(turn) - 320, call.StartMs(turn) + 20);
        }
    }

    [Theory]
    [InlineData("pcmu", 200, false)]
    [InlineData("pcma", 1000, true)]
    public async Task A_short_noise_does_not_stop_the_assistant(string format, int noise, bool isCut)
    {
        await using var server = await TestCall.ServeAsync(LongAnswer);
        byte[] call = [.. TestCall.Pcm(1), .. Sound.Silence(400), .. Sound.Speech(noise), .. Sound.Silence(2600 - noise)];
        var result = await PlayAsync(
            server.Url, format, "--input", TestCall.Wav(call), "--echo", "barge-in", "--set", "playback.speed=1", "--set",
            "echo.min-interruption=400 ms");

        Assert.Equal(0, result.ExitCode);
        Assert.Equal(isCut, result.Of("assistant")[0].GetProperty("heard_ms").GetInt64() < 3000);
    }

    [Theory]
    [MemberData(nameof(Laws))]
    public async Task A_pause_ends_a_manual_turn_and_a_replay_of_it_is_the_same(string format)
    {
        await using var server = await TestCall.ServeAsync(ThreeTurns.Scenario);
        var result = await PlayAsync(server.Url, format, "--input", TestCall.Wav(TestCall.Pcm(3)), "--turn-detection", "manual");
        Assert.Equal(ThreeTurns.Heard, result.Turns);

        var replay = await HostProcess.RunAsync(["replay", result.Folder!]);
        Assert.Equal(("no difference\n", 0), (replay.Output, replay.ExitCode));
    }

    [Fact]
    public async Task A_browser_has_its_own_format_whatever_is_set()
    {
        await using var model = await TestCall.ServeAsync(ThreeTurns.Scenario);
        using var serve = await ServeProcess.StartAsync(model.Url, ["--set", "session.format=pcmu"]);
        using var call = await (await serve.CallAsync()).LiveAsync();
        await call.SpeakAsync(TestCall.Pcm(1));
        await call.SendAsync("""{"type":"stop"}""");
        await call.Closed.WaitAsync(HostProcess.Limit);

        var log = (await model.ConnectionAsync(1, HostProcess.Limit)).Log;
        Assert.Equal("audio/pcm", Assert.Single(log.Of("session.update"))["session.audio.input.format.type"]);
        Assert.True(call.ReceivedMs >= 200);
    }

    private static Task<HostResult> PlayAsync(Uri url, string format, params string[] args) => HostProcess.RunAsync(
        HostProcess.SessionArguments(url, [.. args, "--set", $"session.format={format}"], pace: "realtime", record: "wire,audio"),
        key: "test");

    // The assistant's voice as the simulator makes it, at 8 kHz: every third sample, as it has nothing above 4 kHz.
    private static async Task<short[]> VoiceAsync(int ms)
    {
        await using var client = await SimulatorClient.ConnectAsync(
            $$"""{ "turns": [ { "answer": { "text": "Hum.", "audio_ms": {{ms}} } } ] }""");
        await client.ConfigureAsync("{}");
        await client.HearAsync(Sound.Speech(500), Sound.Silence(900));
        await client.Event("response.output_audio.done");
        var pcm = ConversationTests.Sounds(client.Log, Direction.Received, "response.output_audio.delta", "delta");
        return [.. MemoryMarshal.Cast<byte, short>(pcm).ToArray().Where((_, i) => i % 3 == 0)];
    }

    private static short[] Decoded(string format, short[] samples)
    {
        var law = SoundFormat.All.Single(known => known.Name == format);
        var (codes, heard) = (new byte[samples.Length], new short[samples.Length]);
        law.Encode(samples, codes);
        law.Decode(codes, heard);
        return heard;
    }

    private static double SignalToNoise(ReadOnlySpan<short> original, ReadOnlySpan<short> heard)
    {
        double signal = 0, noise = 0;
        for (var i = 0; i < original.Length; i++)
        {
            signal += Math.Pow(original[i], 2);
            noise += Math.Pow(original[i] - heard[i], 2);
        }
        return 10 * Math.Log10(signal / noise);
    }

    private static short[] Samples(HostResult result, string name)
    {
        using var file = File.OpenRead(Path.Combine(result.Folder!, name));
        var (format, bytes) = WavFormat.Read(file);
        Assert.Equal(new WavFormat(8000, 1, 16, IsFloat: false), format);
        var pcm = new byte[bytes];
        file.ReadExactly(pcm);
        return MemoryMarshal.Cast<byte, short>(pcm).ToArray();
    }

    private static byte[] Coded(SoundFormat law, byte[] pcm)
    {
        short[] samples = [.. MemoryMarshal.Cast<byte, short>(pcm).ToArray().Where((_, i) => i % 3 == 0)];
        var codes = new byte[samples.Length];
        law.Encode(samples, codes);
        return codes;
    }

    private static string Wav(int tag, byte[] codes)
    {
        var path = Path.Combine(TestFolder.New().FullName, "phone.wav");
        using var file = new BinaryWriter(File.Create(path));
        file.Write("RIFF"u8);
        file.Write(codes.Length + 36);
        file.Write("WAVEfmt "u8);
        file.Write(16);
        file.Write([(byte)tag, 0, 1, 0]);
        file.Write(8000);
        file.Write(8000);
        file.Write([1, 0, 8, 0]);
        file.Write("data"u8);
        file.Write(codes.Length);
        file.Write(codes);
        return path;
    }
}
