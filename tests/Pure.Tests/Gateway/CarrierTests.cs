using System.Buffers;
using System.Text;
using System.Text.Json;
using RealtimeAkka.Audio;
using RealtimeAkka.Gateway.Telephone;

namespace RealtimeAkka.Pure.Tests.Gateway;

/// <summary>The messages that the carriers' documentation shows, as they are there.</summary>
public class CarrierTests
{
    private const string Stream = "MZXXXXXXXXXXXXXXXXXXXXXXXXXXXXXX";

    private static readonly ICarrier Twilio = new TwilioCarrier(), Telnyx = new TelnyxCarrier();

    [Fact]
    public void Twilio_connects() => Assert.IsType<CarrierMessage.Ignored>(
        Read(Twilio, """{ "event": "connected", "protocol": "Call", "version": "1.0.0" }"""));

    [Fact]
    public void Twilio_starts()
    {
        var call = Assert.IsType<CarrierMessage.Started>(Read(Twilio, """
            {
              "event": "start",
              "sequenceNumber": "1",
              "start": {
                "accountSid": "ACXXXXXXXXXXXXXXXXXXXXXXXXXXXXXX",
                "streamSid": "MZXXXXXXXXXXXXXXXXXXXXXXXXXXXXXX",
                "callSid": "CAXXXXXXXXXXXXXXXXXXXXXXXXXXXXXX",
                "tracks": ["inbound"],
                "mediaFormat": { "encoding": "audio/x-mulaw", "sampleRate": 8000, "channels": 1 },
                "customParameters": { "FirstName": "Jane", "LastName": "Doe", "RemoteParty": "Bob" }
              },
              "streamSid": "MZXXXXXXXXXXXXXXXXXXXXXXXXXXXXXX"
            }
            """)).Call;

        Assert.Equal((Stream, "CAXXXXXXXXXXXXXXXXXXXXXXXXXXXXXX", G711Law.MuLaw), (call.Stream, call.Call, call.Law));
        Assert.Equal(
            new Dictionary<string, string> { ["FirstName"] = "Jane", ["LastName"] = "Doe", ["RemoteParty"] = "Bob" }, call.Parameters);
        Assert.Null(call.From);
    }

    [Fact]
    public void The_numbers_of_our_own_answer_to_Twilio_are_no_parameters()
    {
        var call = Assert.IsType<CarrierMessage.Started>(Read(Twilio, """
            { "event": "start", "streamSid": "MZ1", "start": {
                "mediaFormat": { "encoding": "audio/x-mulaw", "sampleRate": 8000, "channels": 1 },
                "customParameters": { "from": "+15550100", "to": "+15550199", "claim": "7" } } }
            """)).Call;

        Assert.Equal(("+15550100", "+15550199"), (call.From, call.To));
        Assert.Equal("claim", Assert.Single(call.Parameters).Key);
    }

    [Theory]
    [InlineData("outbound", "no+JhoaJjpz...")]
    [InlineData("outbound", "no+JhoaJjpzS")]
    public void Sound_of_the_outbound_track_is_what_we_have_sent(string track, string payload) =>
        Assert.IsType<CarrierMessage.Ignored>(Read(Twilio, Media(track, payload)));

    [Fact]
    public void Sound_of_the_inbound_track_is_the_callers()
    {
        // The documentation shortens the payload, so that it is no base64 any more.
        Assert.IsType<CarrierMessage.Unreadable>(Read(Twilio, Media("inbound", "no+JhoaJjpzS...")));

        var sound = Assert.IsType<CarrierMessage.Sound>(Read(Twilio, Media("inbound", "no+JhoaJjpzS")));
        Assert.Equal((Stream, 2L, 5L), (sound.Stream, sound.Frame.Chunk, sound.Frame.AtMs));
        Assert.Equal(Convert.FromBase64String("no+JhoaJjpzS"), sound.Frame.Sound.ToArray());
    }

    [Fact]
    public void Twilio_stops() => Assert.IsType<CarrierMessage.Stopped>(Read(Twilio, """
        {
          "event": "stop",
          "sequenceNumber": "5",
          "stop": { "accountSid": "ACXXXXXXXXXXXXXXXXXXXXXXXXXXXXXX", "callSid": "CAXXXXXXXXXXXXXXXXXXXXXXXXXXXXXX" },
          "streamSid": "MZXXXXXXXXXXXXXXXXXXXXXXXXXXXXXX"
        }
        """));

