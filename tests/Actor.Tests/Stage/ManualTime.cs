namespace RealtimeAkka.Actor.Tests.Stage;

/// <summary>The clock of the rules and the timers of the actors, advanced together by the test.</summary>
internal sealed class ManualTime(TestScheduler timers) : TimeProvider
{
    private volatile string _failing = "";
    private volatile int _failures;
    private long _ticks = TimeSpan.FromHours(1).Ticks;

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    /// <summary>Makes the next <paramref name="times"/> reads of the clock from code of this type throw: an injected fault.</summary>
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

    public override DateTimeOffset GetUtcNow() =>
        new(new DateTime(2026, 1, 2, 3, 4, 5, DateTimeKind.Utc).Ticks + GetTimestamp(), TimeSpan.Zero);

    /// <summary>Advances time; due timers have sent their messages when this returns.</summary>
    public void Advance(TimeSpan by)
    {
        Interlocked.Add(ref _ticks, by.Ticks);
        timers.Advance(by);
    }

    public void AdvanceMs(int milliseconds) => Advance(TimeSpan.FromMilliseconds(milliseconds));
}
