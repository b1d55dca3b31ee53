using RealtimeAkka.Audio;
using RealtimeAkka.Protocol;

namespace RealtimeAkka.Pure.Tests.Audio;

/// <summary>A speaker without output that only takes time.</summary>
public sealed class PacedSpeakerTests
{
    private static readonly byte[] Block = new byte[Pcm.Bytes(TimeSpan.FromMilliseconds(20))];

    private readonly HandClock _clock = new();
    private readonly PacedSpeaker _speaker;

    public PacedSpeakerTests() => _speaker = new PacedSpeaker(null, _clock, speed: 1, SoundFormat.Pcm16);

    [Fact]
    public async Task A_fifth_of_a_second_is_taken_at_once_and_then_it_waits_until_half_of_that_was_heard()
    {
        for (var i = 0; i < 10; i++) Assert.True(Write().IsCompletedSuccessfully);
        var next = Write();
        Assert.False(next.IsCompleted);

        _clock.Advance(119);
        Assert.False(next.IsCompleted);
        _clock.Advance(1);
        await next;
        Assert.Equal(TimeSpan.FromMilliseconds(100), _speaker.Latency);
        for (var i = 0; i < 5; i++) Assert.True(Write().IsCompletedSuccessfully);
        Assert.False(Write().IsCompleted);
    }

    [Fact]
    public void What_is_discarded_was_taken_and_not_heard()
    {
        for (var i = 0; i < 5; i++) _ = Write();
        _clock.Advance(37);

        Assert.Equal(Pcm.Bytes(TimeSpan.FromMilliseconds(63)), _speaker.Discard());
        Assert.Equal(TimeSpan.Zero, _speaker.Latency);
        Assert.Equal(0, _speaker.Discard());
    }

    [Fact]
    public async Task A_block_that_is_called_back_was_not_taken()
    {
        for (var i = 0; i < 10; i++) _ = Write();
        using var stop = new CancellationTokenSource();
        var waiting = _speaker.WriteAsync(Block, stop.Token);
        await stop.CancelAsync();

        Assert.False(await waiting);
        Assert.Equal(10 * Block.Length, _speaker.Discard());
    }

    [Fact]
    public void After_a_pause_the_clock_starts_anew()
    {
        _ = Write();
        _clock.Advance(5000);
        _ = Write();
        Assert.Equal(TimeSpan.FromMilliseconds(20), _speaker.Latency);
    }

    private Task Write() => _speaker.WriteAsync(Block, default);

    // A manual clock; timers fire when it passes their due time.
    private sealed class HandClock : TimeProvider
    {
        private readonly List<Waiting> _waiting = [];
        private TimeSpan _now = TimeSpan.FromHours(1);

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public override long GetTimestamp() => _now.Ticks;

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
        {
            var waiting = new Waiting(_now + dueTime, () => callback(state));
            _waiting.Add(waiting);
            return waiting;
        }

        public void Advance(int milliseconds)
        {
            _now += TimeSpan.FromMilliseconds(milliseconds);
            foreach (var due in _waiting.Where(w => w.Due <= _now).ToList())
            {
                _waiting.Remove(due);
                due.End();
            }
        }

        private sealed record Waiting(TimeSpan Due, Action End) : ITimer
        {
            public bool Change(TimeSpan dueTime, TimeSpan period) => true;

            public void Dispose()
            {
            }

            public ValueTask DisposeAsync() => ValueTask.CompletedTask;
        }
    }
}
