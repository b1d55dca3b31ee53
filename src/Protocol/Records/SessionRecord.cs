using System.Text.Json;
using System.Text.Json.Serialization;

namespace RealtimeAkka.Protocol.Records;

// What a session publishes: one JSON object per record on --json and in turns.jsonl. Field names are stable.

/// <summary>A published fact: printed, written to files and passed to extensions of the session.</summary>
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

/// <summary>
/// The connection is open and configured. <c>Runtime</c> names the actor runtime in use, <c>ServerModel</c> the model that the server
/// names and whose prices apply; null: it names none.
/// </summary>
public sealed record SessionStarted(
    string Session, string Url, string Model, string? AsrModel, string Context, string Runtime, string Input, DateTimeOffset StartedAt,
    string? ServerModel = null)
    : SessionRecord;

/// <summary>One user item with both transcripts. Audio positions in ms on the session's audio clock; null if unknown.</summary>
public abstract record TurnRecord(
    string Session, int Turn, ItemId ItemId, string Source, long? AudioStartMs, long? AudioEndMs,
    OutOfBandTranscript Oob, AsrTranscript Asr, Agreement? Agreement, IReadOnlyList<string> Flags) : SessionRecord
{
    /// <summary>The user's words by the preferred transcript: the model's, unless it is missing or the ASR's is preferred.</summary>
    [JsonIgnore]
    public string? Words =>
    !Flags.Contains(TurnFlags.AsrPreferred) && Oob is { Status: ResultStatus.Completed, Text: { } model } ? model : Asr.Text;
}

/// <summary>Both transcripts of a turn are terminal; exactly one record per user item, in conversation order.</summary>
public sealed record TurnJoined(
    string Session, int Turn, ItemId ItemId, string Source, long? AudioStartMs, long? AudioEndMs,
    OutOfBandTranscript Oob, AsrTranscript Asr, Agreement? Agreement, IReadOnlyList<string> Flags)
    : TurnRecord(Session, Turn, ItemId, Source, AudioStartMs, AudioEndMs, Oob, Asr, Agreement, Flags);

/// <summary>The same turn again, with a transcript that came too late for <see cref="TurnJoined"/>.</summary>
public sealed record TurnAmended : TurnRecord
{
    /// <summary>A record with these fields.</summary>
    [JsonConstructor]
    public TurnAmended(
        string session, int turn, ItemId itemId, string source, long? audioStartMs, long? audioEndMs,
        OutOfBandTranscript oob, AsrTranscript asr, Agreement? agreement, IReadOnlyList<string> flags)
        : base(session, turn, itemId, source, audioStartMs, audioEndMs, oob, asr, agreement, flags)
    {
    }

    /// <summary>The record of a turn as an amendment.</summary>
    public TurnAmended(TurnJoined turn) : base(turn)
    {
    }
}

/// <summary>Flags of a turn record.</summary>
public static class TurnFlags
{
    /// <summary>The transcription was given audio and reported no audio tokens (docs/protocol.md 7.3): its cost is too low.</summary>
    public const string UsageWithoutAudio = "usage_without_audio";

    /// <summary>The transcription did not complete; its text is partial.</summary>
    public const string PartialText = "partial_text";

    /// <summary>The model's transcript looked invented and was requested once more.</summary>
    public const string TranscribedAgain = "transcribed_again";

    /// <summary>The built-in transcript is used, because the model's looks invented.</summary>
    public const string AsrPreferred = "asr_preferred";
}

/// <summary>How a transcript, a task or an answer ended.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<ResultStatus>))]
public enum ResultStatus
{
    /// <summary>There is a result.</summary>
    [JsonStringEnumMemberName("completed")] Completed,
    /// <summary>The method recognized no words; a regular result.</summary>
    [JsonStringEnumMemberName("empty")] Empty,
    /// <summary>The service refused the request or failed; the error says why.</summary>
    [JsonStringEnumMemberName("failed")] Failed,
    /// <summary>The service stopped in the middle; the text is partial.</summary>
    [JsonStringEnumMemberName("incomplete")] Incomplete,
    /// <summary>Cancelled before completion.</summary>
    [JsonStringEnumMemberName("cancelled")] Cancelled,
    /// <summary>No result before the deadline.</summary>
    [JsonStringEnumMemberName("timed_out")] TimedOut,
    /// <summary>Not requested.</summary>
    [JsonStringEnumMemberName("disabled")] Disabled,
}

/// <summary>
/// The Realtime model's own transcript. <c>LatencyMs</c> counts from <c>committed</c>. <c>Usage</c> is that of the last attempt,
/// as received; <c>CostUsd</c> covers all attempts, null if a model has no price; <c>Prompt</c> is the hash of the prompt it was
/// requested with.
/// </summary>
public sealed record OutOfBandTranscript(
    ResultStatus Status, string? Text, ResponseId? ResponseId, string Context, int Attempts, long? LatencyMs,
    JsonElement? Usage, decimal? CostUsd, string? Error, string? Prompt = null);

