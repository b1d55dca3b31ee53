using System.Buffers;
using System.Text.Json;
using static RealtimeAkka.Gateway.Telephone.CarrierJson;

namespace RealtimeAkka.Gateway.Telephone;

/// <summary>Twilio's Media Streams (docs/telephone.md): JSON texts, sound in base64, mu-law at 8 kHz.</summary>
public sealed class TwilioCarrier : ICarrier
{
    /// <summary>The parameters by which our TwiML passes on the numbers, which a stream does not have.</summary>
    public const string From = "from", To = "to";

    private const string StreamId = "streamSid";

    /// <inheritdoc/>
    public string Name => "twilio";

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
