using System.Buffers;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace RealtimeAkka.Protocol.Wire;

// The server events as far as they are used (docs/protocol.md 4.2). A constructor parameter without a default is required:
// an event that lacks it is malformed. Everything else may be absent, since compatible servers omit much (section 12).

/// <summary>An event from the server; <see cref="RealtimeCodec"/> lists their names.</summary>
public record ServerEvent;

/// <summary>An event that is not used, kept by name so that it can be counted and logged.</summary>
public sealed record UnknownEvent(string Type) : ServerEvent;

/// <summary>The first event on a connection.</summary>
public sealed record SessionCreated(SessionState? Session = null) : ServerEvent;

/// <summary>A <see cref="SessionUpdate"/> was accepted as a whole; the event does not name it.</summary>
public sealed record SessionUpdated(SessionState? Session = null) : ServerEvent;

/// <summary>
/// The server's session. <c>ExpiresAt</c> in Unix seconds; <c>All</c>: every field as received, to be compared with what was requested.
/// A field of an unusual type is null here: no server's session is malformed for it.
/// </summary>
[JsonConverter(typeof(SessionStateConverter))]
public sealed record SessionState(string? Id = null, string? Model = null, long? ExpiresAt = null, JsonElement? All = null);

/// <summary>A request was refused. Not fatal unless the server closes the connection (docs/protocol.md 9.1).</summary>
[JsonConverter(typeof(ServerErrorConverter))]
public sealed record ServerError(ErrorDetail Error) : ServerEvent;

/// <summary>The error. <c>EventId</c> names the client event, but is often null even if that event had an id.</summary>
[JsonConverter(typeof(ErrorDetailConverter))]
public sealed record ErrorDetail(
    string? Type = null, string? Code = null, string? Message = null, string? Param = null, string? EventId = null)
{
    /// <summary>The most specific name available: code, else type, else <c>unknown</c>.</summary>
    [JsonIgnore]
    public string Reason => Code ?? Type ?? "unknown";
}

/// <summary>
/// Speech began; <c>ItemId</c> is the future user item, <c>AudioStartMs</c> includes the prefix padding. Times are in ms on the
/// server's audio clock; -1: not said.
/// </summary>
public sealed record SpeechStarted(
    ItemId ItemId, [property: JsonConverter(typeof(MillisecondsConverter))] long AudioStartMs = MillisecondsConverter.Unknown) : ServerEvent
{
    /// <summary>The server's time was impossible: this is ours.</summary>
    [JsonIgnore]
    public bool IsEstimated { get; init; }
}

/// <summary>Speech ended; <c>AudioEndMs</c> includes the silence window.</summary>
public sealed record SpeechStopped(
    ItemId ItemId, [property: JsonConverter(typeof(MillisecondsConverter))] long AudioEndMs = MillisecondsConverter.Unknown) : ServerEvent
{
    /// <inheritdoc cref="SpeechStarted.IsEstimated"/>
    [JsonIgnore]
    public bool IsEstimated { get; init; }
}

/// <summary>The input audio became a user item: a turn is open.</summary>
public sealed record InputCommitted(ItemId ItemId, ItemId? PreviousItemId = null) : ServerEvent;

/// <summary>Nobody spoke for <c>idle_timeout_ms</c>; a silent item is committed next.</summary>
public sealed record InputTimedOut(
    ItemId ItemId,
    [property: JsonConverter(typeof(MillisecondsConverter))] long AudioStartMs = MillisecondsConverter.Unknown,
    [property: JsonConverter(typeof(MillisecondsConverter))] long AudioEndMs = MillisecondsConverter.Unknown) : ServerEvent
{
    /// <inheritdoc cref="SpeechStarted.IsEstimated"/>
    [JsonIgnore]
    public bool IsEstimated { get; init; }
}

/// <summary>An item is in the conversation and may be referenced. The beta name <c>conversation.item.created</c> maps to this.</summary>
public sealed record ItemAdded(ConversationItem Item, ItemId? PreviousItemId = null) : ServerEvent;

/// <summary>An item is complete.</summary>
public sealed record ItemDone(ConversationItem Item, ItemId? PreviousItemId = null) : ServerEvent;

/// <summary>An item was removed from the conversation.</summary>
public sealed record ItemDeleted(ItemId ItemId) : ServerEvent;

/// <summary>An assistant item was truncated at <c>AudioEndMs</c>.</summary>
public sealed record ItemTruncated(
    ItemId ItemId, [property: JsonConverter(typeof(MillisecondsConverter))] long AudioEndMs = MillisecondsConverter.Unknown) : ServerEvent;

/// <summary>A delta of the built-in transcript.</summary>
public sealed record AsrDelta(ItemId ItemId, string? Delta = null) : ServerEvent;

