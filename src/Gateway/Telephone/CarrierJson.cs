using System.Buffers;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Text.Json;
using RealtimeAkka.Audio;

namespace RealtimeAkka.Gateway.Telephone;

/// <summary>Reads and writes what the JSON of carriers has in common. Everything from outside is bounded.</summary>
internal static class CarrierJson
{
    // Half a second: a frame has 20 ms.
    private const int MaxFrameBytes = 4000;

    private const int MaxText = 1000, MaxParameters = 32;

    /// <summary>A message, which refers to these bytes until it is disposed of; null: it is no JSON.</summary>
    public static JsonDocument? Parse(ReadOnlyMemory<byte> utf8)
    {
        try
        {
            return JsonDocument.Parse(utf8);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    /// <summary>The text of a field; null: there is none, or it is too long.</summary>
    public static string? Text(JsonElement json, string name)
    {
        if (Field(json, name) is not { ValueKind: JsonValueKind.String } value) return null;
        try
        {
            return value.GetString() is { Length: > 0 and <= MaxText } text ? text : null;
        }
        catch (InvalidOperationException)
        {
            return null; // half a surrogate pair
        }
    }

    /// <summary>Whether a field has this text.</summary>
    public static bool Is(JsonElement json, string name, ReadOnlySpan<byte> text) =>
        Field(json, name) is { ValueKind: JsonValueKind.String } value && value.ValueEquals(text);

    /// <summary>The object of a field; an undefined element: there is none.</summary>
    public static JsonElement Object(JsonElement json, string name) =>
        Field(json, name) is { ValueKind: JsonValueKind.Object } value ? value : default;

    /// <summary>A count that is written as a number or, as most carriers do, as a text; null: there is none.</summary>
    public static long? Count(JsonElement json, string name)
    {
        if (Field(json, name) is not { } value) return null;
        var count = -1L;
        var isCount = value.ValueKind switch
        {
            JsonValueKind.Number => value.TryGetInt64(out count),
            // Between its quotation marks: a string would be made of it a hundred times a second.
            JsonValueKind.String => long.TryParse(
                JsonMarshal.GetRawUtf8Value(value)[1..^1], NumberStyles.None, CultureInfo.InvariantCulture, out count),
            _ => false,
        };
        return isCount && count >= 0 ? count : null;
    }

    /// <summary>The texts of an object; others are left out. Null: there are too many.</summary>
    public static Dictionary<string, string>? Texts(JsonElement json, string name)
    {
        var texts = new Dictionary<string, string>(StringComparer.Ordinal);
        if (Object(json, name) is not { ValueKind: JsonValueKind.Object } value) return texts;
        foreach (var parameter in value.EnumerateObject())
        {
            if (texts.Count == MaxParameters || parameter.Name.Length > MaxText) return null;
            if (Text(value, parameter.Name) is { } text) texts[parameter.Name] = text;
        }
        return texts;
    }

    /// <summary>The frame in <c>media</c> of a message.</summary>
    public static CarrierMessage Frame(JsonElement json, string? stream)
    {
        var media = Object(json, "media");
        if (media.ValueKind != JsonValueKind.Object) return CarrierMessage.Invalid.Of("media needs an object with a payload");
        // Of both tracks, the other one is what we have sent.
        if (Is(media, "track", "outbound"u8)) return new CarrierMessage.Ignored();
        if (Field(media, "payload") is not { ValueKind: JsonValueKind.String } payload
            || !payload.TryGetBytesFromBase64(out var sound)) return new CarrierMessage.Unreadable();
        return sound.Length > MaxFrameBytes ? CarrierMessage.Invalid.Of("a frame is longer than half a second")
            : new CarrierMessage.Sound(stream, new VoiceFrame(Count(media, "chunk"), Count(media, "timestamp"), sound));
    }

    /// <summary>The key in <c>dtmf</c> of a message.</summary>
    public static CarrierMessage Key(JsonElement json, string? stream) =>
        Text(Object(json, "dtmf"), "digit") is [var digit] && (char.IsAsciiDigit(digit) || digit is '*' or '#' or (>= 'A' and <= 'D'))
            ? new CarrierMessage.Key(stream, digit) : new CarrierMessage.Ignored();

    /// <summary>The name in <c>mark</c> of a message.</summary>
    public static CarrierMessage Mark(JsonElement json, string? stream) =>
        Text(Object(json, "mark"), "name") is { } name ? new CarrierMessage.Mark(stream, name) : new CarrierMessage.Ignored();

    /// <summary>The law of a format at 8 kHz mono; null: it is another one.</summary>
    public static G711Law? Law(JsonElement format, string encoding, string rate)
    {
        if (Count(format, rate) is { } given && given != 8000 || Count(format, "channels") is { } channels && channels != 1) return null;
        return Text(format, encoding) switch
        {
            "audio/x-mulaw" or "PCMU" => G711Law.MuLaw,
            "audio/x-alaw" or "PCMA" => G711Law.ALaw,
            _ => null,
        };
    }

    private static JsonElement? Field(JsonElement json, string name) =>
        json.ValueKind == JsonValueKind.Object && json.TryGetProperty(name, out var value) ? value : null;

    /// <summary>Writes a message with sound; <paramref name="id"/> is the name of the field for the stream's id.</summary>
    public static void WriteSound(IBufferWriter<byte> to, string id, string stream, ReadOnlySpan<byte> sound)
    {
        using var json = Begin(to, "media", id, stream);
        json.WriteStartObject("media");
        json.WriteBase64String("payload", sound);
        json.WriteEndObject();
        json.WriteEndObject();
    }

    /// <summary>Writes a mark.</summary>
    public static void WriteMark(IBufferWriter<byte> to, string id, string stream, string name)
    {
        using var json = Begin(to, "mark", id, stream);
        json.WriteStartObject("mark");
        json.WriteString("name", name);
        json.WriteEndObject();
        json.WriteEndObject();
    }

    /// <summary>Writes the order to drop what is not played.</summary>
    public static void WriteClear(IBufferWriter<byte> to, string id, string stream)
    {
        using var json = Begin(to, "clear", id, stream);
        json.WriteEndObject();
    }

    private static Utf8JsonWriter Begin(IBufferWriter<byte> to, string type, string id, string stream)
    {
        var json = new Utf8JsonWriter(to);
        json.WriteStartObject();
        json.WriteString("event", type);
        json.WriteString(id, stream);
        return json;
    }
}
