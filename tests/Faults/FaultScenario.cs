using System.Text.Json.Nodes;

namespace RealtimeAkka.Faults;

/// <summary>A call with its faults.</summary>
/// <param name="Name">Its seed or origin.</param>
/// <param name="Call">The spoken audio.</param>
/// <param name="Script">The simulator's scenario.</param>
/// <param name="Settings">Session settings, by key of <c>reference.hocon</c>.</param>
public sealed record FaultScenario(string Name, SpokenCall Call, JsonObject Script, IReadOnlyDictionary<string, string> Settings)
{
    /// <summary>From a request to its response, after which it is made again.</summary>
    public static readonly TimeSpan AnswerWithin = TimeSpan.FromMilliseconds(700);

    /// <summary>Short deadlines, so that sessions with missing events stay short.</summary>
    public static readonly IReadOnlyDictionary<string, string> ShortDeadlines = new Dictionary<string, string>
    {
        ["session.url"] = "simulator",
        ["session.model"] = "gpt-realtime-2.1",
        ["mic.pace"] = "fast",
        ["playback.output"] = "null",
        ["playback.speed"] = "100",
        ["turns.asr-timeout"] = "1500 ms",
        ["turns.answer-timeout"] = "1500 ms",
        ["turns.settle"] = "400 ms",
        ["out-of-band.answer-within"] = $"{AnswerWithin.TotalMilliseconds} ms",
        ["out-of-band.timeout"] = "2 s",
        ["out-of-band.late-within"] = "5 s",
        ["socket.open-timeout"] = "5 s",
        ["socket.close-timeout"] = "1 s",
        ["socket.keep-alive"] = "1 s",
        ["socket.keep-alive-timeout"] = "3 s",
        ["shutdown.drain"] = "8 s",
    };

    /// <summary>Deadlines longer than the detection of a dead connection.</summary>
    public static readonly IReadOnlyDictionary<string, string> DeadlinesBeyondADeadLine = new Dictionary<string, string>(ShortDeadlines)
    {
        ["turns.asr-timeout"] = "8 s",
        ["turns.answer-timeout"] = "8 s",
        ["out-of-band.timeout"] = "8 s",
        ["shutdown.drain"] = "20 s",
    };

    /// <summary>No fault concerns transcripts, so every word must arrive, even if connections break.</summary>
    public bool LeavesTheWordsAlone =>
        Script["turns"]!.AsArray().All(
        turn => turn!["asr"]?["error"] is null && turn["asr"]?["silent"] is null && turn["asr"]?["transcript"] is null
        && turn["asr"]?["delay_ms"] is null && turn["oob"] is null)
        && Script["connection"] is null;

    /// <summary>The scenario for <c>realtime-akka simulator --scenario</c>, followed by the settings.</summary>
    public override string ToString() =>
        $"{Script.ToJsonString()} with {string.Join(", ", Settings.Except(ShortDeadlines).Select(pair => $"{pair.Key}={pair.Value}"))}";
}
