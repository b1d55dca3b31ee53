using System.Text.Json;
using System.Text.Json.Serialization;

namespace RealtimeAkka.Protocol.Wire;

/// <summary>An event to the server. Every request carries an event id of ours, so that an error can refer to it.</summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "type")]
[JsonDerivedType(typeof(SessionUpdate), "session.update")]
[JsonDerivedType(typeof(AppendAudio), "input_audio_buffer.append")]
[JsonDerivedType(typeof(CommitAudio), "input_audio_buffer.commit")]
[JsonDerivedType(typeof(CreateResponse), "response.create")]
[JsonDerivedType(typeof(CancelResponse), "response.cancel")]
[JsonDerivedType(typeof(TruncateItem), "conversation.item.truncate")]
[JsonDerivedType(typeof(DeleteItem), "conversation.item.delete")]
[JsonDerivedType(typeof(CreateItem), "conversation.item.create")]
public abstract record ClientEvent
{
    /// <summary>Our id for this event, at most 512 characters. Audio has none: the server does not answer it.</summary>
    public EventId? EventId { get; init; }
}

/// <summary>Configures the session, as a whole or not at all (docs/protocol.md 3.2).</summary>
public sealed record SessionUpdate(SessionConfig Session) : ClientEvent;

/// <summary>A frame of microphone audio, PCM16 mono 24 kHz; the server never acknowledges it.</summary>
public sealed record AppendAudio(ReadOnlyMemory<byte> Audio) : ClientEvent;

/// <summary>Ends a manual turn: the appended audio becomes a user item. Needs at least 100 ms of audio.</summary>
public sealed record CommitAudio : ClientEvent;

/// <summary>Asks for a response; without <c>Response</c>, the conversation's own answer.</summary>
public sealed record CreateResponse(ResponseRequest? Response = null) : ClientEvent;

/// <summary>Cancels one response; an out-of-band one can only be cancelled by its id.</summary>
public sealed record CancelResponse(ResponseId? ResponseId = null) : ClientEvent;

/// <summary>Tells the server how much of an assistant item was heard, in ms, inclusive.</summary>
public sealed record TruncateItem(ItemId ItemId, int ContentIndex, long AudioEndMs) : ClientEvent;

/// <summary>Removes an item, e.g. an answer of which nothing was heard.</summary>
public sealed record DeleteItem(ItemId ItemId) : ClientEvent;

/// <summary>Adds an item to the end of the conversation.</summary>
public sealed record CreateItem(ConversationItem Item) : ClientEvent;

/// <summary>
/// The parameters of <c>response.create</c>. <c>Conversation = "none"</c> makes it out of band. <c>Input</c> null means the
/// whole conversation, otherwise exactly these items.
/// </summary>
public sealed record ResponseRequest(
    string? Conversation = null,
    IReadOnlyList<string>? OutputModalities = null,
    string? Instructions = null,
    IReadOnlyList<FunctionTool>? Tools = null,
    ToolChoice? ToolChoice = null,
    IReadOnlyDictionary<string, string>? Metadata = null,
    IReadOnlyList<ConversationItem>? Input = null,
    int? MaxOutputTokens = null,
    Reasoning? Reasoning = null);

/// <summary>A function that the model may call; <c>Parameters</c> is a JSON schema.</summary>
public sealed record FunctionTool(string Name, string? Description, JsonElement Parameters)
{
    /// <summary>Always <c>function</c>.</summary>
    public string Type => "function";
}

/// <summary>Whether the model may call functions: a mode, or the one function it must call.</summary>
[JsonConverter(typeof(ToolChoiceConverter))]
public sealed record ToolChoice(string Mode, string? Function = null)
{
    /// <summary>It must not call any.</summary>
    public static readonly ToolChoice None = new("none");

    /// <summary>It must call this one.</summary>
    public static ToolChoice Force(string function) => new("function", function);
}

