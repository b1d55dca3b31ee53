using System.Buffers;
using System.Text.Json;
using static RealtimeAkka.Gateway.Telephone.CarrierJson;

namespace RealtimeAkka.Gateway.Telephone;

/// <summary>What Twilio began and others took over: JSON texts with an <c>event</c>, sound in base64, marks, and the id of the stream.</summary>
/// <param name="name">The name of the carrier in records.</param>
/// <param name="streamId">The field with the id of the stream.</param>
public abstract class JsonCarrier(string name, string streamId) : ICarrier
{
    /// <inheritdoc/>
    public string Name => name;

    /// <inheritdoc/>
    public CarrierMessage Read(ReadOnlyMemory<byte> utf8)
    {
        using var document = Parse(utf8);
        if (document is not { RootElement: var json }) return NoEvent;
        var stream = Text(json, streamId);
        if (Is(json, "event", "media"u8)) return Frame(json, stream);
        return Text(json, "event") switch
        {
            null => NoEvent,
            "mark" => Mark(json, stream),
            "dtmf" => Key(json, stream),
            "start" => Start(Object(json, "start"), stream),
            "stop" => new CarrierMessage.Stopped(),
            _ => new CarrierMessage.Ignored(), // connected, or something newer
        };
    }

    /// <inheritdoc/>
    public void WriteSound(CallStart call, ReadOnlySpan<byte> sound, IBufferWriter<byte> to) =>
        CarrierJson.WriteSound(to, streamId, call.Stream, sound);

    /// <inheritdoc/>
    public void WriteMark(CallStart call, string name, IBufferWriter<byte> to) => CarrierJson.WriteMark(to, streamId, call.Stream, name);

    /// <inheritdoc/>
    public void WriteClear(CallStart call, IBufferWriter<byte> to) => CarrierJson.WriteClear(to, streamId, call.Stream);

    private static CarrierMessage NoEvent => CarrierMessage.Invalid.Of("a text must be a JSON object with an event");

    /// <summary>The message with which a call begins.</summary>
    private protected abstract CarrierMessage Start(JsonElement start, string? stream);
}
