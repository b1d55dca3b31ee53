namespace RealtimeAkka.Actors.Stations;

/// <summary>The monotonic time that rules receive: it never goes back, even when the wall clock is set.</summary>
internal static class Clock
{
    /// <summary>Time since an arbitrary fixed point.</summary>
    public static TimeSpan Now(this TimeProvider clock) => clock.GetElapsedTime(0);
}
