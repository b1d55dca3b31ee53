namespace RealtimeAkka.Actor.Tests.Stage;

/// <summary>The clock that rules are told and the timers of the actors, moved together and by hand.</summary>
internal sealed class ManualTime(TestScheduler timers) : TimeProvider
{
    private long _ticks = TimeSpan.FromHours(1).Ticks;

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    /// <summary>Fails whoever asks for the time next, in the code of a type with this name; a fault of ours.</summary>
    public string? Fails { get; set; }

    public override long GetTimestamp()
    {
        if (Fails is { } type && Environment.StackTrace.Contains($"{type}.", StringComparison.Ordinal))
        {
            Fails = null;
            throw new InvalidOperationException($"a fault of ours in {type}");
        }
        return Interlocked.Read(ref _ticks);
    }

    public override DateTimeOffset GetUtcNow() => new(new DateTime(2026, 1, 2, 3, 4, 5, DateTimeKind.Utc).Ticks + GetTimestamp(), TimeSpan.Zero);

    /// <summary>Time passes; timers that are due have sent their message when this returns.</summary>
    public void Advance(TimeSpan by)
    {
        Interlocked.Add(ref _ticks, by.Ticks);
        timers.Advance(by);
    }

    public void AdvanceMs(int milliseconds) => Advance(TimeSpan.FromMilliseconds(milliseconds));
}
