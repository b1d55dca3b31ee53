using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Net.WebSockets;
using System.Text;
using RealtimeAkka.Simulator;
using RealtimeAkka.Simulator.Scenarios;

namespace RealtimeAkka.EndToEnd.Tests.Simulator;

public class ConnectionTests
{
    private static Action<ClientWebSocket> Header(string name, string value) => socket => socket.Options.SetRequestHeader(name, value);

    private static async Task ExpectRefusal(SimulatorClient client, string code, int closeCode)
    {
        var error = await client.Event("error");
        Assert.Equal(code, error["error.code"]);
        Assert.Equal("invalid_request_error", error["error.type"]);
        await client.Ended.WaitAsync(SimulatorClient.Limit);
        Assert.Equal(closeCode, (int?)client.Socket.CloseStatus);
        Assert.Equal($"invalid_request_error.{code}", client.Socket.CloseStatusDescription);
        Assert.Empty(client.Log.Of("session.created"));
    }

    [Fact]
    public async Task Without_a_model_the_upgrade_succeeds_then_an_error_and_close_4000()
    {
        await using var client = await SimulatorClient.ConnectAsync(query: "");
        await ExpectRefusal(client, "missing_model", 4000);
    }

    [Fact]
    public async Task The_beta_header_closes_with_4000()
    {
        await using var client = await SimulatorClient.ConnectAsync(configure: Header("OpenAI-Beta", "realtime=v1"));
        await ExpectRefusal(client, "beta_api_shape_disabled", 4000);
    }

    [Theory]
    [InlineData("?model=gpt-4o-transcribe")]
    [InlineData("?intent=transcription&model=gpt-4o-transcribe")]
    public async Task A_transcription_model_has_no_place_in_the_query(string query)
    {
        await using var client = await SimulatorClient.ConnectAsync(query: query);
        await ExpectRefusal(client, "invalid_model", 4000);
    }

    [Fact]
    public async Task A_key_that_is_not_accepted_closes_with_3000_and_is_not_repeated()
    {
        await using var client = await SimulatorClient.ConnectAsync(
            """{"accept_keys":["sk-good"]}""", configure: Header("Authorization", "Bearer sk-wrong"));
        await ExpectRefusal(client, "invalid_api_key", 3000);
        Assert.DoesNotContain("sk-", (await client.Event("error")).Text);
    }

    [Theory]
    [InlineData("Authorization", "Bearer sk-good")]
    [InlineData("api-key", "sk-good")]
    public async Task An_accepted_key_comes_in_by_either_header(string name, string value)
    {
        await using var client = await SimulatorClient.ConnectAsync("""{"accept_keys":["sk-good"]}""", configure: Header(name, value));
        await client.Event("session.created");
    }

    [Fact]
    public async Task A_browser_brings_its_key_as_a_subprotocol()
    {
        await using var client = await SimulatorClient.ConnectAsync("""{"accept_keys":["ek_good"]}""", configure: socket =>
        {
            socket.Options.AddSubProtocol("realtime");
            socket.Options.AddSubProtocol("openai-insecure-api-key.ek_good");
        });
        await client.Event("session.created");
        Assert.Equal("realtime", client.Socket.SubProtocol);
    }

    [Theory]
    [InlineData("model_not_found", 4004)]
    [InlineData("invalid_api_key", 3000)]
    public async Task A_scenario_can_refuse_by_close_code(string refuse, int closeCode)
    {
        await using var client = await SimulatorClient.ConnectAsync(
            """{"connection":{"refuse":"REFUSE"}}""".Replace("REFUSE", refuse, StringComparison.Ordinal));
        await ExpectRefusal(client, refuse, closeCode);
    }

    [Theory]
    [InlineData("http_401", HttpStatusCode.Unauthorized)]
    [InlineData("http_429", HttpStatusCode.TooManyRequests)]
    [InlineData("http_503", HttpStatusCode.ServiceUnavailable)]
    public async Task A_scenario_can_refuse_the_upgrade_itself(string refuse, HttpStatusCode status)
    {
        await using var simulator = await RealtimeSimulator.StartAsync(new SimulatorOptions
        {
            Scenario = Scenario.Parse("""{"connection":{"refuse":"REFUSE"}}""".Replace("REFUSE", refuse, StringComparison.Ordinal)),
        });
        using var socket = new ClientWebSocket();
        socket.Options.CollectHttpResponseDetails = true;

        await Assert.ThrowsAsync<WebSocketException>(
            () => socket.ConnectAsync(new Uri(simulator.Url + "?model=m"), CancellationToken.None));
        Assert.Equal(status, socket.HttpStatusCode);
    }

