using System.Buffers;
using System.Collections.Frozen;
using System.Reflection;
using System.Text.Json;
using System.Text.Json.Serialization;
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

    // Names of the beta API for events with the same payload (docs/protocol.md 10).
    private static readonly Dictionary<string, JsonTypeInfo> BetaNames = new()
    {
        ["response.audio.delta"] = WireJson.Default.OutputAudioDelta,
        ["response.audio_transcript.delta"] = WireJson.Default.OutputTranscriptDelta,
        ["response.text.delta"] = WireJson.Default.OutputTextDelta,
        ["response.text.done"] = WireJson.Default.OutputTextDone,
        ["conversation.item.created"] = WireJson.Default.ItemAdded,
    };

    private static readonly Func<string, bool> IsUsed =
        typeof(ServerEvent).GetCustomAttributes<JsonDerivedTypeAttribute>().Select(known => (string)known.TypeDiscriminator!)
        .Concat(BetaNames.Keys).ToFrozenSet(StringComparer.Ordinal).Contains;

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
            return FrequentEventCodec.TryRead(utf8, ReaderOptions, IsUsed) ?? DecodeAny(utf8);
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
            FrequentEventCodec.Write(append, output);
            return;
        }
        using var writer = new Utf8JsonWriter(output);
        JsonSerializer.Serialize(writer, clientEvent, WireJson.Default.ClientEvent);
    }

    /// <summary>A top-level string property, e.g. the <c>type</c> of a malformed event; null if it cannot be read.</summary>
    public static string? Peek(ReadOnlySpan<byte> utf8, ReadOnlySpan<byte> property)
    {
        var reader = new Utf8JsonReader(utf8, ReaderOptions);
        try
        {
            if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject) return null;
            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            {
                var found = reader.ValueTextEquals(property);
                reader.Read();
                if (found) return reader.TokenType == JsonTokenType.String ? reader.GetString() : null;
                reader.Skip();
            }
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            // Invalid before the property was found.
        }
        return null;
    }

    /// <summary>An event that is not used.</summary>
    internal static UnknownEvent Unused(string type) => new(type.Length <= MaxName ? type : type[..MaxName]);

    private static ServerEvent DecodeAny(ReadOnlySpan<byte> utf8)
    {
        var reader = new Utf8JsonReader(utf8, ReaderOptions);
        var decoded = JsonSerializer.Deserialize(ref reader, WireJson.Default.ServerEvent) ?? throw new JsonException("The frame is null.");
        if (reader.Read()) throw new JsonException("The frame holds more than one value.");
        // The base type means that no known type matched; only then is the name read again.
        return decoded.GetType() == typeof(ServerEvent) ? DecodeOther(utf8) : decoded;
    }

    private static ServerEvent DecodeOther(ReadOnlySpan<byte> utf8)
    {
        var type = Peek(utf8, "type"u8) ?? throw new JsonException("The event has no type.");
        return BetaNames.TryGetValue(type, out var known)
            ? (ServerEvent?)JsonSerializer.Deserialize(utf8, known) ?? throw new JsonException("The frame is null.")
            : Unused(type);
    }
}
