using System.Net.WebSockets;

namespace RealtimeAkka.EndToEnd.Tests.Simulator;

public class ProtocolErrorTests
{
    [Fact]
    public async Task An_unknown_event_is_an_error_that_names_it_and_what_is_supported()
    {
        await using var client = await SimulatorClient.ConnectAsync(valid: false);
        await client.SendAsync("""{"type":"session.please","event_id":"p1"}""");

        var error = await client.Event("error");
        Assert.Equal("invalid_value", error["error.code"]);
        Assert.Equal("type", error["error.param"]);
        Assert.Equal("p1", error["error.event_id"]);
        Assert.StartsWith("Invalid value: 'session.please'. Supported values are: 'session.update', ", error["error.message"]);
    }

    [Theory]
    [InlineData("not json", "invalid_json")]
    [InlineData("[1,2]", "invalid_json")]
    [InlineData("""{"type":"response.create"} {}""", "invalid_json")]
    [InlineData("""{"type":"response.create","type":"response.create"}""", "invalid_json")]
    [InlineData("""{"type":"\ud800"}""", "invalid_json")]
    [InlineData("""{"event_id":"x"}""", "invalid_event")]
    [InlineData("""{"type":7}""", "invalid_event")]
    [InlineData("""{"type":"session.update"}""", "missing_required_parameter")]
    [InlineData("""{"type":"input_audio_buffer.append"}""", "missing_required_parameter")]
    [InlineData("""{"type":"input_audio_buffer.append","audio":"%%%"}""", "invalid_value")]
    public async Task Nonsense_is_an_error_and_the_session_goes_on(string text, string code)
    {
        await using var client = await SimulatorClient.ConnectAsync(valid: false);
        await client.SendAsync(text);
        await client.SendAsync("""{"type":"input_audio_buffer.clear"}""");

        Assert.Equal(code, (await client.Event("error"))["error.code"]);
        await client.Event("input_audio_buffer.cleared");
    }

    [Fact]
    public async Task A_binary_frame_is_an_error_and_the_session_goes_on()
    {
        await using var client = await SimulatorClient.ConnectAsync(valid: false);
        await client.Socket.SendAsync(new byte[] { 1, 2, 3 }, WebSocketMessageType.Binary, true, CancellationToken.None);
        await client.SendAsync("""{"type":"input_audio_buffer.clear"}""");

        Assert.Equal("invalid_event", (await client.Event("error"))["error.code"]);
        await client.Event("input_audio_buffer.cleared");
    }

    [Fact]
    public async Task A_second_default_response_is_refused_while_one_runs_and_names_both()
    {
        await using var client = await SimulatorClient.ConnectAsync("""{"defaults":{"answer_delay_ms":60000}}""");
        await client.SendAsync("""{"type":"response.create"}""");
        await client.SendAsync("""{"type":"response.create","event_id":"x4"}""");

        var error = await client.Event("error");
        Assert.Equal("conversation_already_has_active_response", error["error.code"]);
        Assert.Equal("x4", error["error.event_id"]);
        Assert.Contains((await client.Event("response.created"))["response.id"]!, error["error.message"]);
    }

    [Fact]
    public async Task A_cancelled_response_is_done_and_makes_room_for_the_next()
    {
        await using var client = await SimulatorClient.ConnectAsync("""{"defaults":{"answer_delay_ms":60000}}""");
        await client.SendAsync("""{"type":"response.create"}""");
        await client.SendAsync("""{"type":"response.cancel"}""");
        await client.SendAsync("""{"type":"response.create"}""");

        Assert.Equal("cancelled", (await client.Event("response.done"))["response.status"]);
        await client.Event("response.created", 2);
    }

    [Fact]
    public async Task There_is_nothing_to_cancel_in_a_quiet_session()
    {
        await using var client = await SimulatorClient.ConnectAsync();
        await client.SendAsync("""{"type":"response.cancel","event_id":"x1"}""");

        var error = await client.Event("error");
        Assert.Equal("Cancellation failed: no active response found", error["error.message"]);
        Assert.Equal("null", error["error.event_id"]);
    }

    [Fact]
    public async Task Base64_with_escaped_slashes_is_sound_too()
    {
        await using var client = await SimulatorClient.ConnectAsync();
        await client.SendAsync("""{"type":"input_audio_buffer.append","audio":"\/\/\/\/"}""");
        await client.Log.WaitForAudioAsync(3, SimulatorClient.Limit);

        Assert.Equal(1, client.Log.Appends);
        Assert.Equal(3, client.Log.AudioBytes);
    }
}
