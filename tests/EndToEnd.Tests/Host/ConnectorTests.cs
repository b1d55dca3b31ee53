using System.Net;
using System.Net.Sockets;
using RealtimeAkka.Actors;
using RealtimeAkka.Host.Configuration;
using RealtimeAkka.Host.Net;

namespace RealtimeAkka.EndToEnd.Tests.Host;

/// <summary>What a connection shows a server, and what it does not.</summary>
public sealed class ConnectorTests
{
    [Fact]
    public async Task A_cookie_that_one_session_was_given_is_not_shown_by_the_next()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var endpoint = Endpoint.Parse($"ws://127.0.0.1:{((IPEndPoint)listener.LocalEndpoint).Port}/v1/realtime", insecure: false);
        var plan = new ConnectionPlan(TimeSpan.FromSeconds(20), TimeSpan.FromSeconds(20));

        foreach (var key in new[] { "first", "second" })
        {
            var asked = HttpAnswer.OnceAsync(listener, "HTTP/1.1 503 Busy", "Set-Cookie: who=me; Path=/", "Connection: close");
            await Assert.ThrowsAsync<LineException>(() => new WebSocketConnector(endpoint, "gpt-realtime", key, plan, recorder: null).ConnectAsync(CancellationToken.None));
            var headers = await asked;
            Assert.Contains($"Authorization: Bearer {key}", headers);
            Assert.DoesNotContain(headers, header => header.StartsWith("Cookie:", StringComparison.OrdinalIgnoreCase));
        }
    }
}
