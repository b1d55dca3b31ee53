using System.Net.WebSockets;
using Microsoft.AspNetCore.Http;
using RealtimeAkka.Gateway.Http;
using RealtimeAkka.Protocol;

namespace RealtimeAkka.Gateway.Calls;

/// <summary>How a WebSocket becomes a call: it is admitted, or refused by a close frame that says why.</summary>
/// <param name="calls">The calls of this process.</param>
/// <param name="entersNow">The tenant is asked at once; else the caller does that, who may learn later which one it is.</param>
internal sealed class CallEntry(ICalls calls, bool entersNow = true)
{
    private static readonly TimeSpan RefusalLimit = TimeSpan.FromSeconds(1);

    /// <summary>Admits and accepts a WebSocket; null: it is refused, and answered.</summary>
    public async Task<(SessionId Id, WebSocket Socket)?> AdmitAsync(HttpContext http)
    {
        if (!http.WebSockets.IsWebSocketRequest)
        {
            await Problems.Of(StatusCodes.Status426UpgradeRequired, "this is for WebSockets").ExecuteAsync(http).ConfigureAwait(false);
            return null;
        }
        if (!Tenants.TryRead(http.Request.Query[Tenants.Parameter], out var tenant))
        {
            await Problems.NoTenant().ExecuteAsync(http).ConfigureAwait(false);
            return null;
        }
        var (id, refusal) = await calls.AdmitAsync().ConfigureAwait(false);
        if (refusal is null && entersNow) refusal = await calls.EnterAsync(id, tenant).ConfigureAwait(false);
        if (refusal is not { } reason) return (id, await AcceptAsync(http, id).ConfigureAwait(false));
        using var socket = await http.WebSockets.AcceptWebSocketAsync().ConfigureAwait(false);
        await RefuseAsync(socket, new CallBreach((WebSocketCloseStatus)1013, Problems.Say(reason).Reason)).ConfigureAwait(false);
        return null;
    }

    /// <summary>Closes a connection. What was received by then is read, or the close frame could be lost with the connection.</summary>
    public static async Task RefuseAsync(WebSocket socket, CallBreach reason)
    {
        using var limit = new CancellationTokenSource(RefusalLimit);
        try
        {
            await socket.CloseOutputAsync(reason.Code, reason.Reason, limit.Token).ConfigureAwait(false);
            var ignored = new byte[4096];
            var type = WebSocketMessageType.Text;
            while (type != WebSocketMessageType.Close)
                type = (await socket.ReceiveAsync(ignored.AsMemory(), limit.Token).ConfigureAwait(false)).MessageType;
        }
        catch (Exception e) when (e is WebSocketException or OperationCanceledException or IOException)
        {
            // It is refused all the same.
        }
    }

    private async Task<WebSocket> AcceptAsync(HttpContext http, SessionId id)
    {
        try
        {
            return await http.WebSockets.AcceptWebSocketAsync().ConfigureAwait(false);
        }
        catch
        {
            calls.Withdraw(id);
            throw;
        }
    }
}
