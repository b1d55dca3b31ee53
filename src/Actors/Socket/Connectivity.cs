using RealtimeAkka.Actors.Stations;
using RealtimeAkka.Protocol.Messages;
using RealtimeAkka.Protocol.Wire;

namespace RealtimeAkka.Actors.Socket;

/// <summary>Whether a session has a connection, why it lost the last one, and what each end of a connection means for it.</summary>
/// <param name="Url">The address, as it is named to a person.</param>
/// <param name="OpenTimeout">From connecting to <c>session.updated</c>.</param>
/// <param name="Reconnect">When the next connection is made.</param>
public sealed record Connectivity(string Url, TimeSpan OpenTimeout, ReconnectPolicy Reconnect)
{
    private enum Phase { Connecting, Configuring, Open }

    private Phase Now { get; init; }
    private StationFailures Failures { get; init; } = new();
    private ErrorDetail? LastError { get; init; } // on this connection

    // A server has answered at this address. One that never answered is more likely wrong than temporarily down.
    private bool IsProven { get; init; }

    /// <summary>Why the last connection was lost; null if one is open, or if none was yet.</summary>
    public ConnectionOutcome? Loss { get; init; }

    /// <summary>The outcome if the session is closed now.</summary>
    public ConnectionOutcome Closed => Now == Phase.Open
        ? new(ExitKind.Completed, "closed")
        : Loss ?? new(ExitKind.Completed, "closed before it was open");

    /// <summary>The outcome if the connection does not open in time.</summary>
    public ConnectionOutcome TimedOut => LastError is { } error
        ? ConnectionOutcome.Rejected(error)
        : new(ExitKind.Failed, $"{Url} did not set up the session within {OpenTimeout.TotalSeconds:0.#} s. Is it a Realtime endpoint?")
        {
            IsRetryable = IsProven,
        };

    /// <summary>A new connection is being made.</summary>
    public Connectivity Connecting() => this with { Now = Phase.Connecting, LastError = null };

    /// <summary><c>session.created</c> arrived, and <c>session.update</c> is sent.</summary>
    public Connectivity Configuring() => this with { Now = Phase.Configuring };

    /// <summary><c>session.updated</c> arrived.</summary>
    public Connectivity Opened(TimeSpan now) =>
        this with { Now = Phase.Open, Reconnect = Reconnect.Opened(now), Loss = null, IsProven = true };

    /// <summary>The server reports an error. <c>Rejection</c>: it rejects the session's settings, so the connection is of no use.</summary>
    public (Connectivity Next, ConnectionOutcome? Rejection) Error(ErrorDetail error)
    {
        // For a refused key or model, or an expired session, a close with the same reason follows.
        var isRejected = Now == Phase.Configuring && error.Code != "session_expired";
        return (this with { LastError = error }, isRejected ? ConnectionOutcome.Rejected(error) : null);
    }

    /// <summary>The outcome of a connection that has ended.</summary>
    public ConnectionOutcome Ended(ConnectionEnd end)
    {
        var outcome = ConnectionOutcome.Of(end, LastError, Url);
        var isReached = IsProven || Now != Phase.Connecting || end is not ConnectionEnd.Broken;
        return outcome with { IsRetryable = outcome.IsRetryable && isReached };
    }

    /// <summary>The outcome of a connection whose actor failed: a defect here, logged by the supervision.</summary>
    public (Connectivity Next, ConnectionOutcome Outcome) Failed(TimeSpan now)
    {
        var (failures, isHopeless) = Failures.Failed("connection", now);
        var outcome = new ConnectionOutcome(ExitKind.Failed, "The connection station failed; see session.log.");
        return (this with { Failures = failures }, outcome with { IsRetryable = !isHopeless });
    }

    /// <summary>
    /// The connection is lost. Returns the wait until the next; null: the session ends. <paramref name="chance"/> is uniform in [0, 1).
    /// </summary>
    public (Connectivity Next, TimeSpan? Wait) Lost(ConnectionOutcome outcome, TimeSpan now, double chance)
    {
        if (!outcome.IsRetryable) return (this, null);
        var (reconnect, wait) = Reconnect.Lost(now, chance);
        return (this with { Now = Phase.Connecting, Reconnect = reconnect, Loss = outcome, IsProven = true }, wait);
    }
}