    [Fact]
    public void A_key_is_pressed() => Assert.Equal(new CarrierMessage.Key(Stream, '1'), Read(Twilio, """
        {
          "event": "dtmf",
          "streamSid": "MZXXXXXXXXXXXXXXXXXXXXXXXXXXXXXX",
          "sequenceNumber": "5",
          "dtmf": { "track": "inbound_track", "digit": "1" }
        }
        """));

    [Fact]
    public void A_mark_comes_back() => Assert.Equal(new CarrierMessage.Mark(Stream, "my label"), Read(Twilio, """
        {
          "event": "mark",
          "sequenceNumber": "4",
          "streamSid": "MZXXXXXXXXXXXXXXXXXXXXXXXXXXXXXX",
          "mark": { "name": "my label" }
        }
        """));

    [Fact]
    public void What_is_sent_to_Twilio_has_the_documented_fields()
    {
        var call = new CallStart(Stream, null, G711Law.MuLaw);

        Assert.Equal(
            $$$"""{"event":"media","streamSid":"{{{Stream}}}","media":{"payload":"no+JhoaJjpzS"}}""",
            Written(to => Twilio.WriteSound(call, Convert.FromBase64String("no+JhoaJjpzS"), to)));
        Assert.Equal(
            $$$"""{"event":"mark","streamSid":"{{{Stream}}}","mark":{"name":"my label"}}""",
            Written(to => Twilio.WriteMark(call, "my label", to)));
        Assert.Equal($$"""{"event":"clear","streamSid":"{{Stream}}"}""", Written(to => Twilio.WriteClear(call, to)));
    }

    [Fact]
    public void Telnyx_starts_with_the_numbers_and_says_the_law()
    {
        Assert.IsType<CarrierMessage.Ignored>(Read(Telnyx, """{ "event": "connected", "version": "1.0.0" }"""));
        var call = Assert.IsType<CarrierMessage.Started>(Read(Telnyx, """
            {
              "event": "start",
              "sequence_number": "1",
              "stream_id": "32DE0DEA-53CB-4B21-89A4-9E1819C043BC",
              "start": {
                "user_id": "3E6F995F-85F7-4705-9741-53B116D28237",
                "call_control_id": "v2:T02llQxIyaRkhfRKxgAP8nY511EhFLizdvdUKJiSw8d6A9BborherQ",
                "call_session_id": "ff55a038-6f5d-11ef-9692-02420aeffb1f",
                "from": "+13122010094",
                "to": "+13122123456",
                "tags": ["TAG1", "TAG2"],
                "client_state": "aGF2ZSBhIG5pY2UgZGF5ID1d",
                "custom_parameters": { "customer_id": "customer_123" },
                "media_format": { "encoding": "PCMU", "sample_rate": 8000, "channels": 1 }
              }
            }
            """)).Call;

        Assert.Equal(
            ("32DE0DEA-53CB-4B21-89A4-9E1819C043BC", "+13122010094", "+13122123456", G711Law.MuLaw),
            (call.Stream, call.From, call.To, call.Law));
        Assert.Equal("customer_123", call.Parameters["customer_id"]);
    }

    [Theory]
    [InlineData("audio/x-mulaw", G711Law.MuLaw)]
    [InlineData("PCMA", G711Law.ALaw)]
    public void Telnyx_has_both_laws(string encoding, G711Law law) => Assert.Equal(law, Assert.IsType<CarrierMessage.Started>(
        Read(Telnyx, $$$$"""
            {"event":"start","stream_id":"s","start":{"media_format":{"encoding":"{{{{encoding}}}}","sample_rate":8000,"channels":1}}}
            """)).Call.Law);

