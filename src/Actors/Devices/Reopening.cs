namespace RealtimeAkka.Actors.Devices;

/// <summary>
/// When a sound device that went away is opened again: soon, then less and less often, until it is given up. One that comes back
/// only to go again has not come back: its time goes on.
/// </summary>
public sealed record Reopening(ReopenSettings Settings)
{
    private TimeSpan Since { get; init; }
    private int Tries { get; init; }
    private TimeSpan? BackAt { get; init; }

    /// <summary>The device is not there.</summary>
    public bool IsAway { get; private init; }

    /// <summary>It has gone, or could not be opened: how long to wait before the next try; null: no more.</summary>
    public (Reopening Next, TimeSpan? Wait) Gone(TimeSpan now)
    {
        var isNew = !IsAway && (BackAt is not { } back || now - back >= Settings.Most);
        var spell = isNew ? this with { IsAway = true, Since = now, Tries = 0 } : this with { IsAway = true };
        var left = spell.Since + Settings.GiveUp - now;
        if (left <= TimeSpan.Zero) return (spell, null);

        var wait = Settings.First * Math.Pow(2, Math.Min(spell.Tries, 30));
        return (spell with { Tries = spell.Tries + 1 }, new[] { wait, Settings.Most, left }.Min());
    }

    /// <summary>It is there again.</summary>
    public Reopening Back(TimeSpan now) => IsAway ? this with { IsAway = false, BackAt = now } : this;
}
