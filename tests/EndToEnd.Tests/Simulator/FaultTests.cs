using System.Net.WebSockets;
using System.Text.Json;
using RealtimeAkka.Simulator;
using RealtimeAkka.Simulator.Scenarios;

namespace RealtimeAkka.EndToEnd.Tests.Simulator;

public class FaultTests
{
    private static Task<SimulatorClient> ConnectAsync(string fault, TimeProvider? time = null) => SimulatorClient.ConnectAsync(
        """{"connection":{"faults":[FAULT]},"defaults":{"answer_delay_ms":0,"interval_ms":0},"turns":[{"answer":{"text":"Hello.","audio_ms":100}},{"answer":{"text":"Again.","audio_ms":100}}]}"""
            .Replace("FAULT", fault, StringComparison.Ordinal), time: time);

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
        var time = new ManualTime();
        await using var client = await ConnectAsync("""{"on":"input_audio_buffer.committed","do":"delay","ms":200}""", time);
        await client.HearAsync(OneTurn);
        await client.Event("conversation.item.added");
        time.Advance(TimeSpan.FromMilliseconds(200));

        Assert.Contains("conversation.item.added", await client.TypesUpTo("input_audio_buffer.committed"));
    }

    [Fact]
    public async Task An_event_can_change_places_with_the_next()
    {
        await using var client = await ConnectAsync("""{"on":"input_audio_buffer.committed","do":"swap"}""");
        await client.HearAsync(OneTurn);

        Assert.EndsWith("input_audio_buffer.speech_stopped\nconversation.item.added\ninput_audio_buffer.committed\nconversation.item.done",
            await client.TypesUpTo("conversation.item.done"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task After_an_event_nothing_may_come_for_a_while()
    {
        var time = new ManualTime();
        await using var client = await ConnectAsync("""{"on":"input_audio_buffer.committed","do":"stall","ms":3000}""", time);
        await client.HearAsync(OneTurn);
        await client.HeardAsync("input_audio_buffer.committed");
        await time.TimerAsync(TimeSpan.FromSeconds(3));
        await client.Event("conversation.item.done");
        Assert.DoesNotContain(client.Messages, message => message.Contains("conversation.item.added", StringComparison.Ordinal));

        time.Advance(TimeSpan.FromSeconds(3));
        await client.HeardAsync("conversation.item.added");
    }

    [Fact]
    public async Task An_event_can_have_other_fields_than_it_should()
    {
        await using var client = await ConnectAsync(
            """{"on":"input_audio_buffer.committed","do":"change","event":{"item_id":5,"nobody_knows":{"this":[]}}}""");
        await client.HearAsync(OneTurn);

        var committed = await client.Event("input_audio_buffer.committed");
        Assert.Equal("5", committed["item_id"]);
        Assert.Equal("[]", committed["nobody_knows.this"]);
    }

    [Theory]
    [InlineData("""{"faults":[{"on":"input_audio_buffer.committed","do":"half_open"}]}""")]
    [InlineData("""{"close":{"after_audio_ms":600,"half_open":true}}""")]
    public async Task A_line_can_fall_silent_and_stay_open(string connection)
    {
        await using var client = await SimulatorClient.ConnectAsync($$"""{ "connection": {{connection}} }""", configure: socket =>
        {
            socket.Options.KeepAliveInterval = TimeSpan.FromMilliseconds(300);
            socket.Options.KeepAliveTimeout = TimeSpan.FromSeconds(3); // long enough for a PONG from a busy machine
        });
        await client.HearAsync(OneTurn);
        // No close frame follows: missing PONGs are the only sign for the client.
        await client.Ended.WaitAsync(SimulatorClient.Limit);

        Assert.Null(client.Socket.CloseStatus);
        Assert.DoesNotContain(client.Messages, message => message.Contains("conversation.item.added", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("abort")]
    [InlineData("hang")]
    public async Task The_upgrade_may_get_no_answer(string how)
    {
        await using var simulator = await RealtimeSimulator.StartAsync(
            new SimulatorOptions { Scenario = Scenario.Parse($$"""{ "connection": { "refuse": "{{how}}" } }""") });
        using var socket = new ClientWebSocket();
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(how == "hang" ? 0.5 : 10));
        var failure = await Assert.ThrowsAnyAsync<Exception>(
            () => socket.ConnectAsync(new Uri(simulator.Url + "?model=gpt-realtime"), patience.Token));

        Assert.Equal(how == "hang", patience.IsCancellationRequested);
        Assert.Equal(how == "hang", failure is OperationCanceledException);
    }

    [Fact]
    public async Task A_server_can_be_slow_to_read()
    {
        var time = new ManualTime();
        await using var client = await SimulatorClient.ConnectAsync("""{"connection":{"read_delay_ms":1000}}""", time: time);
        await client.HearAsync(Sound.Silence(300));
        for (var read = 1; read <= 3; read++)
        {
            await time.TimerAsync(TimeSpan.FromSeconds(1));
            Assert.Equal(read, client.Log.Appends);
            time.Advance(TimeSpan.FromSeconds(1));
        }
    }

    [Fact]
    public async Task It_happens_to_the_turn_and_the_occurrence_that_were_named()
    {
        await using var client = await ConnectAsync(
            """{"on":"response.done","turn":2,"do":"drop"}, {"on":"input_audio_buffer.speech_started","nth":2,"do":"drop"}""");
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
        await client.SendAsync(
            """{"type":"response.create","event_id":"r1","response":{"conversation":"none","input":[{"type":"item_reference","id":"nope"}]}}""");

        Assert.Equal("null", (await client.Event("error"))["error.event_id"]);
    }

    [Fact]
    public async Task An_event_of_the_scenarios_own_can_follow()
    {
        await using var client = await ConnectAsync(
            """{"on":"session.created","do":"inject","event":{"type":"input_audio_buffer.cleared","event_id":"event_mine"}}""");

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
        await using var client = await ConnectAsync(
            """{"on":"response.output_audio.delta","do":"HOW"}""".Replace("HOW", how, StringComparison.Ordinal));
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
