namespace RealtimeAkka.Simulator.Scenarios;

/// <summary>The ASR's result for one turn: a transcript, an error, or no result.</summary>
public sealed record AsrScript
{
    public string? Transcript { get; init; }
    public ErrorScript? Error { get; init; }
    public bool Silent { get; init; }
    public int? DelayMs { get; init; }

    /// <summary>Number of deltas before the transcript; null means one per word.</summary>
    public int? Deltas { get; init; }

    public AsrUsage? Usage { get; init; }

    /// <summary>Audio duration in seconds, for models billed by duration.</summary>
    public double? UsageSeconds { get; init; }
}

/// <summary>One response, out of band or spoken: its content, status and timing.</summary>
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

    /// <summary>Answers with a function call instead of text or audio.</summary>
    public CallScript? Call { get; init; }

    /// <summary>Number of text deltas of a written reply; null means one per word.</summary>
    public int? Deltas { get; init; }

    /// <summary>Fails with a token rate limit that resets after this many milliseconds.</summary>
    public int? RateLimitMs { get; init; }

    public int? CreatedDelayMs { get; init; }
    public int? DelayMs { get; init; }
    public int? IntervalMs { get; init; }
    public int? AudioMs { get; init; }
    public int? ChunkMs { get; init; }
    public ResponseUsage? Usage { get; init; }

    /// <summary>Replies to the first attempts, in order; this reply applies afterwards.</summary>
    public IReadOnlyList<ReplyScript> First { get; init; } = [];

    internal ReplyScript Attempt(int number) => number <= First.Count ? First[number - 1] : this;
}

/// <summary>How a response ends. <c>Empty</c> is completed without text.</summary>
public enum ReplyStatus { Completed, Empty, Failed, Incomplete, Cancelled }

/// <summary>A function call: its name, and the arguments exactly as sent.</summary>
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

    public required ReplyScript Reply { get; init; }
}
