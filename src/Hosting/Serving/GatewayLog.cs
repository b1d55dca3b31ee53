using RealtimeAkka.Gateway.Calls;
using RealtimeAkka.Hosting.Logging;
using RealtimeAkka.Protocol;
using Serilog;

namespace RealtimeAkka.Hosting.Serving;

/// <summary>What clients do wrong, one line each; who floods the server does not flood its log.</summary>
internal sealed class GatewayLog(TimeProvider clock) : IGatewayLog
{
    private readonly Lock _lock = new();
    private readonly LogLimiter _limiter = new(burst: 20, perSecond: 1);

    /// <inheritdoc/>
    public void Warn(string reason, SessionId? call = null)
    {
        var log = Log.Logger.ForContext("Actor", "gateway");
        if (!IsWritten("client", out var leftOut)) return;
        if (leftOut > 0) log.Warning("{Count} more lines about clients are left out", leftOut);
        if (call is { } id) log.ForContext("Session", id.Value).Warning("{Reason:l} ({Session})", reason, id.Value);
        else log.Warning("{Reason:l}", reason);
    }

    /// <inheritdoc/>
    public void Fail(Exception e)
    {
        if (IsWritten("server", out _)) Log.Logger.ForContext("Actor", "gateway").Error(e, "A request failed: {Reason}", e.Message);
    }

    private bool IsWritten(string kind, out long leftOut)
    {
        lock (_lock)
        {
            (var isWritten, leftOut) = _limiter.Take(kind, clock.GetElapsedTime(0));
            return isWritten;
        }
    }
}
