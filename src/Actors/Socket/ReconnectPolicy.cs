using RealtimeAkka.Actors.Stations;

namespace RealtimeAkka.Actors.Socket;

/// <summary>
/// How long to wait before the next connection, and when to give up. The bound doubles from <paramref name="FirstDelay"/> to
/// <paramref name="MaxDelay"/>, with full jitter, so that 1,000 sessions do not reconnect at the same moment.
/// </summary>
/// <param name="FirstDelay">Upper bound of the first wait.</param>
/// <param name="MaxDelay">Upper bound of any wait. A connection that was open for longer ends the outage.</param>
/// <param name="GiveUp">Time from the first loss of an outage until reconnecting is given up.</param>
public sealed record ReconnectPolicy(TimeSpan FirstDelay, TimeSpan MaxDelay, TimeSpan GiveUp)
{
    // The start of the outage; null: none. Losses counts the connections lost since.
    private TimeSpan? Since { get; init; }
    private TimeSpan? OpenSince { get; init; }
    private int Losses { get; init; }

    /// <summary>A connection is open.</summary>
    public ReconnectPolicy Opened(TimeSpan now) => this with { OpenSince = now };

    /// <summary>
    /// The connection is lost, or could not be made. Returns the wait, at least <paramref name="atLeast"/>; null: give up.
    /// <paramref name="chance"/> is uniform in [0, 1).
    /// </summary>
    public (ReconnectPolicy Next, TimeSpan? Wait) Lost(TimeSpan now, double chance, TimeSpan atLeast = default)
    {
        var outage = OpenSince is { } opened && now - opened > MaxDelay ? this with { Since = now, Losses = 0 }
            : this with { Since = Since ?? now };
        // The jitter comes on top of what the server asks for: it may ask 1,000 sessions for the same.
        var wait = atLeast + new Backoff(FirstDelay, MaxDelay).After(outage.Losses) * chance;
        var next = outage with { OpenSince = null, Losses = outage.Losses + 1 };
        return now - next.Since + wait > GiveUp ? (next, null) : (next, wait);
    }
}
