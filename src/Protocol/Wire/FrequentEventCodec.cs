using System.Buffers;
using System.Buffers.Text;
using System.Text.Json;

namespace RealtimeAkka.Protocol.Wire;

/// <summary>
/// The most frequent events, read and written in one pass without an intermediate document: audio and text deltas, the events of
/// every turn, and unused events. Anything unusual is left to the serializer, which also reports what is invalid.
/// </summary>
internal static class FrequentEventCodec
{
    private static ReadOnlySpan<byte> AppendHead => "{\"type\":\"input_audio_buffer.append\",\"audio\":\""u8;

    private static ReadOnlySpan<byte> AppendTail => "\"}"u8;

    /// <summary>Writes a frame of audio: base64 directly from the samples into the frame.</summary>
    public static void Write(AppendAudio append, IBufferWriter<byte> output)
    {
        var sound = append.Audio.Span;
        var frame = output.GetSpan(AppendHead.Length + Base64.GetMaxEncodedToUtf8Length(sound.Length) + AppendTail.Length);
        AppendHead.CopyTo(frame);
        Base64.EncodeToUtf8(sound, frame[AppendHead.Length..], out _, out var written);
        AppendTail.CopyTo(frame[(AppendHead.Length + written)..]);
        output.Advance(AppendHead.Length + written + AppendTail.Length);
    }

    /// <summary>
    /// The event, if it is one of these and has nothing unusual; else null. <paramref name="isUsed"/> says which other type names
    /// the serializer knows. Throws what <see cref="Utf8JsonReader"/> throws if the frame is not JSON.
    /// </summary>
    public static ServerEvent? TryRead(ReadOnlySpan<byte> utf8, JsonReaderOptions options, Func<string, bool> isUsed)
    {
        var reader = new Utf8JsonReader(utf8, options);
        if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject) return null;

