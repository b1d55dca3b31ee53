using System.Buffers;
using System.Collections.Frozen;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using System.Text.Unicode;

namespace RealtimeAkka.Protocol.Wire;

/// <summary>Converts frames to events and events to frames. Stateless; thread-safe.</summary>
public static class RealtimeCodec
{
    // The longest name in the protocol has 53 characters; names are stored and logged, so they are bounded.
    private const int MaxName = 128;

    // The protocol nests at most about eight levels deep; the bound is against hostile frames.
    private static readonly JsonReaderOptions ReaderOptions = new() { MaxDepth = 64 };

    // The events of a turn. Where a form has two names, the second one is that of the beta API (docs/protocol.md 10).
    private static readonly FrozenDictionary<string, EventForm> Turn = new Dictionary<string, EventForm>
    {
        ["input_audio_buffer.speech_started"] =
            new(EventParts.ItemId, (in f) => new SpeechStarted(f.ItemId, f.Ms), time: "audio_start_ms"),
        ["input_audio_buffer.speech_stopped"] =
            new(EventParts.ItemId, (in f) => new SpeechStopped(f.ItemId, f.Ms), time: "audio_end_ms"),
        ["input_audio_buffer.committed"] =
            new(EventParts.ItemId | EventParts.PreviousItemId, (in f) => new InputCommitted(f.ItemId, f.Previous)),
        ["conversation.item.added"] = ItemAdded, ["conversation.item.created"] = ItemAdded,
        ["conversation.item.done"] =
            new(EventParts.Item | EventParts.PreviousItemId, (in f) => new ItemDone(f.ConversationItem, f.Previous)),
        ["conversation.item.input_audio_transcription.delta"] =
            new(EventParts.ItemId, (in f) => new AsrDelta(f.ItemId, f.Words), words: "delta"),
        ["conversation.item.input_audio_transcription.completed"] =
            new(EventParts.ItemId | EventParts.Usage, (in f) => new AsrCompleted(f.ItemId, f.Text, f.Usage), words: "transcript"),
        ["response.created"] = new(EventParts.Response, (in f) => new ResponseCreated(f.ResponseState)),
        ["response.done"] = new(EventParts.Response, (in f) => new ResponseDone(f.ResponseState)),
        ["response.output_item.added"] =
            new(EventParts.ResponseId | EventParts.Item, (in f) => new OutputItemAdded(f.ResponseId, f.ConversationItem)),
        ["response.output_item.done"] =
            new(EventParts.ResponseId | EventParts.Item, (in f) => new OutputItemDone(f.ResponseId, f.ConversationItem)),
        ["response.output_audio.done"] = AudioDone, ["response.audio.done"] = AudioDone,
        ["response.output_audio_transcript.delta"] = TranscriptDelta, ["response.audio_transcript.delta"] = TranscriptDelta,
        ["response.output_audio_transcript.done"] = TranscriptDone, ["response.audio_transcript.done"] = TranscriptDone,
        ["response.output_text.delta"] = TextDelta, ["response.text.delta"] = TextDelta,
        ["response.output_text.done"] = TextDone, ["response.text.done"] = TextDone,
    }.ToFrozenDictionary(StringComparer.Ordinal);

    // The other events that are used: rare, or read by the serializer only where AudioEventCodec does not.
    private static readonly FrozenDictionary<string, JsonTypeInfo> Rare = new Dictionary<string, JsonTypeInfo>
    {
        ["session.created"] = WireJson.Default.SessionCreated,
        ["session.updated"] = WireJson.Default.SessionUpdated,
        ["error"] = WireJson.Default.ServerError,
        ["input_audio_buffer.timeout_triggered"] = WireJson.Default.InputTimedOut,
        ["conversation.item.deleted"] = WireJson.Default.ItemDeleted,
        ["conversation.item.truncated"] = WireJson.Default.ItemTruncated,
        ["conversation.item.input_audio_transcription.failed"] = WireJson.Default.AsrFailed,
        ["response.output_audio.delta"] = WireJson.Default.OutputAudioDelta,
        ["response.audio.delta"] = WireJson.Default.OutputAudioDelta,
        ["response.function_call_arguments.done"] = WireJson.Default.FunctionCallDone,
        ["rate_limits.updated"] = WireJson.Default.RateLimitsUpdated,
    }.ToFrozenDictionary(StringComparer.Ordinal);

