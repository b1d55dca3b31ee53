using System.Net.Sockets;
using System.Net.WebSockets;
using RealtimeAkka.Actors.Socket;
using RealtimeAkka.Hosting.Configuration;
using RealtimeAkka.Protocol.Messages;

namespace RealtimeAkka.Hosting.Net;

/// <summary>Connects to a Realtime endpoint (docs/protocol.md 2.1). The key is sent in the header and put nowhere else.</summary>
/// <param name="endpoint">The address.</param>
/// <param name="model">The model, for the query.</param>
/// <param name="keys">The key; without one, none is sent (a server on loopback may not need one).</param>
/// <param name="plan">The keep-alive times.</param>
/// <param name="recorder">Null: the wire is not recorded.</param>
/// <param name="observer">Null: nobody observes the connections.</param>
public sealed class WebSocketConnector(
    Endpoint endpoint, string model, KeySource keys, ConnectionPlan plan, WireRecorder? recorder, IWireObserver? observer = null)
    : IRealtimeConnector
{
    // One for all connections: each would have its own pool and timer, although a connection leaves the pool once it is upgraded.
    // Redirects would send the key and the audio to a server that is not configured; cookies would pass from one session to the next.
    private static readonly HttpMessageInvoker Http = new(new RefusalReader(
        new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false, Proxy = OutboundProxy.Instance }));

    private int _connections;

    /// <inheritdoc/>
    public bool CanRenewKey => keys.CanRenew;

    /// <inheritdoc/>
    public void RenewKey() => keys.Renew();

    /// <inheritdoc/>
    public async Task<IRealtimeConnection> ConnectAsync(CancellationToken cancellation)
    {
        var number = Interlocked.Increment(ref _connections);
        recorder?.Timeline?.Connecting(number);
        observer?.Connecting(number);
        try
        {
            return await ConnectAsync(number, cancellation).ConfigureAwait(false);
        }
        catch (ConnectionException e)
        {
            recorder?.Timeline?.Ended(number, e.End);
            observer?.Ended(number, e.End);
            throw;
        }
    }

    private async Task<IRealtimeConnection> ConnectAsync(int number, CancellationToken cancellation)
    {
        var key = await keys.GetAsync(cancellation).ConfigureAwait(false);
        var url = endpoint.For(model);
        var socket = new ClientWebSocket();
        try
        {
            socket.Options.KeepAliveInterval = plan.KeepAlive;
            socket.Options.KeepAliveTimeout = plan.KeepAliveTimeout;
            if (key is not null && endpoint.IsAzure && !IsToken(key)) socket.Options.SetRequestHeader("api-key", key);
            else if (key is not null) socket.Options.SetRequestHeader("Authorization", $"Bearer {key}");

            await socket.ConnectAsync(url, Http, cancellation).ConfigureAwait(false);
            recorder?.Timeline?.Connected(number);
            return new WebSocketConnection(socket, recorder, new KeyRedactor(key), number, observer);
        }
        catch (WebSocketException e)
        {
            socket.Dispose();
            if (Find<ConnectionException>(e) is { } refused) throw refused;
            var proxy = OutboundProxy.DisplayText(url) is { } through ? $" (through the proxy {through})" : "";
            throw new ConnectionException(new ConnectionEnd.Broken(Reason(e).TrimEnd('.') + proxy), e);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    // Azure takes an ephemeral key or a token of Entra ID, a JSON Web Token, in the header of all other services.
    private static bool IsToken(string key) => key.StartsWith("ek_", StringComparison.Ordinal)
        || key.StartsWith("eyJ", StringComparison.Ordinal) && key.Count(c => c == '.') == 2;

    private static T? Find<T>(Exception e) where T : Exception
    {
        for (var inner = e.InnerException; inner is not null; inner = inner.InnerException)
            if (inner is T found) return found;
        return null;
    }

    // The outer exceptions only say that something failed; the innermost one says what.
    private static string Reason(Exception e)
    {
        while (e.InnerException is { } inner and not SocketException { SocketErrorCode: SocketError.Success }) e = inner;
        return e.Message;
    }
}
