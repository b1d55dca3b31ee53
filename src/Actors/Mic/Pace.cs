namespace RealtimeAkka.Actors.Mic;

/// <summary>
/// When the next frame of a patient source is due. At real-time pace a short delay is made good, a long pause is not:
/// sound that waited must not arrive in a burst, which no person could have spoken.
/// </summary>
public readonly record struct Pace(bool Realtime, TimeSpan Due)
{
    private static readonly TimeSpan MaxLag = TimeSpan.FromMilliseconds(200);

    /// <summary>How long to wait before the next frame; zero or less: it is due.</summary>
    public TimeSpan Wait(TimeSpan now) => Realtime ? Due - now : TimeSpan.Zero;

    /// <summary>After a frame of this length was sent.</summary>
    public Pace Sent(TimeSpan frame, TimeSpan now)
    {
        var base_ = now - Due > MaxLag ? now : Due;
        return this with { Due = base_ + frame };
    }
}
