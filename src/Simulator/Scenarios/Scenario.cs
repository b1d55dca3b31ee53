namespace RealtimeAkka.Simulator.Scenarios;

/// <summary>The content of the turns and the faults, as data. The file format is described in docs/scenarios.md.</summary>
public sealed record Scenario
{
    /// <summary>A note for readers of the file; the simulator ignores it.</summary>
    public string? Description { get; init; }

    /// <summary>Accepted keys; null accepts any key and connections without one.</summary>
    public IReadOnlyList<string>? AcceptKeys { get; init; }

    /// <summary>Delays for turns that set none.</summary>
    public Defaults Defaults { get; init; } = new();

    /// <summary>Caller turns in the order of commits on a connection; the first is turn 1.</summary>
    public IReadOnlyList<CallerTurn> Turns { get; init; } = [];

    /// <summary>Out-of-band requests that are not transcriptions, with their replies; the first match wins.</summary>
    public IReadOnlyList<RequestScript> Requests { get; init; } = [];

    /// <summary>Script of every connection without its own entry in <see cref="Connections"/>.</summary>
    public ConnectionScript Connection { get; init; } = new();

    /// <summary>Scripts of the first connection, the second, and so on.</summary>
    public IReadOnlyList<ConnectionScript> Connections { get; init; } = [];

    /// <summary>Reads a scenario file; a <see cref="ScenarioException"/> names the file and the path of the error.</summary>
    public static Scenario Load(string file) => ScenarioReader.Load(file);

    /// <summary>Reads a scenario from text.</summary>
    public static Scenario Parse(string json) => ScenarioReader.Parse(json, "scenario");

    internal CallerTurn Turn(int number) => number >= 1 && number <= Turns.Count ? Turns[number - 1] : CallerTurn.Unscripted;

    internal ConnectionScript ConnectionNumber(int number) => number <= Connections.Count ? Connections[number - 1] : Connection;
}

/// <summary>Delays in milliseconds for turns that set none.</summary>
public sealed record Defaults
{
    /// <summary>From the commit to the ASR result, in ms.</summary>
    public int AsrDelayMs { get; init; } = 350;

    /// <summary>From <c>response.created</c> of an out-of-band response to its first delta, in ms.</summary>
    public int OobDelayMs { get; init; } = 250;

    /// <summary>From <c>response.created</c> of an answer to its first delta, in ms.</summary>
    public int AnswerDelayMs { get; init; } = 150;

    /// <summary>From <c>response.create</c> or the commit to <c>response.created</c>.</summary>
    public int CreatedDelayMs { get; init; }

    /// <summary>Duration of one audio delta in milliseconds.</summary>
    public int ChunkMs { get; init; } = 100;

    /// <summary>Pause between two deltas; a value below <see cref="ChunkMs"/> is faster than real time.</summary>
    public int IntervalMs { get; init; } = 10;

    /// <summary>From <c>response.done</c> to <c>rate_limits.updated</c>.</summary>
    public int RateLimitsDelayMs { get; init; } = 40;
}

/// <summary>One caller turn: the ASR transcript, the result of a transcription request, and the assistant's answer.</summary>
public sealed record CallerTurn
{
    internal static readonly CallerTurn Unscripted = new();

    /// <summary>
    /// The words of the turn, each with the frequency of its tone in Hz. A commit then belongs to the turn of its first word, on any
    /// connection, and transcripts without a scripted text contain the recognized words.
    /// </summary>
    public IReadOnlyDictionary<string, int>? Words { get; init; }

    /// <summary>The start and the end of the speech are reported, and nothing is committed: a cough.</summary>
    public bool Uncommitted { get; init; }

    /// <summary>The ASR result; null: the recognized words.</summary>
    public AsrScript? Asr { get; init; }

    /// <summary>The reply to a transcription request; null: the recognized words.</summary>
    public ReplyScript? Oob { get; init; }

    /// <summary>Out-of-band requests about this turn, such as one for each prompt, with their replies; the first match wins.</summary>
    public IReadOnlyList<RequestScript> Requests { get; init; } = [];

    /// <summary>The assistant's answer; null: a short one.</summary>
    public ReplyScript? Answer { get; init; }
}
