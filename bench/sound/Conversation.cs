using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using RealtimeAkka.Simulator;
using RealtimeAkka.Simulator.Scenarios;
using RealtimeAkka.Simulator.Wire;

namespace RealtimeAkka.Bench;

/// <summary>
/// A caller speaks and listens repeatedly, with 20 ms frames: the program in its own process, the simulator in this one, the
/// devices at a sound server. The played audio is compared with a recording of the loudspeaker.
/// </summary>
internal sealed class Conversation(TimeSpan length)
{
    // The simulator's voice pauses every 4 s; an answer ends before that.
    private const int AnswerMs = 3800;
    private const int InterruptEvery = 3;

    // Longer than any pause in that voice, shorter than the gap between two answers.
    private const int SilenceBytes = 1000 * 48;

    private readonly List<(TimeSpan At, long WorkingSet)> _memory = [];
    private SoundRecording _speaker = null!;

    /// <summary>Runs the conversation and prints the figures.</summary>
    public async Task RunAsync()
    {
        await using var sound = await VirtualSound.StartAsync();
        var answer = $$"""{ "answer": { "text": "An answer of some length.", "audio_ms": {{AnswerMs}} } }""";
        await using var server = await RealtimeSimulator.StartAsync(new SimulatorOptions
        {
            Scenario = Scenario.Parse($$"""{ "turns": [ {{string.Join(", ", Enumerable.Repeat(answer, 4000))}} ] }"""),
            Log = WireLogging.Events,
        });
        await using var speaker = _speaker = await sound.RecordSpeakerAsync();
        using var host = HostProcess.Start(
            ["run", "--json", "--url", server.Url.ToString(), "--data", "{data}", "--echo", "barge-in", "--set", "mic.frame=20 ms", "--set",
            "socket.window=20", "--set", "turns.settle=400 ms"],
            key: "test", variables: sound.Variables);
        await host.ReadUntilAsync(record => record.Text("type") == "session");

        var ended = host.EndAsync(); // reads the program's output meanwhile
        var word = TestCall.Wav([.. Sound.Noise(700, 0.2), .. Sound.Silence(200)]);
        var start = Stopwatch.GetTimestamp();
        for (var turn = 1; Stopwatch.GetElapsedTime(start) < length && !ended.IsCompleted; turn++)
        {
            var from = _speaker.Length;
            await sound.SpeakAsync(word);
            await _speaker.UntilAsync(heard => heard.AsSpan().ContainsAnyExcept((byte)0), from);
            if (turn % InterruptEvery == 0) await sound.SpeakAsync(word);
            await _speaker.UntilAsync(heard => heard.Length > SilenceBytes && !heard.AsSpan()[^SilenceBytes..].ContainsAnyExcept((byte)0),
                _speaker.Length);
            _memory.Add((Stopwatch.GetElapsedTime(start), host.WorkingSet));
        }
        host.Signal("INT");
        var log = (await server.ConnectionAsync(1, TimeSpan.FromSeconds(1))).Log;
        var first = log.Of("response.created")[0]["response.id"];
        byte[] reference =
            [.. log.Of("response.output_audio.delta").Where(e => e["response_id"] == first)
            .SelectMany(e => Convert.FromBase64String(e["delta"]!))];
        await Print(await ended, await _speaker.StopAsync(), reference);
    }

    private async Task Print(HostResult result, byte[] recording, byte[] reference)
    {
        Console.WriteLine(
            string.Create(CultureInfo.InvariantCulture,
            $"{length.TotalMinutes:0.#} minutes, {result.Of("turn").Count} turns, exit code {result.ExitCode}"));
        foreach (var line in await File.ReadAllLinesAsync(Path.Combine(result.Folder!, "session.log")))
        {
            if (JsonElement.Parse(line).GetProperty("Properties") is var entry && entry.Text("State") is { } state
                && state.Contains("callbacks", StringComparison.Ordinal)) Console.WriteLine($"  {entry.Text("Type")}: {state}");
        }
        Console.WriteLine($"  {result.Of("summary")[0].GetProperty("audio")}");

        var told = result.Of("assistant").Select(answer => answer.GetProperty("heard_ms").GetInt64()).Where(ms => ms > 0).ToList();
        var heard = Likeness.Spells(recording, SilenceBytes / 48);
        Console.WriteLine(
            $"  {told.Count} answers told, {heard.Count} heard, {heard.Count(sound => reference.AsSpan().IndexOf(sound) < 0)} of them with a gap");
        var differences = told.Zip(heard, (ms, sound) => Difference(ms, sound, reference)).OfType<long>().Order().ToList();
        Console.WriteLine(
            $"  heard position less the recording, {differences.Count} answers: {differences[0]} to {differences[^1]} ms, median {differences[differences.Count / 2]} ms");
        foreach (var (at, set) in _memory.Where((_, n) => n % Math.Max(1, _memory.Count / 10) == 0)) Console.WriteLine(
            string.Create(CultureInfo.InvariantCulture, $"  {at.TotalMinutes,5:0.0} min  {set / 1e6:0.0} MB"));
    }

    private static long? Difference(long toldMs, byte[] heard, byte[] answer) => Likeness.Heard(heard, answer) is var (atLeast, atMost)
        ? toldMs < atLeast ? toldMs - atLeast : Math.Max(0, toldMs - atMost)
        : null;
}
