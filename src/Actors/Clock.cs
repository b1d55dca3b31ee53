namespace RealtimeAkka.Actors;

/// <summary>The time that rules are told: it only ever goes forward, whatever happens to the wall clock.</summary>
internal static class Clock
{
    /// <summary>Time since an arbitrary fixed point.</summary>
    public static TimeSpan Now(this TimeProvider clock) => clock.GetElapsedTime(0);
}
