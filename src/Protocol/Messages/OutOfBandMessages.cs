using System.Text.Json;
using RealtimeAkka.Protocol.Records;

namespace RealtimeAkka.Protocol.Messages;

/// <summary>Owned by OutOfBandActor: every request to the model outside the conversation.</summary>
public static class OutOfBandMessages
{
    /// <summary>
    /// Ask this. The answer, always exactly one terminal result, goes to the sender as <see cref="OutOfBandFacts.Answered"/>.
    /// <c>Again</c>: ask even if the same task already has its answer about the same item; otherwise nothing is asked then.
    /// </summary>
    public sealed record Ask(OutOfBandRequest Request, bool Again = false);

    /// <summary>The budget limits the context to this from now on; null allows no requests at all.</summary>
    public sealed record Limit(ContextScope? Context);

    /// <summary>Answer <see cref="OutOfBandFacts.Flushed"/>: the results of all earlier messages were sent before.</summary>
    public sealed record Flush;
}

/// <summary>Sent by OutOfBandActor to the sender of the request or the order.</summary>
public static class OutOfBandFacts
{
    /// <summary>A request is in a terminal state. A second one may follow only after <see cref="ResultStatus.TimedOut"/>.</summary>
    public sealed record Answered(OutOfBandResult Result);

    /// <summary>Everything that arrived before <see cref="OutOfBandMessages.Flush"/> is handled.</summary>
    public sealed record Flushed;
}

/// <summary>
/// The terminal state of an out-of-band request. <c>Value</c>: the answer if it has to match the schema in
/// <see cref="OutOfBandRequest.Result"/>. <c>CostUsd</c> covers all attempts; null without a price.
/// </summary>
public sealed record OutOfBandResult(
    OutOfBandRequest Request, ResultStatus Status, string? Text, ResponseId? ResponseId, string Context, int Attempts,
    RawJson? Usage, decimal? CostUsd, string? Error)
{
    /// <summary>A valid structured answer; null for plain text and for requests that did not complete.</summary>
    public JsonElement? Value { get; init; }

    /// <summary>From the request to this state, over all attempts, in ms.</summary>
    public long LatencyMs { get; init; }
}