/// <summary>The built-in transcript of an item; may arrive at any time after the item.</summary>
public sealed record AsrCompleted(ItemId ItemId, string Transcript, RawJson? Usage = null) : ServerEvent;

/// <summary>The built-in transcript failed; the response is not affected.</summary>
public sealed record AsrFailed(ItemId ItemId, ErrorDetail? Error = null) : ServerEvent;

/// <summary>A response began. Its metadata distinguishes out-of-band responses from the conversation's own.</summary>
public sealed record ResponseCreated(ResponseState Response) : ServerEvent;

/// <summary>A response ended, with any status; always sent.</summary>
public sealed record ResponseDone(ResponseState Response) : ServerEvent;

/// <summary>A response began an item.</summary>
public sealed record OutputItemAdded(ResponseId ResponseId, ConversationItem Item) : ServerEvent;

/// <summary>A response completed an item; <c>Item.Status</c> says whether it is whole.</summary>
public sealed record OutputItemDone(ResponseId ResponseId, ConversationItem Item) : ServerEvent;

/// <summary>The audio of an item is complete.</summary>
public sealed record OutputAudioDone(ResponseId ResponseId, ItemId ItemId) : ServerEvent;

/// <summary>A delta of the assistant's audio, decoded; arrives far faster than it is played.</summary>
public sealed record OutputAudioDelta(ResponseId ResponseId, ItemId ItemId, ReadOnlyMemory<byte> Delta, int ContentIndex = 0) : ServerEvent
{
    /// <summary>
    /// The rented buffer of the bytes; null: the event owns them. Who receives the event owns it: TurnCoordinatorActor passes it on with
    /// the audio to PlaybackActor, which alone disposes of it after copying the audio; the bytes must not be read after that. Of an event
    /// that is not played, nobody disposes of it, and the garbage collector reclaims the bytes.
    /// </summary>
    [JsonIgnore]
    public IMemoryOwner<byte>? Owner { get; init; }
}

/// <summary>A delta of the transcript of the assistant's audio.</summary>
public sealed record OutputTranscriptDelta(ResponseId ResponseId, ItemId ItemId, string Delta) : ServerEvent;

/// <summary>The complete transcript of the audio of an item.</summary>
public sealed record OutputTranscriptDone(ResponseId ResponseId, ItemId ItemId, string Transcript) : ServerEvent;

/// <summary>A delta of text output.</summary>
public sealed record OutputTextDelta(ResponseId ResponseId, ItemId ItemId, string Delta) : ServerEvent;

/// <summary>The complete text of a content part.</summary>
public sealed record OutputTextDone(ResponseId ResponseId, ItemId ItemId, string Text) : ServerEvent;

/// <summary>
/// A function call is complete; <c>Arguments</c> is JSON as the model wrote it. <c>response.done</c> contains the same call
/// (docs/protocol.md 5.6); beta servers give the name only there.
/// </summary>
public sealed record FunctionCallDone(
    ResponseId ResponseId, string Arguments, ItemId? ItemId = null, string? CallId = null, string? Name = null) : ServerEvent;

/// <summary>Sent about 40 ms after <c>response.done</c>.</summary>
public sealed record RateLimitsUpdated : ServerEvent;

/// <summary>A response as sent in <c>response.created</c> and <c>response.done</c> (docs/protocol.md 6.1).</summary>
public sealed record ResponseState(
    ResponseId Id,
    string? Status = null,
    ResponseStatusDetails? StatusDetails = null,
    IReadOnlyList<ConversationItem>? Output = null,
    string? ConversationId = null,
    IReadOnlyDictionary<string, string>? Metadata = null,
    RawJson? Usage = null)
{
    /// <summary>Whether its metadata say that we requested it out of band.</summary>
    [JsonIgnore]
    public bool IsOutOfBand => Metadata?.ContainsKey(OutOfBandMetadata.Task) == true;

    /// <summary>All text of the output, spoken or written, in order.</summary>
    [JsonIgnore]
    // null elements
    public string Text => Output is [{ } only] ? only.Text
        : string.Join(' ', (Output ?? []).Select(item => item?.Text).Where(words => !string.IsNullOrEmpty(words)));

    /// <summary>The functions it calls, in order.</summary>
    [JsonIgnore]
    public IEnumerable<ConversationItem> Calls => (Output ?? []).Where(item => item is { Type: "function_call" });
}

/// <summary>Why a response did not complete: <c>turn_detected</c>, <c>max_output_tokens</c>, ... or an error.</summary>
[JsonConverter(typeof(StatusDetailsConverter))]
public sealed record ResponseStatusDetails(string? Type = null, string? Reason = null, ErrorDetail? Error = null);
