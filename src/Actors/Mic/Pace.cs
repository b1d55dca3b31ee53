namespace RealtimeAkka.Actors.Mic;

/// <summary>
/// When the next frame of a pull source is due. At real-time pace a lag of up to 200 ms is caught up, a longer one is not:
/// delayed audio must not arrive in a burst, which no person could have spoken.
/// </summary>
public readonly record struct Pace(bool Realtime, TimeSpan Due)
{
    private static readonly TimeSpan MaxLag = TimeSpan.FromMilliseconds(200);

    /// <summary>Time until the next frame is due; zero or negative: it is due.</summary>
    public TimeSpan Wait(TimeSpan now) => Realtime ? Due - now : TimeSpan.Zero;

    /// <summary>The pace after a frame of this length was sent.</summary>
    public Pace Sent(TimeSpan frame, TimeSpan now)
    {
        var base_ = now - Due > MaxLag ? now : Due;
        return this with { Due = base_ + frame };
    }
}