        var kind = Kind.None;
        var fields = new Fields();
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (reader.ValueTextEquals("type"u8))
            {
                reader.Read();
                if (kind != Kind.None || reader.TokenType != JsonTokenType.String
                    || (kind = KindOf(ref reader, isUsed, ref fields)) == Kind.None) return null;
            }
            else if (!fields.TryTake(ref reader, isUnused: kind == Kind.Unused))
            {
                return null;
            }
        }
        return reader.TokenType == JsonTokenType.EndObject && !reader.Read() ? fields.As(kind) : null;
    }

    private enum Kind
    {
        None, Audio, SpokenText, Text, Asr, SpeechStarted, SpeechStopped, Committed, TextDone, AsrDone,
        ItemAdded, ItemDone, OutputItemAdded, ResponseCreated, ResponseDone, RateLimits, Unused,
    }

    private static Kind KindOf(ref Utf8JsonReader reader, Func<string, bool> isUsed, ref Fields fields)
    {
        if (reader.ValueTextEquals("response.output_audio.delta"u8)) return Kind.Audio;
        if (reader.ValueTextEquals("response.output_audio_transcript.delta"u8)) return Kind.SpokenText;
        if (reader.ValueTextEquals("response.output_text.delta"u8)) return Kind.Text;
        if (reader.ValueTextEquals("conversation.item.input_audio_transcription.delta"u8)) return Kind.Asr;
        if (reader.ValueTextEquals("input_audio_buffer.speech_started"u8)) return Kind.SpeechStarted;
        if (reader.ValueTextEquals("input_audio_buffer.speech_stopped"u8)) return Kind.SpeechStopped;
        if (reader.ValueTextEquals("input_audio_buffer.committed"u8)) return Kind.Committed;
        if (reader.ValueTextEquals("response.output_text.done"u8)) return Kind.TextDone;
        if (reader.ValueTextEquals("conversation.item.input_audio_transcription.completed"u8)) return Kind.AsrDone;
        if (reader.ValueTextEquals("conversation.item.added"u8)) return Kind.ItemAdded;
        if (reader.ValueTextEquals("conversation.item.done"u8)) return Kind.ItemDone;
        if (reader.ValueTextEquals("response.output_item.added"u8)) return Kind.OutputItemAdded;
        if (reader.ValueTextEquals("response.created"u8)) return Kind.ResponseCreated;
        if (reader.ValueTextEquals("response.done"u8)) return Kind.ResponseDone;
        if (reader.ValueTextEquals("rate_limits.updated"u8)) return Kind.RateLimits;
        fields.Type = StringInterner.Read(ref reader);
        return isUsed(fields.Type) ? Kind.None : Kind.Unused;
    }

    /// <summary>The fields of these events. A repeated field, or one of another JSON type, is unusual.</summary>
    private ref struct Fields
    {
        private string? _responseId, _itemId, _previousId, _text, _transcript;
        private int _contentIndex;
        private long _startMs, _endMs;
        private JsonElement? _usage;
        private ConversationItem? _item;
        private ResponseState? _response;
        private Utf8JsonReader _delta; // positioned at the value, if there is one

        private static readonly RateLimitsUpdated RateLimits = new();

        public string? Type;

        public bool TryTake(ref Utf8JsonReader reader, bool isUnused)
        {
            if (isUnused) return reader.TrySkip();
            if (reader.ValueTextEquals("delta"u8))
            {
                reader.Read();
                if (_delta.TokenType != JsonTokenType.None) return false;
                _delta = reader;
                return reader.TokenType == JsonTokenType.String || reader.TrySkip();
            }
            if (reader.ValueTextEquals("response_id"u8)) return FastJsonReader.TryId(ref reader, ref _responseId);
            if (reader.ValueTextEquals("item_id"u8)) return FastJsonReader.TryId(ref reader, ref _itemId);
            if (reader.ValueTextEquals("previous_item_id"u8)) return FastJsonReader.TryId(ref reader, ref _previousId);
            if (reader.ValueTextEquals("text"u8)) return FastJsonReader.TryText(ref reader, ref _text);
            if (reader.ValueTextEquals("transcript"u8)) return FastJsonReader.TryText(ref reader, ref _transcript);
            if (reader.ValueTextEquals("audio_start_ms"u8)) return TryTakeMs(ref reader, ref _startMs);
            if (reader.ValueTextEquals("audio_end_ms"u8)) return TryTakeMs(ref reader, ref _endMs);
            if (reader.ValueTextEquals("usage"u8)) return FastJsonReader.TryObject(ref reader, ref _usage);
            if (reader.ValueTextEquals("item"u8))
                return reader.Read() && _item is null && (_item = FastJsonReader.Item(ref reader)) is not null;
            if (reader.ValueTextEquals("response"u8))
                return reader.Read() && _response is null && (_response = FastJsonReader.Response(ref reader)) is not null;
            var isIndex = reader.ValueTextEquals("content_index"u8);
            reader.Read();
            if (isIndex) return reader.TokenType == JsonTokenType.Number && reader.TryGetInt32(out _contentIndex);
            return reader.TrySkip();
        }

        public readonly ServerEvent? As(Kind kind)
        {
            var previous = _previousId is null ? (ItemId?)null : ItemId.Of(_previousId);
            switch (kind)
            {
                case Kind.Unused: return RealtimeCodec.Unused(Type!);
                case Kind.RateLimits: return RateLimits;
                case Kind.ResponseCreated: return _response is null ? null : new ResponseCreated(_response);
                case Kind.ResponseDone: return _response is null ? null : new ResponseDone(_response);
                case Kind.ItemAdded: return _item is null ? null : new ItemAdded(_item, previous);
                case Kind.ItemDone: return _item is null ? null : new ItemDone(_item, previous);
                case Kind.OutputItemAdded: return _item is null || _responseId is null ? null
                    : new OutputItemAdded(ResponseId.Of(_responseId), _item);
            }
            if (_itemId is null) return null;
            var item = ItemId.Of(_itemId);
            switch (kind)
            {
                case Kind.SpeechStarted: return new SpeechStarted(item, _startMs);
                case Kind.SpeechStopped: return new SpeechStopped(item, _endMs);
                case Kind.Committed: return new InputCommitted(item, previous);
                case Kind.TextDone when _responseId is not null
                    && _text is not null: return new OutputTextDone(ResponseId.Of(_responseId), item, _text);
                case Kind.AsrDone when _transcript is not null: return new AsrCompleted(item, _transcript, _usage);
            }
            if (_delta.TokenType != JsonTokenType.String) return null;
            if (kind == Kind.Asr) return new AsrDelta(item, _delta.GetString());
            if (_responseId is null) return null;
            var response = ResponseId.Of(_responseId);
            return kind switch
            {
                Kind.Audio => Sound(response, item),
                Kind.SpokenText => new OutputTranscriptDelta(response, item, _delta.GetString()!),
                Kind.Text => new OutputTextDelta(response, item, _delta.GetString()!),
                _ => null,
            };
        }

        private static bool TryTakeMs(ref Utf8JsonReader reader, ref long ms)
        {
            reader.Read();
            return ms == 0 && reader.TokenType == JsonTokenType.Number && reader.TryGetInt64(out ms);
        }

        // Decodes base64 into a rented buffer: dozens of deltas per second arrive, and each is soon copied to the playout queue.
        private readonly OutputAudioDelta? Sound(ResponseId response, ItemId item)
        {
            var base64 = _delta.ValueSpan;
            if (_delta.ValueIsEscaped || base64.Length % 4 != 0) return null;
            var length = base64.Length / 4 * 3 - (base64.EndsWith("=="u8) ? 2 : base64.EndsWith("="u8) ? 1 : 0);
            var loan = MemoryPool<byte>.Shared.Rent(length);
            if (Base64.DecodeFromUtf8(base64, loan.Memory.Span, out _, out var written) == OperationStatus.Done && written == length)
            {
                return new OutputAudioDelta(response, item, loan.Memory[..length], _contentIndex) { Owner = loan };
            }
            loan.Dispose();
            return null;
        }
    }
}
