namespace RealtimeAkka.Actors.Socket;

/// <summary>When a connection that works is replaced, as times after it has opened.</summary>
/// <param name="InPauseAfter">From here on in the first pause between two turns.</param>
/// <param name="AtLatest">In the middle of a turn, just before the server ends the session; null: that time is not known.</param>
public readonly record struct ConnectionRenewal(TimeSpan InPauseAfter, TimeSpan? AtLatest)
{
    private static readonly TimeSpan MaxLife = TimeSpan.FromDays(1);

    /// <summary>
    /// Both times. A pause is sought during the last twelfth of the time until <paramref name="expiresAt"/> (5 of 60 minutes), at least
    /// 30 s or half of it, and from <paramref name="rollover"/> on. An <paramref name="expiresAt"/> in the past, less than 1 s or more than
    /// a day ahead is no information: the clocks differ, or the server sends a constant.
    /// </summary>
    public static ConnectionRenewal Of(TimeSpan rollover, long? expiresAt, DateTimeOffset now)
    {
        if (expiresAt is not { } seconds) return new(rollover, null);
        var life = DateTimeOffset.FromUnixTimeSeconds(seconds) - now;
        if (life < TimeSpan.FromSeconds(1) || life > MaxLife) return new(rollover, null);
        var lead = Max(life / 12, Min(life / 2, TimeSpan.FromSeconds(30)));
        return new(Min(rollover, life - lead), life - Min(life / 12, TimeSpan.FromSeconds(2)));
    }

    private static TimeSpan Min(TimeSpan a, TimeSpan b) => a < b ? a : b;

    private static TimeSpan Max(TimeSpan a, TimeSpan b) => a > b ? a : b;
}
