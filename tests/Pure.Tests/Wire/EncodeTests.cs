using System.Buffers;
using System.Text;
using System.Text.Json;
using RealtimeAkka.Protocol;
using RealtimeAkka.Protocol.Wire;

namespace RealtimeAkka.Pure.Tests.Wire;

public class EncodeTests
{
    private static readonly AudioFormat Pcm24 = new("audio/pcm", 24_000);

    [Fact]
    public void Sound_goes_out_as_base64_without_escapes()
    {
        byte[] sound = [0xFB, 0xEF, 0xBE, 0xFF, 0xFF, 0xFF, 0x00, 0x01];
        Assert.Equal("""{"type":"input_audio_buffer.append","audio":"++++////AAE="}""", Encode(new AppendAudio(sound)));
    }

    [Fact]
    public void Sound_of_any_length_goes_out_whole()
    {
        for (var length = 0; length < 50; length++)
        {
            var sound = Enumerable.Range(1, length).Select(n => (byte)n).ToArray();
            Assert.Equal($$"""{"type":"input_audio_buffer.append","audio":"{{Convert.ToBase64String(sound)}}"}""",
                Encode(new AppendAudio(sound)));
        }
    }

    [Fact]
    public void Sound_that_has_a_name_goes_out_with_it() =>
        Assert.Equal("""{"type":"input_audio_buffer.append","audio":"AQI=","event_id":"e"}""",
        Encode(new AppendAudio(new byte[] { 1, 2 }) { EventId = new EventId("e") }));

    [Fact]
    public void What_is_switched_off_is_sent_as_null_and_what_is_not_said_is_left_out() =>
        Assert.Equal(
            """{"type":"session.update","session":{"type":"realtime","output_modalities":["audio"],"audio":{"input":{"format":{"type":"audio/pcm","rate":24000},"transcription":null,"noise_reduction":null,"turn_detection":null},"output":{"format":{"type":"audio/pcm","rate":24000},"voice":"marin"}}},"event_id":"session_1"}""",
            Encode(new SessionUpdate(
            new SessionConfig("realtime", ["audio"], null,
            new SessionAudio(new AudioInput(Pcm24, null, null, null), new AudioOutput(Pcm24, "marin"))))
            { EventId = new EventId("session_1") }));

    [Fact]
    public void A_whole_session_is_written_as_the_protocol_names_it() =>
        Assert.Equal(
            """{"type":"session.update","session":{"type":"realtime","instructions":"Hi","audio":{"input":{"format":{"type":"audio/pcm","rate":24000},"transcription":{"model":"gpt-transcribe","language":"en"},"noise_reduction":{"type":"near_field"},"turn_detection":{"type":"server_vad","threshold":0.6,"prefix_padding_ms":300,"silence_duration_ms":800,"create_response":true,"interrupt_response":true}},"output":{"format":{"type":"audio/pcm","rate":24000},"voice":"marin"}}}}""",
            Encode(new SessionUpdate(new SessionConfig("realtime", null, "Hi", new SessionAudio(
                new AudioInput(Pcm24, new Transcription("gpt-transcribe", "en"), new NoiseReduction("near_field"),
                new TurnDetection("server_vad", 0.6, 300, 800, null, true, true)),
                new AudioOutput(Pcm24, "marin"))))));

    [Fact]
    public void Orders_carry_their_name_and_nothing_that_was_not_said()
    {
        Assert.Equal("""{"type":"input_audio_buffer.commit"}""", Encode(new CommitAudio()));
        Assert.Equal("""{"type":"response.create"}""", Encode(new CreateResponse()));
        Assert.Equal("""{"type":"response.cancel","response_id":"r","event_id":"e"}""",
            Encode(new CancelResponse(new ResponseId("r")) { EventId = new EventId("e") }));
        Assert.Equal("""{"type":"conversation.item.truncate","item_id":"i","content_index":0,"audio_end_ms":480}""",
            Encode(new TruncateItem(new ItemId("i"), 0, 480)));
        Assert.Equal("""{"type":"conversation.item.delete","item_id":"i"}""", Encode(new DeleteItem(new ItemId("i"))));
        Assert.Equal(
            """{"type":"conversation.item.create","item":{"type":"message","role":"user","content":[{"type":"input_text","text":"Hello."}]}}""",
            Encode(new CreateItem(ConversationItem.UserText("Hello."))));
        Assert.Equal(
            """{"type":"conversation.item.create","item":{"type":"message","role":"assistant","content":[{"type":"output_text","text":"Hi."}]}}""",
            Encode(new CreateItem(ConversationItem.AssistantText("Hi."))));
        Assert.Equal(
            """{"type":"conversation.item.create","item":{"type":"function_call_output","call_id":"c","output":"done"}}""",
            Encode(new CreateItem(ConversationItem.CallOutput("c", "done"))));
        Assert.Equal(
            """{"type":"response.create","response":{"conversation":"none","tools":[],"input":[{"type":"item_reference","id":"i"}]}}""",
            Encode(new CreateResponse(new ResponseRequest("none", Tools: [], Input: [ConversationItem.Reference(new ItemId("i"))]))));
    }

    [Fact]
    public void Every_order_we_record_is_one_that_we_can_give()
    {
        // Other clients may send types that we never send; shared names must be spelled the same.
        var ours = typeof(ClientEvent).GetCustomAttributes(typeof(System.Text.Json.Serialization.JsonDerivedTypeAttribute), false)
            .Cast<System.Text.Json.Serialization.JsonDerivedTypeAttribute>().Select(a => (string)a.TypeDiscriminator!).ToHashSet();
        var recorded = Repository.Recordings().SelectMany(Repository.Recording).Where(e => !e.Received)
            .Select(e => e.Event.GetProperty("type").GetString()!).ToHashSet();
        Assert.Empty(recorded.Except(ours));
    }

    private static string Encode(ClientEvent e)
    {
        var output = new ArrayBufferWriter<byte>();
        RealtimeCodec.Encode(e, output);
        Assert.Equal(JsonValueKind.Object, JsonDocument.Parse(output.WrittenMemory).RootElement.ValueKind);
        return Encoding.UTF8.GetString(output.WrittenSpan);
    }
}