/// <summary>
/// The session as requested; null is not sent, and the server's default applies. Null transcription, noise reduction or turn detection
/// is sent: it switches that off. <c>MaxOutputTokens</c>: the limit of each response; <c>Include</c>: what the server is to send besides.
/// </summary>
public sealed record SessionConfig(
    string Type,
    IReadOnlyList<string>? OutputModalities,
    string? Instructions,
    SessionAudio? Audio,
    IReadOnlyList<FunctionTool>? Tools = null,
    ToolChoice? ToolChoice = null,
    bool? ParallelToolCalls = null,
    Reasoning? Reasoning = null,
    int? MaxOutputTokens = null,
    Truncation? Truncation = null,
    Tracing? Tracing = null,
    StoredPrompt? Prompt = null,
    IReadOnlyList<string>? Include = null)
{
    /// <summary>The same session with audio in this format, in both directions.</summary>
    public SessionConfig WithFormat(SoundFormat format) => Audio is not { Input: var input, Output: var output } audio ? this : this with
    {
        Audio = audio with
            { Input = input with { Format = AudioFormat.Of(format) }, Output = output with { Format = AudioFormat.Of(format) } },
    };
}

/// <summary>
/// The service keeps a trace of the session for its dashboard: under these names (at most 200 characters each), or under its own (null).
/// </summary>
[JsonConverter(typeof(TracingConverter))]
public sealed record Tracing(string? WorkflowName, string? GroupId);

/// <summary>A prompt that is kept at the service; <c>Version</c> null: its default. <c>Variables</c>: what it has instead of their names.</summary>
public sealed record StoredPrompt(string Id, string? Version = null, IReadOnlyDictionary<string, string>? Variables = null);

/// <summary>How long a reasoning model thinks: <c>minimal</c>, <c>low</c>, <c>medium</c>, <c>high</c> or <c>xhigh</c>.</summary>
public sealed record Reasoning(string Effort);

/// <summary>
/// What is dropped from a conversation that is too long. <c>auto</c> and <c>disabled</c> have no other field; <c>retention_ratio</c> keeps
/// that share of the input (0 to 1) and at most <c>PostInstructions</c> tokens after the instructions.
/// </summary>
[JsonConverter(typeof(TruncationConverter))]
public sealed record Truncation(string Type, double? RetentionRatio = null, int? PostInstructions = null);

/// <summary>Audio settings in both directions.</summary>
public sealed record SessionAudio(AudioInput Input, AudioOutput Output);

/// <summary>How the server processes our audio.</summary>
public sealed record AudioInput(
    AudioFormat Format,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.Never)] Transcription? Transcription,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.Never)] NoiseReduction? NoiseReduction,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.Never)] TurnDetection? TurnDetection);

/// <summary>The format, voice and speed (0.25 to 1.5) of the assistant's audio.</summary>
public sealed record AudioOutput(AudioFormat Format, string Voice, double? Speed = null);

/// <summary>How audio is coded: <c>audio/pcm</c> (at 24 kHz), <c>audio/pcmu</c> or <c>audio/pcma</c>, which have no rate.</summary>
public sealed record AudioFormat(string Type, int? Rate = null)
{
    /// <summary>A format as the wire names it.</summary>
    public static AudioFormat Of(SoundFormat format) => new(format.Type, format.Law is null ? format.SampleRate : null);
}

/// <summary>
/// The built-in transcription (ASR) and its model. A model takes <c>Language</c> or <c>Languages</c>; <c>Delay</c> is an effort as in
/// <see cref="Reasoning"/>.
/// </summary>
public sealed record Transcription(
    string Model,
    string? Language = null,
    IReadOnlyList<string>? Languages = null,
    string? Prompt = null,
    IReadOnlyList<string>? Keywords = null,
    string? Delay = null);

/// <summary><c>near_field</c> or <c>far_field</c>.</summary>
public sealed record NoiseReduction(string Type);

/// <summary>
/// Voice activity detection. <c>server_vad</c>: threshold 0 to 1, padding, silence and idle timeout in ms; <c>semantic_vad</c>: eagerness.
/// </summary>
public sealed record TurnDetection(
    string Type,
    double? Threshold = null,
    int? PrefixPaddingMs = null,
    int? SilenceDurationMs = null,
    string? Eagerness = null,
    bool? CreateResponse = null,
    bool? InterruptResponse = null,
    int? IdleTimeoutMs = null);
