using System.Net.Sockets;
using System.Net.WebSockets;
using RealtimeAkka.Actors.Socket;
using RealtimeAkka.Host.Configuration;
using RealtimeAkka.Protocol.Messages;

namespace RealtimeAkka.Host.Net;

/// <summary>Connects to a Realtime endpoint (docs/protocol.md 2.1). The key is sent in the header and put nowhere else.</summary>
/// <param name="endpoint">The address.</param>
/// <param name="model">The model, for the query.</param>
/// <param name="key">Null: no key is sent (a server on loopback may not need one).</param>
/// <param name="plan">The keep-alive times.</param>
/// <param name="recorder">Null: the wire is not recorded.</param>
public sealed class WebSocketConnector(Endpoint endpoint, string model, string? key, ConnectionPlan plan, WireRecorder? recorder)
    : IRealtimeConnector
{
    // One for all connections: each would have its own pool and timer, although a connection leaves the pool once it is upgraded.
    // Redirects would send the key and the audio to a server that is not configured; cookies would pass from one session to the next.
    private static readonly HttpMessageInvoker Http = new(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false });

    /// <inheritdoc/>
    public async Task<IRealtimeConnection> ConnectAsync(CancellationToken cancellation)
    {
        var socket = new ClientWebSocket();
        try
        {
            socket.Options.KeepAliveInterval = plan.KeepAlive;
            socket.Options.KeepAliveTimeout = plan.KeepAliveTimeout;
            socket.Options.CollectHttpResponseDetails = true;
            if (key is not null && endpoint.IsAzure) socket.Options.SetRequestHeader("api-key", key);
            else if (key is not null) socket.Options.SetRequestHeader("Authorization", $"Bearer {key}");

            await socket.ConnectAsync(endpoint.For(model), Http, cancellation).ConfigureAwait(false);
            return new WebSocketConnection(socket, recorder, new KeyRedactor(key));
        }
        catch (WebSocketException e)
        {
            var status = (int)socket.HttpStatusCode;
            socket.Dispose();
            throw new ConnectionException(status is 0 or 101 ? new ConnectionEnd.Broken(Reason(e)) : new ConnectionEnd.Refused(status), e);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    // The outer exceptions only say that something failed; the innermost one says what.
    private static string Reason(Exception e)
    {
        while (e.InnerException is { } inner and not SocketException { SocketErrorCode: SocketError.Success }) e = inner;
        return e.Message;
    }
}