    [Fact]
    public async Task Each_connection_can_fare_differently_and_the_turns_can_go_on()
    {
        var scenario = Scenario.Parse("""
            {"connections":[{"refuse":"http_503"},{"first_turn":2}],
             "turns":[{"answer":{"text":"One."}},{"answer":{"text":"Two."}}]}
            """);
        await using var simulator = await RealtimeSimulator.StartAsync(new SimulatorOptions { Scenario = scenario });
        using var refused = new ClientWebSocket();
        await Assert.ThrowsAsync<WebSocketException>(
            () => refused.ConnectAsync(new Uri(simulator.Url + "?model=m"), CancellationToken.None));
        using var socket = new ClientWebSocket();
        await socket.ConnectAsync(new Uri(simulator.Url + "?model=m"), CancellationToken.None);
        byte[] turn = [.. Sound.Speech(500), .. Sound.Silence(500)];
        await socket.SendAsync(
            Encoding.UTF8.GetBytes($$"""{"type":"input_audio_buffer.append","audio":"{{Convert.ToBase64String(turn)}}"}"""),
            WebSocketMessageType.Text, true, CancellationToken.None);

        var connection = await simulator.ConnectionAsync(2, SimulatorClient.Limit);
        var said = await connection.Log.WaitAsync("response.output_audio_transcript.done", SimulatorClient.Limit);
        Assert.Equal("Two.", said["transcript"]);
    }

    [Fact]
    public async Task After_sixty_minutes_the_session_expires_with_1001()
    {
        var time = new ManualTime();
        await using var client = await SimulatorClient.ConnectAsync(time: time);
        var created = await client.Event("session.created");
        Assert.Equal(time.GetUtcNow().AddHours(1).ToUnixTimeSeconds().ToString(), created["session.expires_at"]);
        time.Advance(TimeSpan.FromMinutes(59));
        Assert.Empty(client.Log.Of("error"));
        time.Advance(TimeSpan.FromMinutes(1));

        Assert.Equal("session_expired", (await client.Event("error"))["error.code"]);
        await client.Ended.WaitAsync(SimulatorClient.Limit);
        Assert.Equal(1001, (int?)client.Socket.CloseStatus);
        Assert.Equal("Your session hit the maximum duration of 60 minutes.", client.Socket.CloseStatusDescription);
    }

    [Fact]
    public async Task A_clients_close_is_answered_with_the_same_code()
    {
        await using var client = await SimulatorClient.ConnectAsync();
        await client.Event("session.created");
        await client.Socket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, null, CancellationToken.None);

