using System.Text.Json.Nodes;

namespace RealtimeAkka.Faults;

/// <summary>A call and what goes wrong in it.</summary>
/// <param name="Name">Its seed, or where it comes from.</param>
/// <param name="Call">What is said.</param>
/// <param name="Script">The scenario that the simulator plays.</param>
/// <param name="Settings">What the session is run with, by key of <c>reference.hocon</c>.</param>
public sealed record FaultScenario(string Name, SpokenCall Call, JsonObject Script, IReadOnlyDictionary<string, string> Settings)
{
    /// <summary>Deadlines that are short, so that what never comes does not take long.</summary>
    public static readonly IReadOnlyDictionary<string, string> ShortDeadlines = new Dictionary<string, string>
    {
        ["session.url"] = "simulator",
        ["session.model"] = "gpt-realtime-2.1",
        ["mic.pace"] = "fast",
        ["playback.output"] = "null",
        ["playback.speed"] = "100",
        ["turns.asr-timeout"] = "1500 ms",
        ["turns.settle"] = "400 ms",
        ["out-of-band.answer-within"] = "700 ms",
        ["out-of-band.timeout"] = "2 s",
        ["out-of-band.late-within"] = "5 s",
        ["socket.open-timeout"] = "5 s",
        ["socket.close-timeout"] = "1 s",
        ["socket.keep-alive"] = "1 s",
        ["socket.keep-alive-timeout"] = "3 s",
        ["shutdown.drain"] = "8 s",
    };

    /// <summary>Deadlines that are not yet over when a line that has gone dead without a sign is noticed.</summary>
    public static readonly IReadOnlyDictionary<string, string> DeadlinesBeyondADeadLine = new Dictionary<string, string>(ShortDeadlines)
    {
        ["turns.asr-timeout"] = "8 s",
        ["out-of-band.timeout"] = "8 s",
        ["shutdown.drain"] = "20 s",
    };

    /// <summary>Nothing in it touches what is transcribed: every word must arrive, whatever happens to the line.</summary>
    public bool LeavesTheWordsAlone =>
        Script["turns"]!.AsArray().All(turn => turn!["asr"]?["error"] is null && turn["asr"]?["silent"] is null && turn["asr"]?["transcript"] is null && turn["asr"]?["delay_ms"] is null && turn["oob"] is null)
        && Script["connection"] is null;

    /// <summary>As a file for <c>realtime-akka simulator --scenario</c>, and the settings beside it.</summary>
    public override string ToString() => $"{Script.ToJsonString()} with {string.Join(", ", Settings.Except(ShortDeadlines).Select(pair => $"{pair.Key}={pair.Value}"))}";
}