    private static EventForm ItemAdded =>
        new(EventParts.Item | EventParts.PreviousItemId, (in f) => new ItemAdded(f.ConversationItem, f.Previous));

    private static EventForm AudioDone =>
        new(EventParts.ResponseId | EventParts.ItemId, (in f) => new OutputAudioDone(f.ResponseId, f.ItemId));

    private static EventForm TranscriptDelta =>
        new(EventParts.ResponseId | EventParts.ItemId, (in f) => new OutputTranscriptDelta(f.ResponseId, f.ItemId, f.Text), words: "delta");

    private static EventForm TranscriptDone => new(
        EventParts.ResponseId | EventParts.ItemId, (in f) => new OutputTranscriptDone(f.ResponseId, f.ItemId, f.Text), words: "transcript");

    private static EventForm TextDelta =>
        new(EventParts.ResponseId | EventParts.ItemId, (in f) => new OutputTextDelta(f.ResponseId, f.ItemId, f.Text), words: "delta");

    private static EventForm TextDone =>
        new(EventParts.ResponseId | EventParts.ItemId, (in f) => new OutputTextDone(f.ResponseId, f.ItemId, f.Text), words: "text");

    /// <summary>
    /// Reads one frame. An unknown event becomes <see cref="UnknownEvent"/>.
    /// Throws <see cref="JsonException"/> if the frame is not a JSON object with a string <c>type</c>, is not UTF-8,
    /// or if a known event lacks a required field or has one of the wrong type.
    /// </summary>
    /// <param name="utf8">The frame.</param>
    /// <param name="ids">Those of the frames before it on the same connection; null: there is no connection.</param>
    public static ServerEvent Decode(ReadOnlySpan<byte> utf8, KnownIds? ids = null)
    {
        // The reader does not check the content of what is kept as JSON (usage).
        if (!Utf8.IsValid(utf8)) throw new JsonException("The frame is not UTF-8.");

        StringInterner.Ids = ids;
        try
        {
            return AudioEventCodec.TryRead(utf8, ReaderOptions) ?? DecodeAny(utf8);
        }
        catch (Exception e) when (e is InvalidOperationException or FormatException or NotSupportedException)
        {
            // How the reader reports half a surrogate pair, bad base64 and a type that is not a string.
            throw new JsonException(e.Message, e);
        }
        finally
        {
            StringInterner.Ids = null;
        }
    }

    /// <summary>Writes one event as a frame, UTF-8, without an intermediate string.</summary>
    public static void Encode(ClientEvent clientEvent, IBufferWriter<byte> output)
    {
        if (clientEvent is AppendAudio { EventId: null } append)
        {
            AudioEventCodec.Write(append, output);
            return;
        }
        using var writer = new Utf8JsonWriter(output);
        JsonSerializer.Serialize(writer, clientEvent, WireJson.Default.ClientEvent);
    }

    /// <summary>A requested session as it is sent.</summary>
    public static JsonElement ToJson(SessionConfig session) => JsonSerializer.SerializeToElement(session, WireJson.Default.SessionConfig);

    /// <summary>A top-level string property, e.g. the <c>type</c> of a malformed event; null if it cannot be read.</summary>
    public static string? Peek(ReadOnlySpan<byte> utf8, ReadOnlySpan<byte> property)
    {
        try
        {
            return Find(utf8, property);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            return null; // invalid before the property was found
        }
    }

    private static ServerEvent DecodeAny(ReadOnlySpan<byte> utf8)
    {
        var type = Find(utf8, "type"u8) ?? throw new JsonException("The event has no type.");
        var reader = new Utf8JsonReader(utf8, ReaderOptions);
        if (Turn.TryGetValue(type, out var form)) return form.Read(ref reader);
        if (Rare.TryGetValue(type, out var known))
            return (ServerEvent?)JsonSerializer.Deserialize(utf8, known) ?? throw new JsonException("The frame is null.");
        while (reader.Read())
        {
            // What is not used must be JSON all the same.
        }
        return new UnknownEvent(type.Length <= MaxName ? type : type[..MaxName]);
    }

    private static string? Find(ReadOnlySpan<byte> utf8, ReadOnlySpan<byte> property)
    {
        var reader = new Utf8JsonReader(utf8, ReaderOptions);
        if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject) return null;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var isFound = reader.ValueTextEquals(property);
            reader.Read();
            if (isFound) return reader.TokenType == JsonTokenType.String ? StringInterner.Read(ref reader) : null;
            reader.Skip();
        }
        return null;
    }
}
