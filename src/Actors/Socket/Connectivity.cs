using System.Collections.Immutable;
using RealtimeAkka.Actors.Stations;
using RealtimeAkka.Protocol.Messages;
using RealtimeAkka.Protocol.Records;
using RealtimeAkka.Protocol.Wire;

namespace RealtimeAkka.Actors.Socket;

/// <summary>Whether a session has a connection, why it lost the last one, and what each end of a connection means for it.</summary>
/// <param name="Url">The address, as it is named to a person.</param>
/// <param name="OpenTimeout">From connecting to <c>session.updated</c>.</param>
/// <param name="Reconnect">When the next connection is made.</param>
public sealed record Connectivity(string Url, TimeSpan OpenTimeout, ReconnectPolicy Reconnect)
{
    // Codes come from the server; further ones are only logged.
    private const int MaxReported = 20;

    private enum Phase { Connecting, Configuring, Open }

    private Phase Now { get; init; }
    private StationFailures Failures { get; init; } = new();
    private ErrorDetail? LastError { get; init; } // on this connection

    private ImmutableHashSet<string> Reported { get; init; } = []; // codes of errors in a notice

    // A server has answered at this address. One that never answered is more likely wrong than temporarily down.
    private bool IsProven { get; init; }

    /// <summary>The session was open once: it has turns that another connection can go on with.</summary>
    public bool WasOpen { get; private init; }

    /// <summary>Whether another key can be had when the server refuses this one.</summary>
    public bool CanRenewKey { get; init; }

    /// <summary>What a person does about a refused key.</summary>
    public string KeyAdvice { get; init; } = SocketSettings.DefaultKeyAdvice;

    // The key was refused since the session was last open; a fresh one is asked for once.
    private bool IsKeyRefused { get; init; }

    /// <summary>Whether the next connection needs another key.</summary>
    public bool NeedsFreshKey { get; private init; }

    /// <summary>Why the last connection was lost; null if one is open, or if none was yet.</summary>
    public ConnectionOutcome? Loss { get; init; }

    /// <summary>The outcome if the session is closed now.</summary>
    public ConnectionOutcome Closed => Now == Phase.Open
        ? new(ExitKind.Completed, "closed")
        : Loss ?? new(ExitKind.Completed, "closed before it was open");

    /// <summary>The outcome if the connection does not open in time.</summary>
    public ConnectionOutcome TimedOut => LastError is { } error && IsAboutSession(error)
        ? ConnectionOutcome.Rejected(error)
        : new(ExitKind.Failed, $"{Url} did not set up the session within {OpenTimeout.TotalSeconds:0.#} s. "
            + (LastError is { } last ? $"It reported {last.Reason}: {last.Message ?? "no reason given"}" : "Is it a Realtime endpoint?"))
        {
            IsRetryable = IsProven,
        };

    /// <summary>A new connection is being made.</summary>
    public Connectivity Connecting() => this with { Now = Phase.Connecting, LastError = null, NeedsFreshKey = false };

    /// <summary><c>session.created</c> arrived, and <c>session.update</c> is sent.</summary>
    public Connectivity Configuring() => this with { Now = Phase.Configuring };

    /// <summary><c>session.updated</c> arrived.</summary>
    public Connectivity Opened(TimeSpan now) => this with
    {
        Now = Phase.Open, Reconnect = Reconnect.Opened(now), Loss = null, IsProven = true, WasOpen = true, IsKeyRefused = false,
    };

    /// <summary>
    /// The server reports an error that is about no request of a station. <c>Rejection</c>: it rejects the session's settings, so the
    /// connection is of no use. <c>Notice</c>: what a person is told of it, once for each code.
    /// </summary>
    public (Connectivity Next, ConnectionOutcome? Rejection, Notice? Notice) Error(ErrorDetail error)
    {
        var next = this with { LastError = error };
        // An expired session is closed next.
        if (Now == Phase.Configuring && error.Code != "session_expired" && IsAboutSession(error))
            return (next, ConnectionOutcome.Rejected(error), null);
        var isNew = ErrorSubject.Of(error).Kinds != RequestKinds.Connection
            && Reported.Count < MaxReported && !Reported.Contains(error.Reason);
        return isNew ? (next with { Reported = Reported.Add(error.Reason) }, null, Report(error)) : (next, null, null);
    }

    /// <summary>
    /// The outcome of a connection that has ended and that nobody here has closed. In mid-session it is a lost connection whatever the
    /// close code says: what the server refuses, it refuses the next connection too. Only a spent quota stays spent.
    /// </summary>
    public ConnectionOutcome Ended(ConnectionEnd end)
    {
        var outcome = ConnectionOutcome.Of(end, LastError, Url, KeyAdvice);
        var isReached = IsProven || Now != Phase.Connecting || end is not (ConnectionEnd.Broken or ConnectionEnd.NoKey);
        var isOutage = Now == Phase.Open || WasOpen && end is ConnectionEnd.Closed && outcome is { Exit: ExitKind.Failed };
        return outcome with { IsRetryable = !outcome.IsQuotaSpent && (isOutage || outcome.IsRetryable && isReached) };
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
        var isRenewable = outcome.IsKeyRefused && CanRenewKey && !IsKeyRefused;
        if (!outcome.IsRetryable && !isRenewable) return (this, null);
        var (reconnect, wait) = Reconnect.Lost(now, chance, outcome.RetryAfter);
        var next = this with
        {
            Now = Phase.Connecting, Reconnect = reconnect, Loss = outcome, IsProven = true,
            NeedsFreshKey = isRenewable, IsKeyRefused = IsKeyRefused || isRenewable,
        };
        return (next, wait);
    }

    // Until the session is open, session.update is the only request that was sent.
    private static bool IsAboutSession(ErrorDetail error) =>
        error.EventId?.StartsWith("session_", StringComparison.Ordinal) == true
        || ErrorSubject.Of(error).Kinds is var kinds && (kinds.HasFlag(RequestKinds.Update) || kinds == RequestKinds.Connection);

    private static Notice Report(ErrorDetail error) => new(
        NoticeLevel.Warning, "server_error",
        $"The server reports {error.Reason}: {(string.IsNullOrWhiteSpace(error.Message) ? "no reason given" : error.Message)}");
}
