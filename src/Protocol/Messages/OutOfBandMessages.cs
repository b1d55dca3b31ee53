using System.Text.Json;
using RealtimeAkka.Protocol.Records;

namespace RealtimeAkka.Protocol.Messages;

/// <summary>Owned by OutOfBandActor: every question that goes to the model beside the conversation.</summary>
public static class OutOfBandMessages
{
    /// <summary>
    /// Ask this; the answer, always exactly one terminal result, goes to the sender as <see cref="OutOfBandFacts.Answered"/>.
    /// <c>Again</c>: also where the same task has its answer about the same item; without it that changes nothing.
    /// </summary>
    public sealed record Ask(OutOfBandRequest Request, bool Again = false);

    /// <summary>The budget allows only this much from now on; null allows no requests at all.</summary>
    public sealed record Limit(ContextScope? Context);
}

/// <summary>Told by OutOfBandActor to whoever asked.</summary>
public static class OutOfBandFacts
{
    /// <summary>A request is in a terminal state, possibly for the second time: only "nothing came" may be followed by a result.</summary>
    public sealed record Answered(OutOfBandResult Result);
}

/// <summary>
/// The terminal state of an out-of-band request. <c>Value</c>: the answer where it has to look like
/// <see cref="OutOfBandRequest.Result"/>. <c>CostUsd</c> covers all attempts; null without a price.
/// </summary>
public sealed record OutOfBandResult(
    OutOfBandRequest Request, ResultStatus Status, string? Text, ResponseId? ResponseId, string Context, int Attempts,
    JsonElement? Usage, decimal? CostUsd, string? Error)
{
    /// <summary>A valid structured answer; null for words and for what is not completed.</summary>
    public JsonElement? Value { get; init; }
}
