namespace RealtimeAkka.Actors.Stations;

/// <summary>
/// When a station's one timer fires. It is only ever moved forward: a timer that fires too early finds nothing to do, and restarting it on
/// every event would cost more. The default value is not set, and nothing that is due has been done.
/// </summary>
public readonly record struct Alarm
{
    private TimeSpan? At { get; init; }

    /// <summary>What was due until then has been done. What is due since, even if that is past by now, still needs the timer.</summary>
    public TimeSpan DoneTo { get; private init; }

    /// <summary>The timer has fired: what is due by now is done, and no timer runs.</summary>
    public static Alarm Fired(TimeSpan now) => new() { DoneTo = now };

    /// <summary>
    /// The alarm for the earliest of these times that is not done. <c>Wait</c>: start the timer with it; null: it fires early enough, or
    /// there is no such time.
    /// </summary>
    public (Alarm Next, TimeSpan? Wait) For(TimeSpan now, params ReadOnlySpan<TimeSpan?> times)
    {
        TimeSpan? earliest = null;
        foreach (var time in times)
        {
            if (time > DoneTo && !(time >= (earliest ?? At))) earliest = time;
        }
        return earliest is { } due ? (this with { At = due }, due > now ? due - now : TimeSpan.Zero) : (this, null);
    }
}
