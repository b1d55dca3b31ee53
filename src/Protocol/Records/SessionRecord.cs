using System.Text.Json;
using System.Text.Json.Serialization;

namespace RealtimeAkka.Protocol.Records;

// What a session publishes: one JSON object per record on --json and in turns.jsonl. Field names are stable.

/// <summary>A published fact: printed, written to files and passed to extensions of the session.</summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "type")]
[JsonDerivedType(typeof(SessionStarted), "session")]
[JsonDerivedType(typeof(TurnJoined), "turn")]
[JsonDerivedType(typeof(TurnAmended), "turn.amended")]
[JsonDerivedType(typeof(HeardAgain), "hearing")]
[JsonDerivedType(typeof(AssistantReplied), "assistant")]
[JsonDerivedType(typeof(TaskCompleted), "task")]
[JsonDerivedType(typeof(ToolCalled), "tool")]
[JsonDerivedType(typeof(Notice), "notice")]
[JsonDerivedType(typeof(SessionSummary), "summary")]
public abstract record SessionRecord;

/// <summary>
/// The connection is open and configured. <c>Runtime</c> names the actor runtime in use, <c>ServerModel</c> the model that the server
/// names and whose prices apply; null: it names none. <c>RemoteAddress</c>: of the caller; null: not recorded. <c>Telephone</c>: what its
/// carrier says about the call; null: it is none of a telephone. <c>Tenant</c>: whose call it is; left out where not said.
/// </summary>
public sealed record SessionStarted(
    string Session, string Url, string Model, string? AsrModel, string Context, string Runtime, string Input, DateTimeOffset StartedAt,
    string? ServerModel = null, CallSource? Source = null, string? RemoteAddress = null, TelephoneFacts? Telephone = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Tenant = null)
    : SessionRecord;

/// <summary>
/// What a telephone carrier says about a call: its id there, the caller's number (<c>From</c>; null: not recorded), the number that was
/// called, and the parameters that whoever connected the call has set.
/// </summary>
public sealed record TelephoneFacts(
    string Carrier, string? Call, string? From, string? To, IReadOnlyDictionary<string, string> Parameters);

/// <summary>Where a call comes from.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<CallSource>))]
public enum CallSource
{
    /// <summary>The microphone of this machine.</summary>
    [JsonStringEnumMemberName("mic")] Mic,
    /// <summary>A file or a pipe.</summary>
    [JsonStringEnumMemberName("file")] File,
    /// <summary>A browser.</summary>
    [JsonStringEnumMemberName("browser")] Browser,
    /// <summary>A telephone.</summary>
    [JsonStringEnumMemberName("telephone")] Telephone,
}

/// <summary>One user item with both transcripts. Audio positions in ms on the session's audio clock; null if unknown.</summary>
public abstract record TurnRecord(
    string Session, int Turn, ItemId ItemId, string Source, long? AudioStartMs, long? AudioEndMs,
    OutOfBandTranscript Oob, AsrTranscript Asr, Agreement? Agreement, IReadOnlyList<string> Flags) : SessionRecord
{
    private readonly string? _words;

    /// <summary>Numbers, names, codes and the like, in the order of the model's transcript.</summary>
    public IReadOnlyList<Entity> Entities { get => field ?? []; init; }

    /// <summary>What the two transcripts say together; null: there is one only, or an older program wrote the record.</summary>
    public Verdict? Verdict { get; init; }

    /// <summary>What the verdict rests on.</summary>
    public IReadOnlyList<string> Reasons { get => field ?? []; init; }

    /// <summary>How sure it is that <see cref="Words"/> were said, 0 to 1; null in the records of older programs.</summary>
    public double? Confidence { get; init; }

    /// <summary>The words that count; null: nothing was said, or only what looks made up was written.</summary>
    public string? Words
    {
        get => _words ?? (Confidence is null ? Preferred : null);
        init => _words = value;
    }

    /// <summary>When the caller began to speak, in ms since the session opened, as in a recording of it; null: not known.</summary>
    public long? StartedMs { get; init; }

    /// <summary>When the caller stopped.</summary>
    public long? EndedMs { get; init; }

    private string? Preferred =>
        !Flags.Contains(TurnFlags.AsrPreferred) && Oob is { Status: ResultStatus.Completed, Text: { } model } ? model : Asr.Text;
}

