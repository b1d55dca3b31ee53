namespace RealtimeAkka.Actors.Stations;

/// <summary>
/// When a station's one timer fires. It is only ever moved forward: a timer that fires too early finds nothing to do, and restarting it on
/// every event would cost more. The default value is not set; it becomes that again when the timer fires.
/// </summary>
public readonly record struct Alarm
{
    private TimeSpan? At { get; init; }

    /// <summary>
    /// The alarm for the earliest of these times. <c>Wait</c>: start the timer with it; null: it fires early enough, or nothing is due
    /// after <paramref name="now"/>.
    /// </summary>
    public (Alarm Next, TimeSpan? Wait) For(TimeSpan now, params ReadOnlySpan<TimeSpan?> times)
    {
        TimeSpan? earliest = null;
        foreach (var time in times)
        {
            if (time > now && !(time >= (earliest ?? At))) earliest = time;
        }
        return earliest is { } due ? (new Alarm { At = due }, due - now) : (this, null);
    }
}