        await client.Ended.WaitAsync(SimulatorClient.Limit);
        await client.Connection.Ended.WaitAsync(SimulatorClient.Limit);
        Assert.Equal(WebSocketCloseStatus.NormalClosure, client.Socket.CloseStatus);
        Assert.Equal(1000, client.Connection.ClientCloseCode);
    }

    [Fact]
    public async Task The_server_closes_after_so_much_audio()
    {
        await using var client = await SimulatorClient.ConnectAsync(
            """{"connection":{"close":{"after_audio_ms":500,"code":1012,"reason":"restart"}}}""");
        await client.HearAsync(Sound.Silence(500));

        await client.Ended.WaitAsync(SimulatorClient.Limit);
        Assert.Equal(1012, (int?)client.Socket.CloseStatus);
        Assert.Equal("restart", client.Socket.CloseStatusDescription);
    }

    [Fact]
    public async Task An_abrupt_end_has_no_close_frame()
    {
        await using var client = await SimulatorClient.ConnectAsync("""{"connection":{"close":{"after_audio_ms":500,"abrupt":true}}}""");
        await client.HearAsync(Sound.Silence(500));

        await client.Ended.WaitAsync(SimulatorClient.Limit);
        Assert.Null(client.Socket.CloseStatus);
    }

    [Fact]
    public async Task A_server_that_stops_reading_hears_nothing_until_it_goes_on()
    {
        var time = new ManualTime();
        await using var client = await SimulatorClient.ConnectAsync(
            """{"connection":{"stop_reading":{"after_audio_ms":200,"for_ms":5000}}}""", time: time);
        await client.HearAsync(Sound.Silence(200));
        await client.Log.WaitForAudioAsync(200 * 48, SimulatorClient.Limit);
        await client.HearAsync(Sound.Silence(100));
        var flood = client.HearAsync(Enumerable.Repeat(Sound.Silence(1000), 600));
        var first = await Task.WhenAny(flood, client.Log.WaitForAudioAsync(300 * 48, TimeSpan.FromSeconds(1)));

        Assert.NotSame(flood, first);
        await Assert.ThrowsAsync<TimeoutException>(() => first);
        Assert.Equal(200 * 48, client.Log.AudioBytes);
        time.Advance(TimeSpan.FromSeconds(5));
        await flood;
        await client.Log.WaitForAudioAsync(600_300 * 48, SimulatorClient.Limit);
    }

    [Fact]
    public async Task A_message_over_16_MiB_closes_with_1009()
    {
        await using var client = await SimulatorClient.ConnectAsync(valid: false);
        try
        {
            await client.SendAsync(new string(' ', 17 * 1024 * 1024));
        }
        catch (WebSocketException)
        {
            // The server may close before it has read the whole message.
        }
        await client.Ended.WaitAsync(SimulatorClient.Limit);
        Assert.Equal(1009, (int?)client.Socket.CloseStatus);
    }

    [Fact]
    public async Task An_idle_connection_is_pinged()
    {
        await using var simulator = await RealtimeSimulator.StartAsync(new SimulatorOptions { Ping = TimeSpan.FromMilliseconds(200) });
        using var tcp = new TcpClient();
        await tcp.ConnectAsync(IPAddress.Loopback, simulator.Url.Port);
        var stream = tcp.GetStream();
        await stream.WriteAsync(Encoding.ASCII.GetBytes(
            "GET /v1/realtime?model=m HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
            + "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"));
        using var limit = new CancellationTokenSource(SimulatorClient.Limit);
        var head = "";
        while (!head.EndsWith("\r\n\r\n", StringComparison.Ordinal)) head += (char)await Byte();
        Assert.StartsWith("HTTP/1.1 101", head);

        const int ping = 0x89;
        int opcode;
        do
        {
            opcode = await Byte();
            var length = await Byte();
            if (length == 126) length = await Byte() << 8 | await Byte();
            for (; length > 0; length--) await Byte();
        }
        while (opcode != ping);

        async Task<int> Byte()
        {
            var one = new byte[1];
            await stream.ReadExactlyAsync(one, limit.Token);
            return one[0];
        }
    }

    [Fact]
    public async Task Other_paths_and_plain_requests_are_turned_away()
    {
        await using var simulator = await RealtimeSimulator.StartAsync(new SimulatorOptions());
        using var http = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{simulator.Url.Port}") };
        http.DefaultRequestHeaders.Accept.Add(new MediaTypeWithQualityHeaderValue("*/*"));

        Assert.Equal(HttpStatusCode.NotFound, (await http.GetAsync("/v1/elsewhere")).StatusCode);
        Assert.Equal(HttpStatusCode.UpgradeRequired, (await http.GetAsync("/v1/realtime")).StatusCode);
    }

    [Fact]
    public async Task A_port_in_use_is_an_io_error()
    {
        await using var simulator = await RealtimeSimulator.StartAsync(new SimulatorOptions());

        await Assert.ThrowsAsync<IOException>(() => RealtimeSimulator.StartAsync(new SimulatorOptions { Port = simulator.Url.Port }));
    }

    [Fact]
    public async Task Stopping_says_goodbye_to_every_client()
    {
        var simulator = await RealtimeSimulator.StartAsync(new SimulatorOptions());
        using var socket = new ClientWebSocket();
        await socket.ConnectAsync(new Uri(simulator.Url + "?model=m"), CancellationToken.None);
        await (await simulator.ConnectionAsync(1, SimulatorClient.Limit)).Log.WaitAsync("session.created", SimulatorClient.Limit);
        var stopping = simulator.DisposeAsync();
        var buffer = new byte[16 * 1024];
        WebSocketReceiveResult part;
        do part = await socket.ReceiveAsync(buffer, CancellationToken.None);
        while (part.MessageType != WebSocketMessageType.Close);
        await socket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, null, CancellationToken.None);
        await stopping;

        Assert.Equal(1001, (int?)socket.CloseStatus);
    }
}
