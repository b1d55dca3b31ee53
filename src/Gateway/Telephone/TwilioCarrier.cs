using System.Text.Json;
using static RealtimeAkka.Gateway.Telephone.CarrierJson;

namespace RealtimeAkka.Gateway.Telephone;

/// <summary>Twilio's Media Streams (docs/telephone.md): mu-law at 8 kHz.</summary>
public sealed class TwilioCarrier() : JsonCarrier("twilio", StreamId)
{
    /// <summary>The parameters by which our TwiML passes on the numbers, which a stream does not have.</summary>
    public const string From = "from", To = "to";

    private const string StreamId = "streamSid";

    private protected override CarrierMessage Start(JsonElement start, string? stream)
    {
        if ((stream ?? Text(start, StreamId)) is not { } id) return CarrierMessage.Invalid.Of("start needs a streamSid");
        if (Law(Object(start, "mediaFormat"), "encoding", "sampleRate") is not { } law)
            return CarrierMessage.Invalid.Of("the sound must be G.711 at 8 kHz, mono");
        if (Texts(start, "customParameters") is not { } parameters) return CarrierMessage.Invalid.Of("start has too many parameters");
        parameters.Remove(From, out var from);
        parameters.Remove(To, out var to);
        return new CarrierMessage.Started(
            new CallStart(id, Text(start, "callSid"), law) { From = from, To = to, Parameters = parameters });
    }
}