/// <summary>What the transcripts of a turn say together.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<Verdict>))]
public enum Verdict
{
    /// <summary>They have the same words.</summary>
    [JsonStringEnumMemberName("agreed")] Agreed,
    /// <summary>Some words differ, but no entity does.</summary>
    [JsonStringEnumMemberName("minor")] Minor,
    /// <summary>An entity or many words differ, or only one of them heard anything.</summary>
    [JsonStringEnumMemberName("conflict")] Conflict,
    /// <summary>One of them looks made up.</summary>
    [JsonStringEnumMemberName("suspect")] Suspect,
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

/// <summary>
/// What was said later decides a difference between the transcripts of a published turn. <c>Evidence</c>: the answer, or the caller's words
/// (<c>Source</c>); <c>Words</c>: what they say; <c>Kind</c>: of the entity, null for words; <c>Oob</c> and <c>Asr</c>: what the witnesses
/// heard. <c>Text</c>: the words of the turn that count from now on; null: unchanged.
/// </summary>
public sealed record HeardAgain(
    string Session, int Turn, Witness SupportedBy, string Evidence, string Words, string? Kind, string? Oob, string? Asr, string Source,
    string? Text) : SessionRecord;

/// <summary>Whose transcript is supported.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<Witness>))]
public enum Witness
{
    /// <summary>The Realtime model's.</summary>
    [JsonStringEnumMemberName("oob")] Oob,
    /// <summary>The built-in transcription model's.</summary>
    [JsonStringEnumMemberName("asr")] Asr,
    /// <summary>Something else was said.</summary>
    [JsonStringEnumMemberName("neither")] Neither,
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

    /// <summary>It was spoken, and the connection was gone for good before the server made an item of it: nobody has transcribed it.</summary>
    public const string NotCommitted = "not_committed";

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

/// <summary>How a status is written.</summary>
public static class ResultStatusNames
{
    /// <summary>Its name as in the records, such as <c>timed_out</c>.</summary>
    public static string Name(this ResultStatus status) =>
        status == ResultStatus.TimedOut ? "timed_out" : status.ToString().ToLowerInvariant();

