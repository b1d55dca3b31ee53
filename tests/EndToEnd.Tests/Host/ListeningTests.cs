using System.Globalization;
using System.Text.Json;

namespace RealtimeAkka.EndToEnd.Tests.Host;

/// <summary>What goes to the server of a file or a pipe, and when.</summary>
public sealed class ListeningTests
{
    [Fact]
    public async Task A_stereo_file_at_another_rate_and_a_pipe_give_the_same_turns()
    {
        var pcm = TestCall.Pcm(3);
        await using var server = await TestCall.ServeAsync(ThreeTurns.Scenario);

        var stereo = await HostProcess.SessionAsync(server.Url, ["--input", TestCall.StereoWav(pcm, 44_100)]);
        var pipe = await HostProcess.SessionAsync(server.Url, ["--input", "-"], stdin: pcm);

        Assert.Equal(ThreeTurns.Heard, stereo.Turns);
        Assert.Equal(ThreeTurns.Heard, pipe.Turns);
    }

    [Fact]
    [Trait("Cookbook", "16")]
    public async Task Without_turn_detection_a_pause_commits_and_is_transcribed()
    {
        await using var server = await TestCall.ServeAsync(ThreeTurns.Scenario);
        var result = await HostProcess.SessionAsync(
            server.Url, ["--input", TestCall.Wav(TestCall.Pcm(3)), "--turn-detection", "manual"], pace: "realtime");

        Assert.Equal(ThreeTurns.Heard, result.Turns);
        Assert.Equal(["manual", "manual", "manual"], result.Of("turn").Select(turn => turn.Text("source")));
        Assert.Equal(3, result.Of("assistant").Count);
    }

    [Fact]
    [Trait("Cookbook", "14")]
    public async Task Nobody_is_listened_to_while_the_assistant_is_heard()
    {
        await using var server = await TestCall.ServeAsync(
            """{ "turns": [ { "answer": { "text": "A long answer.", "audio_ms": 1500, "delay_ms": 0 } } ] }""");
        var result = await HostProcess.RunAsync(
            ["run", "--json", "--url", server.Url.ToString(), "--output", "null", "--data", "{data}", "--record", "wire", "--input",
            TestCall.Wav([.. TestCall.Pcm(1), .. Sound.Silence(4000)])],
            key: "test");

        var wire = File.ReadLines(Path.Combine(result.Folder!, "wire.jsonl")).Select(line => JsonElement.Parse(line)).ToList();
        double At(JsonElement entry) => entry.GetProperty("t").GetDouble();
        var voice = wire.First(entry => entry.GetProperty("event").Text("type") == "response.output_audio.delta");
        var appends = wire.Where(entry => entry.GetProperty("event").Text("type") == "input_audio_buffer.append").Select(At).ToList();
        // At most one window (10 frames) in flight may follow the start of the answer. Then nothing for 1.5 s of answer and 0.2 s of echo
        // tail; a busy machine shortens neither.
        List<double> after = [At(voice), .. appends.Where(t => t > At(voice))];
        var (pause, onItsWay) = after.Zip(after.Skip(1), (before, next) => next - before).Select((gap, frames) => (gap, frames)).Max();
        Assert.InRange(onItsWay, 0, 10);
        Assert.InRange(pause, 1.7 - onItsWay * 0.04, double.MaxValue);
        var audio = Assert.Single(result.Of("summary")).GetProperty("audio");
        Assert.InRange(audio.GetProperty("muted_ms").GetInt64(), 1600, long.MaxValue);
        Assert.InRange(audio.GetProperty("sent_ms").GetInt64(), 5700, long.MaxValue);
        Assert.Equal(1500, Assert.Single(result.Of("assistant")).GetProperty("heard_ms").GetInt64());
    }

    [Fact]
    public async Task A_server_that_stops_reading_costs_no_memory_and_no_turn()
    {
        await using var server = await TestCall.ServeAsync(
            """{ "connection": { "stop_reading": { "after_audio_ms": 2000, "for_ms": 4000 } } }""");
        // Five minutes of audio (14 MB raw, 19 MB on the wire) wait for the connection; only the window may be in memory.
        var turns = TestCall.Pcm(6);
        var call = TestCall.Wav([.. turns, .. Sound.Silence(300_000)]);
        using var host = HostProcess.Start(HostProcess.SessionArguments(server.Url, ["--input", call]), key: "test");
        await host.ReadUntilAsync(record => record.Text("type") == "session");
        var log = (await server.ConnectionAsync(1, HostProcess.Limit)).Log;
        await log.WaitForAudioAsync(2000 * 48, HostProcess.Limit);
        var before = host.WorkingSet;
        await log.WaitForAudioAsync(20_000 * 48, HostProcess.Limit);
        var after = host.WorkingSet;
        var result = await host.EndAsync();

        Assert.Equal(0, result.ExitCode);
        Assert.Equal(6, result.Of("turn").Count);
        Assert.Equal(0, result.Of("summary")[0].GetProperty("audio").GetProperty("dropped_ms").GetInt64());
        Assert.True(after - before < 32 * 1024 * 1024,
            string.Create(CultureInfo.InvariantCulture, $"from {before >> 20} to {after >> 20} MiB"));
    }
}
