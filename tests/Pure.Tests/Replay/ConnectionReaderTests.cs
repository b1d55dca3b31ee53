using System.Text.Json;
using RealtimeAkka.Hosting.Net;
using RealtimeAkka.Hosting.Replay;

namespace RealtimeAkka.Pure.Tests.Replay;

public class ConnectionReaderTests
{
    private static readonly (bool IsOurs, string Json)[] Turn =
    [
        (true, """{"type":"input_audio_buffer.commit","event_id":"turn_commit_1"}"""),
        (false, """{"type":"input_audio_buffer.committed","item_id":"item_1"}"""),
        (false, """{"type":"conversation.item.added","item":{"id":"item_1","type":"message","role":"user"}}"""),
        (true, """{"type":"response.create","event_id":"turn_answer_1"}"""),
        (false, """{"type":"response.created","response":{"id":"resp_1"}}"""),
        (false, """{"type":"response.output_item.added","response_id":"resp_1","item":{"id":"item_2","type":"message"}}"""),
        (false, """{"type":"conversation.item.added","item":{"id":"item_2","type":"message","role":"assistant"}}"""),
        (false, """{"type":"conversation.item.done","item":{"id":"item_9","type":"message","role":"user"}}"""),
    ];

    [Fact]
    public void What_the_conversation_tells_of_an_item_waits_for_the_request_that_made_it()
    {
        var reader = new ConnectionReader(new TimelineEntry.Connecting(1));
        foreach (var (isOurs, json) in Turn)
        {
            if (isOurs) reader.Sent(JsonElement.Parse(json));
            else reader.Received(TimeSpan.Zero, JsonElement.Parse(json));
        }
        Assert.Equal(
            ["turn_commit_1", "turn_commit_1", "turn_answer_1", "turn_answer_1", "turn_answer_1", null],
            reader.Read(listeningAt: null).Events.Select(e => e.Answers));
    }
}
