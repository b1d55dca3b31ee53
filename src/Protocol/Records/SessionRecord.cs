using System.Text.Json;
using System.Text.Json.Serialization;

namespace RealtimeAkka.Protocol.Records;

// What a session tells the outside: one JSON object per record on --json and in turns.jsonl. Field names are a promise.

/// <summary>A fact worth telling: printed, filed and handed to whoever extends the session.</summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "type")]
[JsonDerivedType(typeof(SessionStarted), "session")]
[JsonDerivedType(typeof(TurnJoined), "turn")]
[JsonDerivedType(typeof(TurnAmended), "turn.amended")]
[JsonDerivedType(typeof(AssistantReplied), "assistant")]
[JsonDerivedType(typeof(TaskCompleted), "task")]
[JsonDerivedType(typeof(ToolCalled), "tool")]
[JsonDerivedType(typeof(Notice), "notice")]
[JsonDerivedType(typeof(SessionSummary), "summary")]
public abstract record SessionRecord;

/// <summary>The connection is open and configured. <c>Runtime</c> names the actor runtime in use.</summary>
public sealed record SessionStarted(
    string Session, string Url, string Model, string? AsrModel, string Context, string Runtime, string Input, DateTimeOffset StartedAt) : SessionRecord;

/// <summary>One user item, transcribed by both methods. Audio positions in ms on the server's audio clock; null where it did not say.</summary>
public abstract record TurnRecord(
    string Session, int Turn, ItemId ItemId, string Source, long? AudioStartMs, long? AudioEndMs,
    OutOfBandTranscript Oob, AsrTranscript Asr, Agreement? Agreement, IReadOnlyList<string> Flags) : SessionRecord
{
    /// <summary>What the user said, by the transcript that counts: the model's, unless it is missing or the ASR's is preferred.</summary>
    [JsonIgnore]
    public string? Words => !Flags.Contains(TurnFlags.AsrPreferred) && Oob is { Status: ResultStatus.Completed, Text: { } model } ? model : Asr.Text;
}

/// <summary>Both transcripts of a turn are known, one way or another; exactly one per user item, in conversation order.</summary>
public sealed record TurnJoined(
    string Session, int Turn, ItemId ItemId, string Source, long? AudioStartMs, long? AudioEndMs,
    OutOfBandTranscript Oob, AsrTranscript Asr, Agreement? Agreement, IReadOnlyList<string> Flags)
    : TurnRecord(Session, Turn, ItemId, Source, AudioStartMs, AudioEndMs, Oob, Asr, Agreement, Flags);

/// <summary>The same turn again, with the piece that came too late for <see cref="TurnJoined"/>.</summary>
public sealed record TurnAmended(
    string Session, int Turn, ItemId ItemId, string Source, long? AudioStartMs, long? AudioEndMs,
    OutOfBandTranscript Oob, AsrTranscript Asr, Agreement? Agreement, IReadOnlyList<string> Flags)
    : TurnRecord(Session, Turn, ItemId, Source, AudioStartMs, AudioEndMs, Oob, Asr, Agreement, Flags);

/// <summary>What may be said of a turn beside its transcripts.</summary>
public static class TurnFlags
{
    /// <summary>The transcription was given audio and reported no tokens of it (docs/protocol.md 7.3): its cost is too low.</summary>
    public const string UsageWithoutAudio = "usage_without_audio";

    /// <summary>The transcription did not end well; its text is a part.</summary>
    public const string PartialText = "partial_text";

    /// <summary>The model's transcript looked made up and was asked for once more.</summary>
    public const string TranscribedAgain = "transcribed_again";

    /// <summary>The built-in transcript counts, since the model's looks made up.</summary>
    public const string AsrPreferred = "asr_preferred";
}

/// <summary>How a transcript, a task or an answer ended.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<ResultStatus>))]
public enum ResultStatus
{
    /// <summary>There is a result.</summary>
    [JsonStringEnumMemberName("completed")] Completed,
    /// <summary>The method heard no words; a result like any other.</summary>
    [JsonStringEnumMemberName("empty")] Empty,
    /// <summary>The service refused or failed; the error says why.</summary>
    [JsonStringEnumMemberName("failed")] Failed,
    /// <summary>The service stopped in the middle; the text is partial.</summary>
    [JsonStringEnumMemberName("incomplete")] Incomplete,
    /// <summary>Cancelled before it was complete.</summary>
    [JsonStringEnumMemberName("cancelled")] Cancelled,
    /// <summary>Nothing came before the deadline.</summary>
    [JsonStringEnumMemberName("timed_out")] TimedOut,
    /// <summary>Not asked for.</summary>
    [JsonStringEnumMemberName("disabled")] Disabled,
}