/// <summary>The built-in transcript. <c>LatencyMs</c> counts from <c>committed</c>.</summary>
public sealed record AsrTranscript(
    ResultStatus Status, string? Text, string? Model, long? LatencyMs, JsonElement? Usage, decimal? CostUsd, string? Error);

/// <summary>Word errors of the ASR transcript against the model's; <c>Wer</c> is their sum over the number of the model's words.</summary>
public sealed record Agreement(double Wer, int Substitutions, int Insertions, int Deletions);

/// <summary>
/// The assistant's answer and how much of it was heard, in ms. <c>HeardText</c>: the words that were heard; null if that is all of them.
/// </summary>
public sealed record AssistantReplied(
    string Session, ResponseId ResponseId, int? Turn, ItemId? ItemId, string Status, string Text, long HeardMs,
    JsonElement? Usage, decimal? CostUsd, string? Error, string? HeardText = null) : SessionRecord
{
    /// <summary>The words that were heard, marked if there were more; empty if none was heard.</summary>
    [JsonIgnore]
    public string Heard => HeardText switch { null => Text, "" => "", _ => $"{HeardText} [interrupted]" };
}

/// <summary>
/// The result of a task. <c>Text</c>: the model's text, shortened if it is not a result; <c>Value</c>: the structured result;
/// <c>Prompt</c>: the hash of the prompt it was requested with; <c>Id</c>: the same wherever the result is delivered.
/// </summary>
public sealed record TaskCompleted(
    string Session, string Task, int Turn, ResultStatus Status, string? Text, JsonElement? Value, ResponseId? ResponseId, string Context,
    int Attempts,
    string? Prompt, JsonElement? Usage, decimal? CostUsd, string? Error, string Id) : SessionRecord;

/// <summary>
/// A function that the spoken agent called. <c>Output</c> is what the model received; <c>Id</c>: the same wherever the call is delivered.
/// </summary>
public sealed record ToolCalled(
    string Session, string Tool, int? Turn, string CallId, ResultStatus Status, JsonElement? Arguments, string? Output, string? Error,
    string Id) : SessionRecord;

/// <summary>Information for a person.</summary>
public sealed record Notice(NoticeLevel Level, string Code, string Message) : SessionRecord;

/// <summary>The severity of a notice.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<NoticeLevel>))]
public enum NoticeLevel
{
    /// <summary>Information only.</summary>
    [JsonStringEnumMemberName("info")] Info,
    /// <summary>Something was lost or will be.</summary>
    [JsonStringEnumMemberName("warning")] Warning,
    /// <summary>The session cannot continue.</summary>
    [JsonStringEnumMemberName("error")] Error,
}

/// <summary>The totals of the session; always the last record.</summary>
public sealed record SessionSummary(
    string Session, int Turns, MethodCost Oob, MethodCost Asr, Amount Conversation, TaskCosts Tasks, decimal TotalUsd, double? OobToAsr,
    IReadOnlyList<string> Unpriced, int Unreported, decimal? OobUsdIfAudioBilled, IReadOnlyList<ContextCost> OobUsdIfNarrower,
    AudioFigures Audio, long DurationMs, int Reconnects, string Exit) : SessionRecord;

/// <summary>The cost of a transcription method, in total and per turn; null if its model has no price.</summary>
public sealed record MethodCost(decimal? Usd, decimal? PerTurnUsd);

/// <summary>US dollars; null if a model has no price.</summary>
public sealed record Amount(decimal? Usd);

/// <summary>US dollars of all out-of-band tasks except transcription, in total and by task name; null if a model has no price.</summary>
public sealed record TaskCosts(decimal? Usd, IReadOnlyDictionary<string, decimal?> ByTask)
{
    /// <summary>No costs of tasks.</summary>
    public static TaskCosts None { get; } = new(0, new Dictionary<string, decimal?>());
}

/// <summary>The estimated cost of the session's out-of-band transcripts with another context.</summary>
public sealed record ContextCost(string Context, decimal? Usd);

/// <summary>Audio in ms: sent to the model, muted, dropped on input, played, lost on output.</summary>
public sealed record AudioFigures(long SentMs, long MutedMs, long DroppedMs, long PlayedMs, long UnplayedMs = 0);

/// <summary>User speech, for a live display only: never in files or in JSON.</summary>
public sealed record Activity(ActivityKind Kind) : SessionRecord;

/// <summary>The kinds of user speech events.</summary>
public enum ActivityKind
{
    /// <summary>The server detected the start of speech.</summary>
    SpeechStarted,
    /// <summary>The server detected the end of speech.</summary>
    SpeechStopped,
}
