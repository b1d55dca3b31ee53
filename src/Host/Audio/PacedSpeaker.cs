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
public sealed class PacedSpeaker(WavWriter? file, TimeProvider clock, double speed) : IRecordedSpeaker
{
    private TimeSpan _playedUntil;

    /// <summary>Is told what was heard; null: nobody is.</summary>
    public SoundRecorder? Recorder { get; set; }

    /// <inheritdoc/>
    public TimeSpan Latency => TimeSpan.Zero;

    /// <inheritdoc/>
    public async Task WriteAsync(ReadOnlyMemory<byte> block, CancellationToken cancellation)
    {
        var now = clock.GetElapsedTime(0);
        // After a pause the clock starts anew; within one voice the blocks follow each other without drift.
        var from = _playedUntil > now - TimeSpan.FromMilliseconds(100) ? _playedUntil : now;
        _playedUntil = from + Pcm.Duration(block.Length) / speed;
        if (_playedUntil > now) await Task.Delay(_playedUntil - now, clock, cancellation).ConfigureAwait(false);
        file?.Write(block.Span);
        Recorder?.Heard(block, from);
    }

    /// <inheritdoc/>
    public long Discard() => 0;
}
