namespace RealtimeAkka.Simulator.Scenarios;

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

    /// <summary>How many text deltas a written reply comes in; null is one per word.</summary>
    public int? Deltas { get; init; }

    /// <summary>Fails for want of tokens and says that they are back after so many milliseconds.</summary>
    public int? RateLimitMs { get; init; }

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
