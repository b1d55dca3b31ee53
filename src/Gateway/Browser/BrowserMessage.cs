using System.Net.WebSockets;
using System.Text.Json;

namespace RealtimeAkka.Gateway.Browser;

/// <summary>A message of a browser, read and checked. Sound is whole samples of PCM16 mono 24 kHz.</summary>
public abstract record BrowserMessage
{
    /// <summary>Maximum bytes of a message: 340 ms of sound. A longer one closes the connection.</summary>
    public const int MaxBytes = 16 * 1024;

    /// <summary>Maximum bytes of a text.</summary>
    public const int MaxTextBytes = 4 * 1024;

    // More than 30 years of sound.
    private const long MaxMs = 1_000_000_000_000;

    private BrowserMessage()
    {
    }

    /// <summary>The caller's sound: the bytes of the message.</summary>
    public sealed record Sound : BrowserMessage
    {
        /// <summary>The shared instance.</summary>
        public static readonly Sound Instance = new();
    }

    /// <summary>So many milliseconds of the assistant's sound were played since the call began.</summary>
    public sealed record Played(long Ms) : BrowserMessage;

    /// <summary>The caller ends the call.</summary>
    public sealed record Stop : BrowserMessage;

    /// <summary>A message of another type, maybe of a newer page: it is ignored.</summary>
    public sealed record Unknown : BrowserMessage;

    /// <summary>The connection is to be closed with this code and reason.</summary>
    public sealed record Invalid(WebSocketCloseStatus Code, string Reason) : BrowserMessage;

    /// <summary>Reads a whole binary message.</summary>
    public static BrowserMessage ReadBinary(int bytes) => bytes % 2 == 0 ? Sound.Instance
        : new Invalid(WebSocketCloseStatus.InvalidPayloadData, "sound must be whole samples of 16 bits");

    /// <summary>Reads a whole text message.</summary>
    public static BrowserMessage ReadText(ReadOnlySpan<byte> utf8)
    {
        if (utf8.Length > MaxTextBytes) return TooBig;
        try
        {
            var json = JsonElement.Parse(utf8);
            if (json.ValueKind != JsonValueKind.Object || !json.TryGetProperty("type", out var type)
                || type.ValueKind != JsonValueKind.String) return NoMessage;
            return type.GetString() switch
            {
                "played" => json.TryGetProperty("ms", out var ms) && ms.ValueKind == JsonValueKind.Number && ms.TryGetDouble(out var count)
                    && count is >= 0 and <= MaxMs
                    ? new Played((long)count)
                    : new Invalid(WebSocketCloseStatus.InvalidPayloadData, "played needs ms, a number that is not negative"),
                "stop" => new Stop(),
                _ => new Unknown(),
            };
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            return NoMessage;
        }
    }

    /// <summary>The message is longer than allowed.</summary>
    public static Invalid TooBig { get; } = new(WebSocketCloseStatus.MessageTooBig, "the message is too long");

    private static Invalid NoMessage { get; } =
        new(WebSocketCloseStatus.InvalidPayloadData, "a text must be a JSON object with a type");
}
