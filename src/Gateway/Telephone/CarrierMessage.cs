using System.Net.WebSockets;
using RealtimeAkka.Audio;
using RealtimeAkka.Gateway.Calls;

namespace RealtimeAkka.Gateway.Telephone;

/// <summary>A message of a carrier, read and checked.</summary>
public abstract record CarrierMessage
{
    /// <summary>Maximum bytes of a message.</summary>
    public const int MaxBytes = 16 * 1024;

    private CarrierMessage()
    {
    }

    /// <summary>The call begins: before it there is no sound.</summary>
    public sealed record Started(CallStart Call) : CarrierMessage;

    /// <summary>The caller's sound.</summary>
    public sealed record Sound(string? Stream, VoiceFrame Frame) : CarrierMessage;

    /// <summary>The caller pressed a key: 0 to 9, A to D, * or #.</summary>
    public sealed record Key(string? Stream, char Digit) : CarrierMessage;

    /// <summary>A mark comes back.</summary>
    public sealed record Mark(string? Stream, string Name) : CarrierMessage;

    /// <summary>The call is over.</summary>
    public sealed record Stopped : CarrierMessage;

    /// <summary>Nothing to do: a greeting, sound of the other track, or a message of a newer protocol.</summary>
    public sealed record Ignored : CarrierMessage;

    /// <summary>Sound that cannot be read: it is lost, the call goes on.</summary>
    public sealed record Unreadable : CarrierMessage;

    /// <summary>The connection is to be closed.</summary>
    public sealed record Invalid(CallBreach Breach) : CarrierMessage
    {
        /// <summary>The message is none of the protocol's.</summary>
        public static Invalid Of(string reason) => new(new CallBreach(WebSocketCloseStatus.InvalidPayloadData, reason));
    }
}

/// <summary>What a carrier says about a call when it begins.</summary>
/// <param name="Stream">The id that messages to the carrier bear.</param>
/// <param name="Call">The carrier's id of the call.</param>
/// <param name="Law">How its sound is coded, both ways; 8 kHz mono.</param>
public sealed record CallStart(string Stream, string? Call, G711Law Law)
{
    /// <summary>The caller's number; null: not known.</summary>
    public string? From { get; init; }

    /// <summary>The number that was called; null: not known.</summary>
    public string? To { get; init; }

    /// <summary>What whoever connected the call says about it.</summary>
    public IReadOnlyDictionary<string, string> Parameters { get; init; } = new Dictionary<string, string>();
}
