namespace RealtimeAkka.Actors.Socket;

/// <summary>
/// How long to wait before the next connection, and when to stop trying: waits double from <paramref name="First"/> to
/// <paramref name="Longest"/> with full jitter, so that a thousand sessions do not come back at once.
/// </summary>
/// <param name="First">Upper bound of the first wait.</param>
/// <param name="Longest">Upper bound of any wait. A connection that held longer than this ends the outage.</param>
/// <param name="GiveUp">From the first loss of an outage until nothing more is tried.</param>
public sealed record ReconnectPolicy(TimeSpan First, TimeSpan Longest, TimeSpan GiveUp)
{
    // Since the outage began, with the losses that followed; null while all is well.
    private TimeSpan? Since { get; init; }
    private TimeSpan? OpenSince { get; init; }
    private int Losses { get; init; }

    /// <summary>A connection is open.</summary>
    public ReconnectPolicy Opened(TimeSpan now) => this with { OpenSince = now };

    /// <summary>
    /// The connection is lost, or could not be made. How long to wait; null to give up. <paramref name="chance"/> is from 0 up
    /// to 1, evenly.
    /// </summary>
    public (ReconnectPolicy Next, TimeSpan? Wait) Lost(TimeSpan now, double chance)
    {
        var outage = OpenSince is { } opened && now - opened > Longest ? this with { Since = now, Losses = 0 } : this with { Since = Since ?? now };
        var bound = Math.Min(Longest.TotalSeconds, First.TotalSeconds * Math.Pow(2, outage.Losses));
        var wait = TimeSpan.FromSeconds(bound * chance);
        var next = outage with { OpenSince = null, Losses = outage.Losses + 1 };
        return now - next.Since + wait > GiveUp ? (next, null) : (next, wait);
    }
}
