namespace RealtimeAkka.Actors.Stations;

/// <summary>Delays that double from <paramref name="First"/> up to <paramref name="Max"/>.</summary>
public readonly record struct Backoff(TimeSpan First, TimeSpan Max)
{
    /// <summary>The delay before the try that follows this many earlier ones, from 0.</summary>
    public TimeSpan After(int tries) => TimeSpan.FromTicks((long)Math.Min(Max.Ticks, First.Ticks * Math.Pow(2, tries)));
}