/// <summary>
/// The Realtime model's own transcript. <c>LatencyMs</c> counts from <c>committed</c>; <c>Usage</c> is the last attempt's as
/// received, <c>CostUsd</c> is that of all attempts, null where a model has no price; <c>Prompt</c> is the hash of the prompt it
/// was asked with.
/// </summary>
public sealed record OutOfBandTranscript(
    ResultStatus Status, string? Text, ResponseId? ResponseId, string Context, int Attempts, long? LatencyMs,
    JsonElement? Usage, decimal? CostUsd, string? Error, string? Prompt = null);

/// <summary>The built-in transcript. <c>LatencyMs</c> counts from <c>committed</c>.</summary>
public sealed record AsrTranscript(
    ResultStatus Status, string? Text, string? Model, long? LatencyMs, JsonElement? Usage, decimal? CostUsd, string? Error);

/// <summary>Word errors of the ASR transcript measured against the model's; WER is their sum over the model's words.</summary>
public sealed record Agreement(double Wer, int Substitutions, int Insertions, int Deletions);

/// <summary>The assistant's answer and how much of it was heard, in ms.</summary>
public sealed record AssistantReplied(
    string Session, ResponseId ResponseId, int? Turn, ItemId? ItemId, string Status, string Text, long HeardMs,
    JsonElement? Usage, decimal? CostUsd, string? Error) : SessionRecord;

/// <summary>
/// What a task came to. <c>Text</c>: the model's words, shortened where they are no result; <c>Value</c>: the structured result;
/// <c>Prompt</c>: the hash of the prompt it was asked with; <c>Id</c>: the same wherever the result is delivered.
/// </summary>
public sealed record TaskCompleted(
    string Session, string Task, int Turn, ResultStatus Status, string? Text, JsonElement? Value, ResponseId? ResponseId, string Context, int Attempts,
    string? Prompt, JsonElement? Usage, decimal? CostUsd, string? Error, string Id) : SessionRecord;

/// <summary>
/// A function that the spoken agent called. <c>Output</c> is what it was told; <c>Id</c>: the same wherever the call is delivered.
/// </summary>
public sealed record ToolCalled(
    string Session, string Tool, int? Turn, string CallId, ResultStatus Status, JsonElement? Arguments, string? Output, string? Error, string Id) : SessionRecord;

/// <summary>Something a person should know.</summary>
public sealed record Notice(NoticeLevel Level, string Code, string Message) : SessionRecord;

/// <summary>How bad it is.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<NoticeLevel>))]
public enum NoticeLevel
{
    /// <summary>Good to know.</summary>
    [JsonStringEnumMemberName("info")] Info,
    /// <summary>Something was lost or will be.</summary>
    [JsonStringEnumMemberName("warning")] Warning,
    /// <summary>The session cannot go on.</summary>
    [JsonStringEnumMemberName("error")] Error,
}

/// <summary>The whole session in figures; always the last record.</summary>
public sealed record SessionSummary(
    string Session, int Turns, MethodCost Oob, MethodCost Asr, Amount Conversation, TaskCosts Tasks, decimal TotalUsd, double? OobToAsr,
    IReadOnlyList<string> Unpriced, int Unreported, decimal? OobUsdIfAudioBilled, IReadOnlyList<ContextCost> OobUsdIfNarrower,
    AudioFigures Audio, long DurationMs, int Reconnects, string Exit) : SessionRecord;

/// <summary>What a transcription method cost, in all and per turn; null where its model has no price.</summary>
public sealed record MethodCost(decimal? Usd, decimal? PerTurnUsd);

/// <summary>US dollars; null where a model has no price.</summary>
public sealed record Amount(decimal? Usd);

/// <summary>US dollars of all out-of-band tasks but transcription, and of each by its name; null where a model has no price.</summary>
public sealed record TaskCosts(decimal? Usd, IReadOnlyDictionary<string, decimal?> ByTask)
{
    /// <summary>No task ran.</summary>
    public static TaskCosts None { get; } = new(0, new Dictionary<string, decimal?>());
}

/// <summary>What the session's out-of-band transcripts would have cost with another context; an estimate.</summary>
public sealed record ContextCost(string Context, decimal? Usd);

/// <summary>Sound in ms: sent to the model, held back by the mute, lost on the way in, played, lost on the way out.</summary>
public sealed record AudioFigures(long SentMs, long MutedMs, long DroppedMs, long PlayedMs, long UnplayedMs = 0);

/// <summary>What the microphone's side of the session is doing, for a live display only: never filed, never in JSON.</summary>
public sealed record Activity(ActivityKind Kind) : SessionRecord;

/// <summary>What happened to the user's voice.</summary>
public enum ActivityKind
{
    /// <summary>The server hears speech.</summary>
    SpeechStarted,
    /// <summary>The server heard the end of it.</summary>
    SpeechStopped,
}
