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

    // The events that are used. The last seven names are those of the beta API for the same payload (docs/protocol.md 10).
    private static readonly FrozenDictionary<string, JsonTypeInfo> Used = new Dictionary<string, JsonTypeInfo>
    {
        ["session.created"] = WireJson.Default.SessionCreated,
        ["session.updated"] = WireJson.Default.SessionUpdated,
        ["error"] = WireJson.Default.ServerError,
        ["input_audio_buffer.speech_started"] = WireJson.Default.SpeechStarted,
        ["input_audio_buffer.speech_stopped"] = WireJson.Default.SpeechStopped,
        ["input_audio_buffer.committed"] = WireJson.Default.InputCommitted,
        ["input_audio_buffer.timeout_triggered"] = WireJson.Default.InputTimedOut,
        ["conversation.item.added"] = WireJson.Default.ItemAdded,
        ["conversation.item.done"] = WireJson.Default.ItemDone,
        ["conversation.item.deleted"] = WireJson.Default.ItemDeleted,
        ["conversation.item.truncated"] = WireJson.Default.ItemTruncated,
        ["conversation.item.input_audio_transcription.delta"] = WireJson.Default.AsrDelta,
        ["conversation.item.input_audio_transcription.completed"] = WireJson.Default.AsrCompleted,
        ["conversation.item.input_audio_transcription.failed"] = WireJson.Default.AsrFailed,
        ["response.created"] = WireJson.Default.ResponseCreated,
        ["response.done"] = WireJson.Default.ResponseDone,
        ["response.output_item.added"] = WireJson.Default.OutputItemAdded,
        ["response.output_item.done"] = WireJson.Default.OutputItemDone,
        ["response.output_audio.done"] = WireJson.Default.OutputAudioDone,
        ["response.output_audio.delta"] = WireJson.Default.OutputAudioDelta,
        ["response.output_audio_transcript.delta"] = WireJson.Default.OutputTranscriptDelta,
        ["response.output_audio_transcript.done"] = WireJson.Default.OutputTranscriptDone,
        ["response.output_text.delta"] = WireJson.Default.OutputTextDelta,
        ["response.output_text.done"] = WireJson.Default.OutputTextDone,
        ["response.function_call_arguments.done"] = WireJson.Default.FunctionCallDone,
        ["rate_limits.updated"] = WireJson.Default.RateLimitsUpdated,
        ["response.audio.delta"] = WireJson.Default.OutputAudioDelta,
        ["response.audio.done"] = WireJson.Default.OutputAudioDone,
        ["response.audio_transcript.delta"] = WireJson.Default.OutputTranscriptDelta,
        ["response.audio_transcript.done"] = WireJson.Default.OutputTranscriptDone,
        ["response.text.delta"] = WireJson.Default.OutputTextDelta,
        ["response.text.done"] = WireJson.Default.OutputTextDone,
        ["conversation.item.created"] = WireJson.Default.ItemAdded,
    }.ToFrozenDictionary(StringComparer.Ordinal);

    /// <summary>
    /// Reads one frame. An unknown event becomes <see cref="UnknownEvent"/>.
    /// Throws <see cref="JsonException"/> if the frame is not a JSON object with a string <c>type</c>, is not UTF-8,
    /// or if a known event lacks a required field or has one of the wrong type.
    /// </summary>
    public static ServerEvent Decode(ReadOnlySpan<byte> utf8)
    {
        // The reader does not check the content of what is kept as JSON (usage).
        if (!Utf8.IsValid(utf8)) throw new JsonException("The frame is not UTF-8.");

        try
        {
            return AudioEventCodec.TryRead(utf8, ReaderOptions) ?? DecodeAny(utf8);
        }
        catch (Exception e) when (e is InvalidOperationException or FormatException or NotSupportedException)
        {
            // How the reader reports half a surrogate pair, bad base64 and a type that is not a string.
            throw new JsonException(e.Message, e);
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
        if (Used.TryGetValue(type, out var known))
        {
            return (ServerEvent?)JsonSerializer.Deserialize(utf8, known) ?? throw new JsonException("The frame is null.");
        }
        var reader = new Utf8JsonReader(utf8, ReaderOptions);
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
