namespace RealtimeAkka.Actors.Mic;

/// <summary>
/// When the next frame of a pull source is due. The first is due at once: what the connection took to open is no lag, and audio that
/// caught it up would be heard before the session's clock says that it was spoken. At real-time pace a lag of up to 200 ms is caught up,
/// a longer one is not: delayed audio must not arrive in a burst, which no person could have spoken.
/// </summary>
/// <param name="Realtime">False: nothing waits.</param>
/// <param name="Due">When the next frame is due; null: none was sent yet.</param>
public readonly record struct Pace(bool Realtime, TimeSpan? Due = null)
{
    private static readonly TimeSpan MaxLag = TimeSpan.FromMilliseconds(200);

    /// <summary>Time until the next frame is due; zero or negative: it is due.</summary>
    public TimeSpan Wait(TimeSpan now) => Realtime && Due is { } due ? due - now : TimeSpan.Zero;

    /// <summary>A frame of this length is sent.</summary>
    /// <returns>The pace after it, and when the frame was due, which is when it was spoken.</returns>
    public (Pace Next, TimeSpan At) Sent(TimeSpan frame, TimeSpan now)
    {
        var at = Due is { } due && now - due <= MaxLag ? due : now;
        return (this with { Due = at + frame }, at);
    }
}
