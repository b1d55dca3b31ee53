namespace RealtimeAkka.Simulator.Scenarios;

/// <summary>What the turns say and what goes wrong, as data. The file format is described in docs/scenarios.md.</summary>
public sealed record Scenario
{
    /// <summary>For people; the simulator ignores it.</summary>
    public string? Description { get; init; }

    /// <summary>Keys that are let in; null lets in every key, and none.</summary>
    public IReadOnlyList<string>? AcceptKeys { get; init; }

    public Defaults Defaults { get; init; } = new();

    /// <summary>Caller turns by order of commit on a connection, the first is turn 1.</summary>
    public IReadOnlyList<CallerTurn> Turns { get; init; } = [];

    /// <summary>Out-of-band requests that are no transcriptions, and what they get; the first match wins.</summary>
    public IReadOnlyList<RequestScript> Requests { get; init; } = [];

    /// <summary>What holds for every connection that has no entry of its own.</summary>
    public ConnectionScript Connection { get; init; } = new();

    /// <summary>What holds for the first connection, the second, ...</summary>
    public IReadOnlyList<ConnectionScript> Connections { get; init; } = [];

    /// <summary>Reads a scenario file; <see cref="ScenarioException"/> names the file and the path of what is wrong.</summary>
    public static Scenario Load(string file) => ScenarioReader.Load(file);

    /// <summary>Reads a scenario from text.</summary>
    public static Scenario Parse(string json) => ScenarioReader.Parse(json, "scenario");

    internal CallerTurn Turn(int number) => number >= 1 && number <= Turns.Count ? Turns[number - 1] : CallerTurn.Unscripted;

    internal ConnectionScript ConnectionNumber(int number) => number <= Connections.Count ? Connections[number - 1] : Connection;
}

/// <summary>Delays in milliseconds where a turn names none.</summary>
public sealed record Defaults
{
    public int AsrDelayMs { get; init; } = 350;
    public int OobDelayMs { get; init; } = 250;
    public int AnswerDelayMs { get; init; } = 150;

    /// <summary>From <c>response.create</c> or the commit to <c>response.created</c>.</summary>
    public int CreatedDelayMs { get; init; }

    /// <summary>Length of one audio delta.</summary>
    public int ChunkMs { get; init; } = 100;

    /// <summary>Pause between two deltas; less than <see cref="ChunkMs"/> is faster than real time.</summary>
    public int IntervalMs { get; init; } = 10;

    /// <summary>From <c>response.done</c> to <c>rate_limits.updated</c>.</summary>
    public int RateLimitsDelayMs { get; init; } = 40;
}

/// <summary>One caller turn: what the ASR hears, what a transcription request hears, what the assistant answers.</summary>
public sealed record CallerTurn
{
    internal static readonly CallerTurn Unscripted = new();

    /// <summary>
    /// What is said in it, each word as a tone of its own, in Hz. A commit is then about the turn whose word it begins with, on whichever
    /// connection it comes, and transcripts without a text say the words that were heard.
    /// </summary>
    public IReadOnlyDictionary<string, int>? Words { get; init; }

    public AsrScript? Asr { get; init; }
    public ReplyScript? Oob { get; init; }
    public ReplyScript? Answer { get; init; }
}
