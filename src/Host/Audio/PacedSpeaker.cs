using RealtimeAkka.Actors;
using RealtimeAkka.Protocol;

namespace RealtimeAkka.Host.Audio;

/// <summary>
/// A loudspeaker without a device: takes sound as fast as it would be heard, into a file or into nothing. Into nothing it
/// takes a little ahead, as a device does, so that its owner is woken ten times in a second of voice and not with each
/// block; where somebody keeps what was heard, a block that was taken was heard.
/// </summary>
/// <param name="file">Gets what was heard, without the silence between; null: nothing does.</param>
/// <param name="clock">Real time.</param>
/// <param name="speed">1 is real time, 10 is ten times as fast.</param>
public sealed class PacedSpeaker(WavWriter? file, TimeProvider clock, double speed) : IRecordedSpeaker
{
    // What may be taken before it is heard; there is room again when half of it was.
    private static readonly TimeSpan Ahead = TimeSpan.FromMilliseconds(200);

    private static readonly Task<bool> Taken = Task.FromResult(true);

    private TimeSpan _playedUntil;

    /// <summary>Is told what was heard; null: nobody is.</summary>
    public SoundRecorder? Recorder { get; set; }

    /// <inheritdoc/>
    public bool IsHeard => file is not null || Recorder is not null;

    /// <inheritdoc/>
    public TimeSpan Latency => Left is { Ticks: > 0 } ahead ? ahead : TimeSpan.Zero;

    /// <inheritdoc/>
    public TimeSpan Left => _playedUntil - clock.GetElapsedTime(0);

    /// <inheritdoc/>
    public Task<bool> WriteAsync(ReadOnlyMemory<byte> block, CancellationToken cancellation)
    {
        var now = clock.GetElapsedTime(0);
        // After a pause the clock starts anew; within one voice the blocks follow each other without drift.
        var from = _playedUntil > now - TimeSpan.FromMilliseconds(100) ? _playedUntil : now;
        _playedUntil = from + Pcm.Duration(block.Length) / speed;
        if (IsHeard) return KeepAsync(block, from, _playedUntil - now, cancellation);
        return _playedUntil - now <= Ahead ? Taken : WaitAsync(from, _playedUntil - now - Ahead / 2, cancellation);
    }

    /// <inheritdoc/>
    public long Discard()
    {
        var unheard = (long)(Latency.TotalSeconds * speed * Pcm.SampleRate) * Pcm.BytesPerSample;
        _playedUntil = TimeSpan.Zero;
        return unheard;
    }

    private async Task<bool> KeepAsync(ReadOnlyMemory<byte> block, TimeSpan from, TimeSpan wait, CancellationToken cancellation)
    {
        if (!await WaitAsync(from, wait, cancellation).ConfigureAwait(false)) return false;
        file?.Write(block.Span);
        Recorder?.Heard(block.ToArray(), from); // a block is only lent
        return true;
    }

    // What was not taken is not heard either: the clock goes back to where it would have begun. Every interruption comes by here: an
    // exception for each would be dear.
    private async Task<bool> WaitAsync(TimeSpan from, TimeSpan wait, CancellationToken cancellation)
    {
        if (wait > TimeSpan.Zero) await Task.Delay(wait, clock, cancellation).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (!cancellation.IsCancellationRequested) return true;
        _playedUntil = from;
        return false;
    }
}
