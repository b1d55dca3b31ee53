using System.Text.Json.Nodes;
using System.Text.Json.Serialization;

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

    public AsrScript? Asr { get; init; }
    public ReplyScript? Oob { get; init; }
    public ReplyScript? Answer { get; init; }
}

/// <summary>The ASR's result for one turn: a transcript, an error, or nothing ever.</summary>
public sealed record AsrScript
{
    public string? Transcript { get; init; }
    public ErrorScript? Error { get; init; }
    public bool Silent { get; init; }
    public int? DelayMs { get; init; }

    /// <summary>How many deltas come before the transcript; null is one per word.</summary>
    public int? Deltas { get; init; }

    public AsrUsage? Usage { get; init; }

    /// <summary>Seconds of sound, for models billed by duration.</summary>
    public double? UsageSeconds { get; init; }
}

/// <summary>One response, out of band or spoken: what it says, how it ends, and when.</summary>
public sealed record ReplyScript
{
    public string? Text { get; init; }
    public ReplyStatus Status { get; init; }

    /// <summary><c>turn_detected</c>, <c>client_cancelled</c>, <c>max_output_tokens</c> or <c>content_filter</c>.</summary>
    public string? Reason { get; init; }

    /// <summary>The error of a failed response.</summary>
    public ErrorScript? Error { get; init; }

    /// <summary>Refuses the request with an <c>error</c> event instead of a response.</summary>
    public ErrorScript? Reject { get; init; }

    /// <summary>Never answers: not even <c>response.created</c>.</summary>
    public bool Silent { get; init; }

    /// <summary>Sends <c>response.created</c> and then nothing until it is cancelled.</summary>
    public bool Stalled { get; init; }

    /// <summary>Answers with a function call instead of words.</summary>
    public CallScript? Call { get; init; }

    public int? CreatedDelayMs { get; init; }
    public int? DelayMs { get; init; }
    public int? IntervalMs { get; init; }
    public int? AudioMs { get; init; }
    public int? ChunkMs { get; init; }
    public ResponseUsage? Usage { get; init; }

    /// <summary>What the first attempts get, one by one, before this reply holds.</summary>
    public IReadOnlyList<ReplyScript> First { get; init; } = [];

    internal ReplyScript Attempt(int number) => number <= First.Count ? First[number - 1] : this;
}

/// <summary>How a response ends. <c>Empty</c> is completed, without a word.</summary>
public enum ReplyStatus { Completed, Empty, Failed, Incomplete, Cancelled }

/// <summary>A function call by name; arguments as they go over the wire.</summary>
public sealed record CallScript
{
    public required string Name { get; init; }
    public string Arguments { get; init; } = "{}";
}

/// <summary>An error object as the service sends it.</summary>
public sealed record ErrorScript
{
    public string? Type { get; init; }
    public required string Code { get; init; }
    public string Message { get; init; } = "Simulated error.";
    public string? Param { get; init; }

    /// <summary>Leaves <c>error.event_id</c> null also where the service would name the client's event.</summary>
    public bool WithoutEventId { get; init; }
}

/// <summary>What an out-of-band request that is no transcription gets.</summary>
public sealed record RequestScript
{
    /// <summary>Metadata the request must carry, all of it.</summary>
    public IReadOnlyDictionary<string, string>? Metadata { get; init; }

    /// <summary>A word its instructions must contain, in any case.</summary>
    public string? Instructions { get; init; }

    public required ReplyScript Reply { get; init; }
}

/// <summary>What goes wrong on one connection.</summary>
public sealed record ConnectionScript
{
    /// <summary>Refuses the connection; with <see cref="Scenario.AcceptKeys"/> only where the key is not accepted.</summary>
    public RefusalKind? Refuse { get; init; }

    /// <summary>Refuses every <c>session.update</c>.</summary>
    public ErrorScript? RejectSessionUpdate { get; init; }

    /// <summary>The number of this connection's first caller turn, for clients that come back.</summary>
    public int FirstTurn { get; init; } = 1;

    /// <summary>Stops reading from the socket for a while.</summary>
    public StopReading? StopReading { get; init; }

    public CloseScript? Close { get; init; }

    /// <summary>Session limit; the service has 60 minutes.</summary>
    public int ExpiresAfterMs { get; init; } = 60 * 60 * 1000;

    public IReadOnlyList<Fault> Faults { get; init; } = [];
}

/// <summary>How a connection is refused: an HTTP status on the upgrade, or 101, an <c>error</c> event and a close code.</summary>
public enum RefusalKind
{
    [JsonStringEnumMemberName("http_400")] Http400,
    [JsonStringEnumMemberName("http_401")] Http401,
    [JsonStringEnumMemberName("http_403")] Http403,
    [JsonStringEnumMemberName("http_404")] Http404,
    [JsonStringEnumMemberName("http_429")] Http429,
    [JsonStringEnumMemberName("http_500")] Http500,
    [JsonStringEnumMemberName("http_503")] Http503,
    InvalidApiKey, MissingModel, InvalidModel, BetaApiShapeDisabled, ModelNotFound,
}

/// <summary>After this much audio nothing is read for that long, in milliseconds.</summary>
public sealed record StopReading
{
    public required int AfterAudioMs { get; init; }
    public required int ForMs { get; init; }
}

/// <summary>Ends the connection after so much time or audio, in milliseconds: with a close frame, or abruptly.</summary>
public sealed record CloseScript
{
    public int? AfterMs { get; init; }
    public int? AfterAudioMs { get; init; }
    public int Code { get; init; } = 1001;
    public string? Reason { get; init; }
    public bool Abrupt { get; init; }
}

/// <summary>Something that happens to one outgoing event.</summary>
public sealed record Fault
{
    /// <summary>The event's type, or <c>*</c>.</summary>
    public required string On { get; init; }

    /// <summary>Only events of this caller turn.</summary>
    public int? Turn { get; init; }

    /// <summary>Only events of out-of-band responses, or only others.</summary>
    public bool? Oob { get; init; }

    /// <summary>The how-many-th matching event; 0 is every one.</summary>
    public int Nth { get; init; } = 1;

    public required FaultKind Do { get; init; }

    /// <summary>How long a delayed event waits; later events overtake it.</summary>
    public int Ms { get; init; } = 500;

    /// <summary>Size of an oversized message.</summary>
    public int Bytes { get; init; } = 17 * 1024 * 1024;

    /// <summary>What is sent after the event, for <see cref="FaultKind.Inject"/>.</summary>
    public JsonObject? Event { get; init; }

    public int Code { get; init; } = 1001;
    public string? Reason { get; init; }
}

/// <summary>
/// <c>Close</c> and <c>Abort</c> come after the event; <c>AbortMidMessage</c> sends half of it; <c>NullEventId</c> blanks <c>error.event_id</c>.
/// </summary>
public enum FaultKind { Drop, Duplicate, Delay, Malformed, Oversized, NullEventId, Inject, Close, Abort, AbortMidMessage }
