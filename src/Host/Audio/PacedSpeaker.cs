using RealtimeAkka.Actors;
using RealtimeAkka.Protocol;

namespace RealtimeAkka.Host.Audio;

/// <summary>
/// A loudspeaker without a device: takes sound as fast as it would be heard, into a file or into nothing. A block that was
/// taken was heard.
/// </summary>
/// <param name="file">Gets what was heard, without the silence between; null: nothing does.</param>
/// <param name="clock">Real time.</param>
/// <param name="speed">1 is real time, 10 is ten times as fast.</param>
public sealed class PacedSpeaker(WavWriter? file, TimeProvider clock, double speed) : ISpeaker
{
    private TimeSpan _playedUntil;

    /// <inheritdoc/>
    public TimeSpan Latency => TimeSpan.Zero;

    /// <inheritdoc/>
    public async Task WriteAsync(ReadOnlyMemory<byte> block, CancellationToken cancellation)
    {
        var now = clock.GetElapsedTime(0);
        // After a pause the clock starts anew; within one voice the blocks follow each other without drift.
        _playedUntil = (_playedUntil > now - TimeSpan.FromMilliseconds(100) ? _playedUntil : now) + Pcm.Duration(block.Length) / speed;
        if (_playedUntil > now) await Task.Delay(_playedUntil - now, clock, cancellation).ConfigureAwait(false);
        file?.Write(block.Span);
    }

    /// <inheritdoc/>
    public long Discard() => 0;
}
