using RealtimeAkka.Actors.Playback;
using RealtimeAkka.Protocol;

namespace RealtimeAkka.Hosting.Replay;

/// <summary>
/// Counts the assistant's voice at the pace at which it would be heard. A block is taken when it was heard, as by a loudspeaker that is
/// recorded. What awaits a block goes on at once, on the thread of the clock, also when it is cancelled.
/// </summary>
/// <param name="time">The clock.</param>
/// <param name="speed">1 is real time.</param>
/// <param name="format">The format of the session.</param>
internal sealed class ReplaySpeaker(VirtualTime time, double speed, SoundFormat format) : ISpeaker
{
    // A longer pause begins the count anew; within a response the blocks follow each other.
    private static readonly TimeSpan Gap = TimeSpan.FromMilliseconds(100);

    private TimeSpan _playedUntil;

    /// <inheritdoc/>
    public bool IsHeard => false;

    /// <inheritdoc/>
    public TimeSpan Latency => Left is { Ticks: > 0 } left ? left : TimeSpan.Zero;

    /// <inheritdoc/>
    public TimeSpan Left => _playedUntil - time.Now;

    /// <inheritdoc/>
    public Task<bool> WriteAsync(ReadOnlyMemory<byte> block, CancellationToken cancellation)
    {
        var from = _playedUntil > time.Now - Gap ? _playedUntil : time.Now;
        _playedUntil = from + format.Duration(block.Length) / speed;
        var taken = new TaskCompletionSource<bool>();
        var withdrawal = cancellation.Register(() =>
        {
            if (taken.Task.IsCompleted) return;
            _playedUntil = from; // a block that is not taken is not heard
            taken.TrySetResult(false);
        });
        time.At(_playedUntil, () =>
        {
            withdrawal.Dispose(); // one token serves many blocks
            taken.TrySetResult(true);
        });
        return taken.Task;
    }

    /// <inheritdoc/>
    public long Discard()
    {
        var unheard = (long)(Latency.TotalSeconds * speed * format.SampleRate) * format.BytesPerSample;
        _playedUntil = TimeSpan.Zero;
        return unheard;
    }
}
