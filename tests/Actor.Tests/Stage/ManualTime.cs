namespace RealtimeAkka.Actor.Tests.Stage;

/// <summary>The clock that rules are told and the timers of the actors, moved together and by hand.</summary>
internal sealed class ManualTime(TestScheduler timers) : TimeProvider
{
    private volatile string _failing = "";
    private volatile int _failures;
    private long _ticks = TimeSpan.FromHours(1).Ticks;

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    /// <summary>Fails whoever asks for the time next, in the code of a type with this name, so many times; a fault of ours.</summary>
    public void Fail(string type, int times = 1) => (_failing, _failures) = (type, times);

    public override long GetTimestamp()
    {
        if (_failures > 0 && Environment.StackTrace.Contains($"{_failing}.", StringComparison.Ordinal))
        {
            _failures--;
            throw new InvalidOperationException($"a fault of ours in {_failing}");
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
