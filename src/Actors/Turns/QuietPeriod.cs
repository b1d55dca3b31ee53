namespace RealtimeAkka.Actors.Turns;

/// <summary>
/// How long the server has sent nothing. It may be about to speak, so only after a while without events and with nothing open is the
/// conversation in a pause, in which the connection can be renewed, or drained; a drain has a deadline besides.
/// </summary>
/// <param name="Settle">Time without events after which everything counts as received.</param>
/// <param name="Drain">The longest time that a drain takes.</param>
public readonly record struct QuietPeriod(TimeSpan Settle, TimeSpan Drain)
{
    // For speech that was sent and that the server has not reported.
    private static readonly TimeSpan Unreported = TimeSpan.FromSeconds(5);

    private TimeSpan LastEvent { get; init; }
    private TimeSpan? DrainingSince { get; init; }
    private long SpokenToMs { get; init; }

    /// <summary>A drain is under way.</summary>
    public bool IsDraining => DrainingSince is not null;

    /// <summary>An event arrived.</summary>
    public QuietPeriod OnEvent(TimeSpan now) => this with { LastEvent = now };

    /// <summary>All audio was sent; the last of it that is not plainly silent ends here, in ms on the session's audio clock.</summary>
    public QuietPeriod SpokenTo(long ms) => this with { SpokenToMs = ms };

    /// <summary>A drain begins. If one is under way its deadline stays: a lost connection does not extend it.</summary>
    public QuietPeriod BeginDrain(TimeSpan now) => this with { DrainingSince = DrainingSince ?? now };

    /// <summary>The drain is over.</summary>
    public QuietPeriod EndDrain() => this with { DrainingSince = null };

    /// <summary>From when on this is a pause if no event comes, maybe in the past; null: something is open.</summary>
    public TimeSpan? PauseAt(bool isIdle) => isIdle ? LastEvent + Settle : null;

    /// <summary>When the drain is over if nothing happens, maybe in the past; null: there is no drain.</summary>
    /// <param name="isIdle">Nobody speaks, no turn is open and no answer is in progress or playing.</param>
    /// <param name="isConnected">The server may still speak.</param>
    /// <param name="heardToMs">Where the speech that the server has reported ends, in ms on the session's audio clock.</param>
    public TimeSpan? DrainedAt(bool isIdle, bool isConnected, long heardToMs)
    {
        if (DrainingSince is not { } since) return null;
        var deadline = since + Drain;
        if (!isIdle) return deadline;
        if (!isConnected) return since;
        // Speech that we measured and the server has not reported may be the last turn, if the server or the connection is slow.
        var wait = heardToMs < SpokenToMs && Settle < Unreported ? Unreported : Settle;
        var quietAt = (since > LastEvent ? since : LastEvent) + wait;
        return quietAt < deadline ? quietAt : deadline;
    }
}