    [Fact]
    public void Telnyx_sends_sound_keys_marks_and_the_end()
    {
        const string stream = "32de0dea-53cb-4b21-89a4-9e1819c043bc";
        var sound = Assert.IsType<CarrierMessage.Sound>(Read(Telnyx, $$$"""
            {
              "event": "media",
              "sequence_number": "4",
              "media": { "track": "inbound/outbound", "chunk": "2", "timestamp": "5", "payload": "no+JhoaJjpzSHxAKBgYJ" },
              "stream_id": "{{{stream}}}"
            }
            """));
        Assert.Equal((stream, 2L), (sound.Stream, sound.Frame.Chunk));
        Assert.Equal(new CarrierMessage.Key(stream, '#'), Read(Telnyx, $$$"""
            { "event": "dtmf", "stream_id": "{{{stream}}}", "occurred_at": "2023-05-30T14:17:55.110454Z", "sequence_number": "5",
              "dtmf": { "digit": "#" } }
            """));
        Assert.Equal(new CarrierMessage.Mark(stream, "my label"), Read(Telnyx, $$$"""
            { "event": "mark", "sequence_number": "6", "stream_id": "{{{stream}}}", "mark": { "name": "my label" } }
            """));
        Assert.IsType<CarrierMessage.Stopped>(Read(Telnyx, $$$"""
            { "event": "stop", "sequence_number": "5", "stop": { "user_id": "3e6f995f-85f7-4705-9741-53b116d28237" },
              "stream_id": "{{{stream}}}" }
            """));
        Assert.Equal(
            """{"event":"clear","stream_id":"s"}""", Written(to => Telnyx.WriteClear(new CallStart("s", null, G711Law.MuLaw), to)));
    }

    [Theory]
    [InlineData("")]
    [InlineData("no JSON")]
    [InlineData("[]")]
    [InlineData("{}")]
    [InlineData("""{"event":7}""")]
    [InlineData("""{"event":"media"}""")]
    [InlineData("""{"event":"media","media":[]}""")]
    [InlineData("""{"event":"start"}""")]
    [InlineData("""{"event":"start","streamSid":"s","stream_id":"s","start":{}}""")]
    [InlineData("""{"event":"start","streamSid":"s","start":{"mediaFormat":{"encoding":"audio/x-mulaw","sampleRate":16000}}}""")]
    [InlineData("""{"event":"start","stream_id":"s","start":{"media_format":{"encoding":"OPUS","sample_rate":8000,"channels":1}}}""")]
    [InlineData("[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[")]
    public void What_is_none_of_the_protocol_closes_the_connection(string text) => Assert.All((ICarrier[])[Twilio, Telnyx],
        carrier => Assert.Equal(1007, (int)Assert.IsType<CarrierMessage.Invalid>(Read(carrier, text)).Breach.Code));

    [Theory]
    [InlineData("""{"event":"mark"}""")]
    [InlineData("""{"event":"mark","mark":{"name":7}}""")]
    [InlineData("""{"event":"dtmf","dtmf":{"digit":"12"}}""")]
    [InlineData("""{"event":"dtmf","dtmf":{"digit":"x"}}""")]
    [InlineData("""{"event":"weather"}""")]
    public void What_says_nothing_is_passed_over(string text) =>
        Assert.All((ICarrier[])[Twilio, Telnyx], carrier => Assert.IsType<CarrierMessage.Ignored>(Read(carrier, text)));

    [Fact]
    public void Half_a_surrogate_pair_is_no_text_and_a_flood_of_parameters_no_start()
    {
        Assert.IsType<CarrierMessage.Ignored>(Read(Twilio, """{"event":"mark","mark":{"name":"\ud800"}}"""));
        var parameters = string.Join(',', Enumerable.Range(0, 40).Select(i => $"\"p{i}\":\"v\""));
        Assert.IsType<CarrierMessage.Invalid>(Read(Twilio, $$$"""
            {"event":"start","streamSid":"s","start":{"mediaFormat":{"encoding":"audio/x-mulaw","sampleRate":8000,"channels":1},
             "customParameters":{ {{{parameters}}} } } }
            """));
        Assert.IsType<CarrierMessage.Invalid>(Read(Twilio, Media("inbound", Convert.ToBase64String(new byte[5000]))));
    }

    private static string Media(string track, string payload) => $$$"""
        {
          "event": "media",
          "sequenceNumber": "4",
          "media": { "track": "{{{track}}}", "chunk": "2", "timestamp": "5", "payload": "{{{payload}}}" },
          "streamSid": "MZXXXXXXXXXXXXXXXXXXXXXXXXXXXXXX"
        }
        """;

    private static CarrierMessage Read(ICarrier carrier, string text) => carrier.Read(Encoding.UTF8.GetBytes(text));

    // As its fields are: escapes do not matter.
    private static string Written(Action<IBufferWriter<byte>> write)
    {
        var to = new ArrayBufferWriter<byte>();
        write(to);
        return JsonSerializer.Serialize(
            JsonElement.Parse(to.WrittenSpan),
            new JsonSerializerOptions { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping });
    }
}
