namespace RealtimeAkka.Simulator.Scenarios;

/// <summary>The ASR's result for one turn: a transcript, an error, or no result.</summary>
public sealed record AsrScript
{
    /// <summary>The transcript; null: the words that were recognized in the audio.</summary>
    public string? Transcript { get; init; }

    /// <summary>The error of a failed transcription.</summary>
    public ErrorScript? Error { get; init; }

    /// <summary>A failure that is sent at the commit, before the result comes after all.</summary>
    public ErrorScript? FailedFirst { get; init; }

    /// <summary>Sends no result.</summary>
    public bool Silent { get; init; }

    /// <summary>From the commit to the result, in ms; null: the scenario's default.</summary>
    public int? DelayMs { get; init; }

    /// <summary>Number of deltas before the transcript; null means one per word.</summary>
    public int? Deltas { get; init; }

    /// <summary>The reported tokens; null: estimated from the audio.</summary>
    public AsrUsage? Usage { get; init; }

    /// <summary>Audio duration in seconds, for models billed by duration.</summary>
    public double? UsageSeconds { get; init; }
}

/// <summary>One response, out of band or spoken: its content, status and timing.</summary>
public sealed record ReplyScript
{
    /// <summary>The text of the reply.</summary>
    public string? Text { get; init; }

    /// <summary>How the response ends.</summary>
    public ReplyStatus Status { get; init; }

    /// <summary><c>turn_detected</c>, <c>client_cancelled</c>, <c>max_output_tokens</c> or <c>content_filter</c>.</summary>
    public string? Reason { get; init; }

    /// <summary>The error of a failed response.</summary>
    public ErrorScript? Error { get; init; }

    /// <summary>Refuses the request with an <c>error</c> event instead of a response.</summary>
    public ErrorScript? Reject { get; init; }

    /// <summary>The server starts a response of its own, which is the reason for the refusal.</summary>
    public RivalKind? Rival { get; init; }

    /// <summary>Never answers: not even <c>response.created</c>.</summary>
    public bool Silent { get; init; }

    /// <summary>Sends <c>response.created</c> and then nothing until it is cancelled.</summary>
    public bool Stalled { get; init; }

    /// <summary>Answers with a function call instead of text or audio.</summary>
    public CallScript? Call { get; init; }

    /// <summary>A message spoken before the reply proper, as an item of its own.</summary>
    public PreambleScript? Preamble { get; init; }

    /// <summary>Comes as written text although audio was requested.</summary>
    public bool Written { get; init; }

    /// <summary>What <c>response.done</c> repeats of the output.</summary>
    public OutputKind Output { get; init; }

    /// <summary>Number of text deltas of a written reply; null means one per word.</summary>
    public int? Deltas { get; init; }

    /// <summary>Fails with a token rate limit that resets after this many milliseconds.</summary>
    public int? RateLimitMs { get; init; }

    /// <summary>From the request to <c>response.created</c>, in ms; null: the scenario's default.</summary>
    public int? CreatedDelayMs { get; init; }

    /// <summary>From <c>response.created</c> to the first delta, in ms; null: the scenario's default.</summary>
    public int? DelayMs { get; init; }

    /// <summary>Pause between two deltas, in ms; null: the scenario's default.</summary>
    public int? IntervalMs { get; init; }

    /// <summary>From a cancellation to its effect, in ms; the reply goes on meanwhile.</summary>
    public int? CancelDelayMs { get; init; }

    /// <summary>Length of a spoken reply, in ms; null: by its text.</summary>
    public int? AudioMs { get; init; }

    /// <summary>Audio of one delta, in ms; null: the scenario's default.</summary>
    public int? ChunkMs { get; init; }

    /// <summary>The reported tokens; null: estimated.</summary>
    public ResponseUsage? Usage { get; init; }

    /// <summary>Replies to the first attempts, in order; this reply applies afterwards.</summary>
    public IReadOnlyList<ReplyScript> First { get; init; } = [];

    internal ReplyScript Attempt(int number) => number <= First.Count ? First[number - 1] : this;
}

/// <summary>The status that a response ends with.</summary>
public enum ReplyStatus
{
    /// <summary><c>completed</c>.</summary>
    Completed,

    /// <summary><c>completed</c> without text.</summary>
    Empty,

    /// <summary><c>failed</c>.</summary>
    Failed,

    /// <summary><c>incomplete</c>.</summary>
    Incomplete,

    /// <summary><c>cancelled</c>.</summary>
    Cancelled,
}

/// <summary>What <c>response.done</c> repeats of the output.</summary>
public enum OutputKind
{
    /// <summary>All items.</summary>
    Whole,

    /// <summary><c>[]</c>.</summary>
    Empty,

    /// <summary><c>null</c>.</summary>
    Null,
}

/// <summary>A spoken message before the reply proper.</summary>
public sealed record PreambleScript
{
    /// <summary>Its words.</summary>
    public required string Text { get; init; }

    /// <summary>Length of its sound, in ms; null: by its text.</summary>
    public int? AudioMs { get; init; }
}

/// <summary>Which comes first where a response of the server's own is the reason for a refusal.</summary>
public enum RivalKind
{
    /// <summary><c>response.created</c>, then <c>error</c>.</summary>
    CreatedFirst,

    /// <summary><c>error</c>, then <c>response.created</c>.</summary>
    ErrorFirst,
}

/// <summary>A function call: its name, and the arguments exactly as sent.</summary>
public sealed record CallScript
{
    /// <summary>The function to call.</summary>
    public required string Name { get; init; }

    /// <summary>The arguments, JSON exactly as sent.</summary>
    public string Arguments { get; init; } = "{}";

    /// <summary>The item's status is <c>incomplete</c>, whatever that of the response is.</summary>
    public bool Incomplete { get; init; }
}

/// <summary>An error object as the service sends it.</summary>
public sealed record ErrorScript
{
    /// <summary><c>error.type</c>.</summary>
    public string? Type { get; init; }

    /// <summary><c>error.code</c>; may be null.</summary>
    public required string? Code { get; init; }

    /// <summary><c>error.message</c>.</summary>
    public string Message { get; init; } = "Simulated error.";

    /// <summary><c>error.param</c>.</summary>
    public string? Param { get; init; }

    /// <summary>Leaves <c>error.event_id</c> null even where the service would name the client's event.</summary>
    public bool WithoutEventId { get; init; }
}

/// <summary>The reply to an out-of-band request that is not a transcription.</summary>
public sealed record RequestScript
{
    /// <summary>Metadata that the request must contain in full.</summary>
    public IReadOnlyDictionary<string, string>? Metadata { get; init; }

    /// <summary>Text that the request's instructions must contain, ignoring case.</summary>
    public string? Instructions { get; init; }

    /// <summary>What the simulator answers.</summary>
    public required ReplyScript Reply { get; init; }
}
