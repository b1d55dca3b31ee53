using System.Text.Json;
using Xunit;

namespace RealtimeAkka.EndToEnd.Tests.Simulator;

public class FaultTests
{
    private static Task<SimulatorClient> ConnectAsync(string fault) => SimulatorClient.ConnectAsync(
        """{"connection":{"faults":[FAULT]},"defaults":{"answer_delay_ms":0,"interval_ms":0},"turns":[{"answer":{"text":"Hello.","audio_ms":100}},{"answer":{"text":"Again.","audio_ms":100}}]}"""
            .Replace("FAULT", fault, StringComparison.Ordinal));

    private static IEnumerable<byte[]> OneTurn => [Sound.Speech(500), Sound.Silence(400)];

    [Fact]
    public async Task An_event_can_be_lost()
    {
        await using var client = await ConnectAsync("""{"on":"input_audio_buffer.committed","do":"drop"}""");
        await client.HearAsync(OneTurn);
        await client.Event("response.done");

        Assert.Empty(client.Log.Of("input_audio_buffer.committed"));
    }

    [Fact]
    public async Task An_event_can_come_twice_with_the_same_id()
    {
        await using var client = await ConnectAsync("""{"on":"response.done","do":"duplicate"}""");
        await client.HearAsync(OneTurn);

        Assert.Equal((await client.Event("response.done"))["event_id"], (await client.Event("response.done", 2))["event_id"]);
    }

    [Fact]
    public async Task A_delayed_event_is_overtaken()
    {
        await using var client = await ConnectAsync("""{"on":"input_audio_buffer.committed","do":"delay","ms":200}""");
        await client.HearAsync(OneTurn);

        Assert.Contains("conversation.item.added", await client.TypesUpTo("input_audio_buffer.committed"));
    }

    [Fact]
    public async Task It_happens_to_the_turn_and_the_occurrence_that_were_named()
    {
        await using var client = await ConnectAsync("""{"on":"response.done","turn":2,"do":"drop"}, {"on":"input_audio_buffer.speech_started","nth":2,"do":"drop"}""");
        await client.HearAsync(OneTurn);
        await client.Event("response.done");
        await client.HearAsync(OneTurn);
        await client.Event("response.output_item.done", 2);
        await client.Event("rate_limits.updated", 2);

        Assert.Single(client.Log.Of("response.done"));
        Assert.Single(client.Log.Of("input_audio_buffer.speech_started"));
    }

    [Fact]
    public async Task A_message_can_be_no_json()
    {
        await using var client = await ConnectAsync("""{"on":"response.created","do":"malformed"}""");
        await client.HearAsync(OneTurn);
        var broken = await client.Event("");
        await client.Event("response.done");

        Assert.StartsWith("""{"type":"response.created",""", broken.Text);
        Assert.ThrowsAny<JsonException>(() => broken.Json);
    }

    [Fact]
    public async Task A_message_can_be_far_too_long()
    {
        await using var client = await ConnectAsync("""{"on":"input_audio_buffer.committed","do":"oversized","bytes":17000000}""");
        await client.HearAsync(OneTurn);

        var committed = await client.Event("input_audio_buffer.committed");
        Assert.Equal(17_000_000, committed.Text.Length);
        Assert.StartsWith("item_", committed["item_id"]);
    }

    [Fact]
    public async Task An_error_can_lose_the_clients_event_id()
    {
        await using var client = await ConnectAsync("""{"on":"error","do":"null_event_id"}""");
        await client.SendAsync("""{"type":"response.create","event_id":"r1","response":{"conversation":"none","input":[{"type":"item_reference","id":"nope"}]}}""");

        Assert.Equal("null", (await client.Event("error"))["error.event_id"]);
    }

    [Fact]
    public async Task An_event_of_the_scenarios_own_can_follow()
    {
        await using var client = await ConnectAsync("""{"on":"session.created","do":"inject","event":{"type":"input_audio_buffer.cleared","event_id":"event_mine"}}""");

        Assert.Equal("event_mine", (await client.Event("input_audio_buffer.cleared"))["event_id"]);
    }

    [Fact]
    public async Task The_connection_can_be_closed_at_any_event()
    {
        await using var client = await ConnectAsync("""{"on":"response.output_audio.delta","do":"close","code":1011,"reason":"oops"}""");
        await client.HearAsync(OneTurn);
        await client.Ended.WaitAsync(SimulatorClient.Limit);

        Assert.Equal(1011, (int?)client.Socket.CloseStatus);
        Assert.Contains("response.output_audio.delta", client.Received[^1]);
    }

    [Theory]
    [InlineData("abort", "response.output_audio.delta")]
    [InlineData("abort_mid_message", "response.output_audio_transcript.delta")]
    public async Task The_connection_can_be_cut_at_any_event(string how, string lastWhole)
    {
        await using var client = await ConnectAsync("""{"on":"response.output_audio.delta","do":"HOW"}""".Replace("HOW", how, StringComparison.Ordinal));
        await client.HearAsync(OneTurn);
        await client.Ended.WaitAsync(SimulatorClient.Limit);

        Assert.Null(client.Socket.CloseStatus);
        Assert.StartsWith($$"""{"type":"{{lastWhole}}",""", client.Received[^1]);
    }

    [Fact]
    public async Task A_test_can_send_anything_and_end_it_at_will()
    {
        await using var client = await ConnectAsync("""{"on":"never","do":"drop"}""");
        client.Connection.Inject("{\"type\":\"something.new\"}");
        client.Connection.Close(4321, "enough");
        await client.Ended.WaitAsync(SimulatorClient.Limit);

        Assert.Equal("{\"type\":\"something.new\"}", client.Received[^1]);
        Assert.Equal(4321, (int?)client.Socket.CloseStatus);
    }
}
