using System.Net;
using System.Net.Sockets;
using RealtimeAkka.Actors.Socket;
using RealtimeAkka.Hosting.Configuration;
using RealtimeAkka.Hosting.Net;
using RealtimeAkka.Protocol.Messages;
using RealtimeAkka.Protocol.Wire;
using RealtimeAkka.Simulator;
using RealtimeAkka.Simulator.Scenarios;

namespace RealtimeAkka.EndToEnd.Tests.Host;

/// <summary>What a connection sends to a server, and what it must not send.</summary>
public sealed class ConnectorTests
{
    private static readonly ConnectionPlan Plan = new(TimeSpan.FromSeconds(20), TimeSpan.FromSeconds(20));

    [Fact]
    public async Task Who_waits_for_what_comes_in_waits_no_longer_than_the_line_lasts()
    {
        await using var simulator = await RealtimeSimulator.StartAsync(
            new SimulatorOptions { Scenario = Scenario.Parse("""{"turns":[]}""") });
        var connector = new WebSocketConnector(
            Endpoint.Parse(simulator.Url.ToString(), insecure: false), "gpt-realtime", new KeySource("key", []), Plan, recorder: null);
        var line = await connector.ConnectAsync(CancellationToken.None);
        Assert.IsType<SessionCreated>(Assert.IsType<ReceiveResult.Event>(await line.ReceiveAsync()).Value);

        var waiting = line.ReceiveAsync().AsTask();
        Assert.False(waiting.IsCompleted);
        await line.DisposeAsync();

        Assert.IsType<ConnectionEnd.Broken>(Assert.IsType<ReceiveResult.End>(await waiting.WaitAsync(HostProcess.Limit)).Value);
    }

    [Fact]
    public async Task A_cookie_that_one_session_was_given_is_not_shown_by_the_next()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var endpoint = Endpoint.Parse($"ws://127.0.0.1:{((IPEndPoint)listener.LocalEndpoint).Port}/v1/realtime", insecure: false);

        foreach (var key in new[] { "first", "second" })
        {
            var asked = HttpAnswer.OnceAsync(listener, "HTTP/1.1 503 Busy", "Set-Cookie: who=me; Path=/", "Connection: close");
            await Assert.ThrowsAsync<ConnectionException>(
                () => new WebSocketConnector(endpoint, "gpt-realtime", new KeySource(key, []), Plan, recorder: null)
                    .ConnectAsync(CancellationToken.None));
            var headers = await asked;
            Assert.Contains($"Authorization: Bearer {key}", headers);
            Assert.DoesNotContain(headers, header => header.StartsWith("Cookie:", StringComparison.OrdinalIgnoreCase));
        }
    }
}
