using System.Text.Json;
using static RealtimeAkka.Gateway.Telephone.CarrierJson;

namespace RealtimeAkka.Gateway.Telephone;

/// <summary>Telnyx's media streaming in RTP mode (docs/telephone.md): either law at 8 kHz.</summary>
public sealed class TelnyxCarrier() : JsonCarrier("telnyx", "stream_id")
{
    private protected override CarrierMessage Start(JsonElement start, string? stream)
    {
        if (stream is null) return CarrierMessage.Invalid.Of("start needs a stream_id");
        if (Law(Object(start, "media_format"), "encoding", "sample_rate") is not { } law)
            return CarrierMessage.Invalid.Of("the sound must be G.711 at 8 kHz, mono");
        if (Texts(start, "custom_parameters") is not { } parameters) return CarrierMessage.Invalid.Of("start has too many parameters");
        return new CarrierMessage.Started(
            new CallStart(stream, Text(start, "call_control_id"), law)
            { From = Text(start, "from"), To = Text(start, "to"), Parameters = parameters });
    }
}
