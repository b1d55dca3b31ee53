using System.Text;
using System.Text.Json;

namespace RealtimeAkka.Simulator.Wire;

/// <summary>
/// The type of a client's message and the base64 text of an append, read without a JSON document.
/// Most input is audio, which is decoded directly from here.
/// </summary>
internal readonly ref struct ClientFrame
{
    private ClientFrame(string? type, ReadOnlySpan<byte> audio)
    {
        Type = type;
        Audio = audio;
    }

    /// <summary>The event's type; null where there is no such string.</summary>
    public string? Type { get; }

    /// <summary>The base64 text of <c>audio</c>; empty where there is none.</summary>
    public ReadOnlySpan<byte> Audio { get; }

    public const string Append = "input_audio_buffer.append";

    /// <summary>Throws <see cref="JsonException"/> unless the message is a single JSON object.</summary>
    public static ClientFrame Read(ReadOnlySpan<byte> utf8)
    {
        var json = new Utf8JsonReader(utf8);
        string? type = null;
        ReadOnlySpan<byte> audio = default;
        json.Read();
        if (json.TokenType != JsonTokenType.StartObject) throw new JsonException("not an object");

        while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
        {
            var isType = json.ValueTextEquals("type"u8);
            var isAudio = json.ValueTextEquals("audio"u8);
            json.Read();
            if (json.TokenType != JsonTokenType.String) json.Skip();
            else if (isType) type = json.ValueTextEquals("input_audio_buffer.append"u8) ? Append : json.GetString();
            // Base64 may contain \/ for /; only then a copy is needed.
            else if (isAudio) audio = json.ValueIsEscaped ? Encoding.UTF8.GetBytes(json.GetString()!) : json.ValueSpan;
        }
        if (json.Read()) throw new JsonException("more than one value");
        return new ClientFrame(type, audio);
    }
}
