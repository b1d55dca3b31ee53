namespace RealtimeAkka.Actors.Stations;

/// <summary>The monotonic time that rules receive: it never goes back, even when the wall clock is set.</summary>
internal static class Clock
{
    /// <summary>Time since an arbitrary fixed point.</summary>
    public static TimeSpan Now(this TimeProvider clock) => clock.GetElapsedTime(0);

    /// <summary>Time from now until <paramref name="due"/>; zero if that is past.</summary>
    public static TimeSpan Until(this TimeProvider clock, TimeSpan due) => due - clock.Now() is { Ticks: > 0 } left ? left : TimeSpan.Zero;
}
