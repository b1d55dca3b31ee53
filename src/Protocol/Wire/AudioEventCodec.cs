using System.Buffers;
using System.Buffers.Text;
using System.Text.Json;

namespace RealtimeAkka.Protocol.Wire;

/// <summary>
/// The two events that come dozens of times per second, the caller's audio and the assistant's, without an intermediate string of
/// base64. Any unusual frame is left to the serializer, which also reports what is invalid.
/// </summary>
internal static class AudioEventCodec
{
    private static ReadOnlySpan<byte> AppendHead => "{\"type\":\"input_audio_buffer.append\",\"audio\":\""u8;

    private static ReadOnlySpan<byte> AppendTail => "\"}"u8;

    private static ReadOnlySpan<byte> DeltaType => "response.output_audio.delta"u8;

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

    /// <summary>A piece of the assistant's audio, if the frame is one in its usual form; else null.</summary>
    public static ServerEvent? TryRead(ReadOnlySpan<byte> utf8, JsonReaderOptions options)
    {
        var reader = new Utf8JsonReader(utf8, options);
        if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject) return null;

        string? response = null, item = null;
        var index = 0;
        var isAudio = false;
        Utf8JsonReader delta = default;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var name = reader;
            if (!reader.Read()) return null;
            if (name.ValueTextEquals("type"u8))
            {
                if (isAudio || reader.TokenType != JsonTokenType.String || !reader.ValueTextEquals(DeltaType)) return null;
                isAudio = true;
            }
            else if (name.ValueTextEquals("delta"u8))
            {
                if (delta.TokenType != JsonTokenType.None || reader.TokenType != JsonTokenType.String) return null;
                delta = reader;
            }
            else if (name.ValueTextEquals("response_id"u8))
            {
                if (response is not null || !TryId(ref reader, out response)) return null;
            }
            else if (name.ValueTextEquals("item_id"u8))
            {
                if (item is not null || !TryId(ref reader, out item)) return null;
            }
            else if (name.ValueTextEquals("content_index"u8))
            {
                if (reader.TokenType != JsonTokenType.Number || !reader.TryGetInt32(out index)) return null;
            }
            else if (!reader.TrySkip())
            {
                return null;
            }
        }
        if (!isAudio || reader.TokenType != JsonTokenType.EndObject || reader.Read()) return null;
        if (response is null || item is null || delta.TokenType == JsonTokenType.None) return null;
        return Sound(ResponseId.Of(response), ItemId.Of(item), index, delta);
    }

    private static bool TryId(ref Utf8JsonReader reader, out string? id)
    {
        id = reader.TokenType == JsonTokenType.String ? StringInterner.ReadId(ref reader) : null;
        return id is { Length: > 0 and <= StringIds.MaxLength };
    }

    // Decodes base64 into a rented buffer: dozens of deltas per second arrive, and each is soon copied to the playout queue.
    private static OutputAudioDelta? Sound(ResponseId response, ItemId item, int index, in Utf8JsonReader delta)
    {
        var base64 = delta.ValueSpan;
        if (delta.ValueIsEscaped || base64.Length % 4 != 0) return null;
        var length = base64.Length / 4 * 3 - (base64.EndsWith("=="u8) ? 2 : base64.EndsWith("="u8) ? 1 : 0);
        var owner = MemoryPool<byte>.Shared.Rent(length);
        if (Base64.DecodeFromUtf8(base64, owner.Memory.Span, out _, out var written) == OperationStatus.Done && written == length)
        {
            return new OutputAudioDelta(response, item, owner.Memory[..length], index) { Owner = owner };
        }
        owner.Dispose();
        return null;
    }
}
