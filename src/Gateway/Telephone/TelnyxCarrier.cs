using System.Buffers;
using System.Text.Json;
using static RealtimeAkka.Gateway.Telephone.CarrierJson;

namespace RealtimeAkka.Gateway.Telephone;

/// <summary>Telnyx's media streaming in RTP mode (docs/telephone.md): JSON texts, sound in base64, either law at 8 kHz.</summary>
public sealed class TelnyxCarrier : ICarrier
{
    private const string StreamId = "stream_id";

    /// <inheritdoc/>
    public string Name => "telnyx";

    /// <inheritdoc/>
    public CarrierMessage Read(ReadOnlySpan<byte> utf8)
    {
        if (Parse(utf8) is not var (json, type)) return CarrierMessage.Invalid.Of("a text must be a JSON object with an event");
        var stream = Text(json, StreamId);
        return type switch
        {
            "media" => Frame(json, stream),
            "mark" => Mark(json, stream),
            "dtmf" => Key(json, stream),
            "start" => Start(json, stream),
            "stop" => new CarrierMessage.Stopped(),
            _ => new CarrierMessage.Ignored(), // connected, or something newer
        };
    }

    /// <inheritdoc/>
    public void WriteSound(CallStart call, ReadOnlySpan<byte> sound, IBufferWriter<byte> to) =>
        CarrierJson.WriteSound(to, StreamId, call.Stream, sound);

    /// <inheritdoc/>
    public void WriteMark(CallStart call, string name, IBufferWriter<byte> to) => CarrierJson.WriteMark(to, StreamId, call.Stream, name);

    /// <inheritdoc/>
    public void WriteClear(CallStart call, IBufferWriter<byte> to) => CarrierJson.WriteClear(to, StreamId, call.Stream);

    private static CarrierMessage Start(JsonElement json, string? stream)
    {
        var start = Object(json, "start");
        if (stream is null) return CarrierMessage.Invalid.Of("start needs a stream_id");
        if (Law(Object(start, "media_format"), "encoding", "sample_rate") is not { } law)
            return CarrierMessage.Invalid.Of("the sound must be G.711 at 8 kHz, mono");
        if (Texts(start, "custom_parameters") is not { } parameters) return CarrierMessage.Invalid.Of("start has too many parameters");
        return new CarrierMessage.Started(
            new CallStart(stream, Text(start, "call_control_id"), law)
            { From = Text(start, "from"), To = Text(start, "to"), Parameters = parameters });
    }
}