    /// <summary>Its name in a sentence, such as <c>timed out</c>.</summary>
    public static string Words(this ResultStatus status) => status.Name().Replace('_', ' ');
}

/// <summary>
/// The Realtime model's own transcript. <c>LatencyMs</c> counts from <c>committed</c>. <c>Usage</c> is that of the last attempt,
/// as received; <c>CostUsd</c> covers all attempts, null if a model has no price; <c>Prompt</c> is the hash of the prompt it was
/// requested with.
/// </summary>
public sealed record OutOfBandTranscript(
    ResultStatus Status, string? Text, ResponseId? ResponseId, string Context, int Attempts, long? LatencyMs,
    RawJson? Usage, decimal? CostUsd, string? Error, string? Prompt = null);

/// <summary>The built-in transcript. <c>LatencyMs</c> counts from <c>committed</c>.</summary>
public sealed record AsrTranscript(
    ResultStatus Status, string? Text, string? Model, long? LatencyMs, RawJson? Usage, decimal? CostUsd, string? Error);

/// <summary>
/// How the ASR transcript differs from the model's. <c>Wer</c>: the edits over the number of the model's units; <c>Cer</c>: the same by
/// grapheme clusters, without spaces; <c>Unit</c>: what is inserted, deleted and substituted; <c>Differences</c>: each edit in order, at
/// most 1,000.
/// </summary>
public sealed record Agreement(
    double Wer, int Substitutions, int Insertions, int Deletions, double Cer, AgreementUnit Unit, IReadOnlyList<Difference> Differences);

/// <summary>What two transcripts are compared by.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<AgreementUnit>))]
public enum AgreementUnit
{
    /// <summary>Words.</summary>
    [JsonStringEnumMemberName("word")] Word,
    /// <summary>Grapheme clusters, in scripts that are written without spaces between words.</summary>
    [JsonStringEnumMemberName("grapheme")] Grapheme,
}

/// <summary>
/// A number, a name, a code or the like, in one form; null: a transcript has nothing in its place.
/// </summary>
public sealed record Entity(string Kind, string? Oob, string? Asr, EntityState State);

/// <summary>What the two transcripts say about an entity.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<EntityState>))]
public enum EntityState
{
    /// <summary>The same.</summary>
    [JsonStringEnumMemberName("agreed")] Agreed,
    /// <summary>Something else.</summary>
    [JsonStringEnumMemberName("differs")] Differs,
    /// <summary>Only the model's transcript has it.</summary>
    [JsonStringEnumMemberName("only_oob")] OnlyOob,
    /// <summary>Only the ASR's transcript has it.</summary>
    [JsonStringEnumMemberName("only_asr")] OnlyAsr,
}

/// <summary>
/// One edit from the model's text to the ASR's. <c>Op</c>: substitute, insert (only the ASR has it) or delete (only the model has it).
/// The words are as written; null where a text has none.
/// </summary>
public sealed record Difference(string Op, string? Oob, string? Asr);

/// <summary>
/// The assistant's answer and how much of it was heard, in ms. <c>HeardText</c>: the words that were heard; null if that is all of them.
/// </summary>
public sealed record AssistantReplied(
    string Session, ResponseId ResponseId, int? Turn, ItemId? ItemId, string Status, string Text, long HeardMs,
    RawJson? Usage, decimal? CostUsd, string? Error, string? HeardText = null) : SessionRecord
{
    /// <summary>When it began to be heard, in ms since the session opened, as in a recording of it; null: not known, or never.</summary>
    public long? StartedMs { get; init; }

    /// <summary>The words that were heard, marked if there were more; empty if none was heard.</summary>
    [JsonIgnore]
    public string Heard => HeardText switch { null => Text, "" => "", _ => $"{HeardText} [interrupted]" };
}

/// <summary>
/// The result of a task. <c>Text</c>: the model's text, shortened if it is not a result; <c>Value</c>: the structured result;
/// <c>Prompt</c>: the hash of the prompt it was requested with; <c>Id</c>: the same wherever the result is delivered; <c>LatencyMs</c>: from
/// the request to the result, null in the records of older programs.
/// </summary>
public sealed record TaskCompleted(
    string Session, string Task, int Turn, ResultStatus Status, string? Text, JsonElement? Value, ResponseId? ResponseId, string Context,
    int Attempts,
    string? Prompt, RawJson? Usage, decimal? CostUsd, string? Error, string Id, long? LatencyMs = null) : SessionRecord;

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
    AudioFigures Audio, long DurationMs, int Reconnects, string Exit, HearingFigures? Hearing = null,
    CallSource? Source = null) : SessionRecord;

/// <summary>
/// How the two transcripts of all turns agreed: turns by verdict, entities by kind, and how often each witness was right where later words
/// decided.
/// </summary>
public sealed record HearingFigures(
    int Agreed, int Minor, int Conflict, int Suspect, IReadOnlyDictionary<string, EntityFigures> Entities, DecidedFigures Decided)
{
    /// <summary>No turns.</summary>
    public static HearingFigures None { get; } = new(0, 0, 0, 0, new Dictionary<string, EntityFigures>(), new(0, 0, 0));
}

/// <summary>Entities of one kind that the witnesses agreed on, and others.</summary>
public sealed record EntityFigures(int Agreed, int Disputed);

/// <summary>How often later words supported each witness.</summary>
public sealed record DecidedFigures(int Oob, int Asr, int Neither);

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
