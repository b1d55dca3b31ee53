using RealtimeAkka.Actors.Stations;

namespace RealtimeAkka.Actors.Devices;

/// <summary>
/// When an audio device that went away is reopened: soon, then at growing intervals, until it is given up. A device that comes back for
/// less than the maximum interval counts as away all the time.
/// </summary>
public sealed record ReopenPolicy(ReopenSettings Settings)
{
    private TimeSpan Since { get; init; }
    private int Tries { get; init; }
    private TimeSpan? RecoveredAt { get; init; }

    /// <summary>The device is away.</summary>
    public bool IsAway { get; private init; }

    /// <summary>The device went away, or could not be opened. <c>Wait</c>: time until the next try; null: it is given up.</summary>
    public (ReopenPolicy Next, TimeSpan? Wait) Lost(TimeSpan now)
    {
        var isNew = !IsAway && (RecoveredAt is not { } back || now - back >= Settings.MaxDelay);
        var spell = isNew ? this with { IsAway = true, Since = now, Tries = 0 } : this with { IsAway = true };
        var left = spell.Since + Settings.GiveUp - now;
        if (left <= TimeSpan.Zero) return (spell, null);

        var wait = new Backoff(Settings.FirstDelay, Settings.MaxDelay).After(spell.Tries);
        return (spell with { Tries = spell.Tries + 1 }, wait < left ? wait : left);
    }

    /// <summary>The device is back.</summary>
    public ReopenPolicy Recovered(TimeSpan now) => IsAway ? this with { IsAway = false, RecoveredAt = now } : this;
}
