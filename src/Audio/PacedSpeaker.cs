using RealtimeAkka.Protocol;

namespace RealtimeAkka.Audio;

/// <summary>
/// A loudspeaker without a device: takes audio at the pace at which it would be heard, into a file or into nothing. If nothing records
/// it, audio is taken up to 200 ms ahead, as a device does, so that the caller is woken ten times per second of audio and not with each
/// block; if it is recorded, a block that was taken was heard.
/// </summary>
/// <param name="file">Gets what was heard, without the silence between; null: no file.</param>
/// <param name="clock">Real time.</param>
/// <param name="speed">1 is real time, 10 is ten times as fast.</param>
/// <param name="format">The format of the session.</param>
public sealed class PacedSpeaker(WavWriter? file, TimeProvider clock, double speed, SoundFormat format) : IRecordableSpeaker
{
    // Maximum audio taken before it is heard; once full, there is room again when half of it was heard.
    private static readonly TimeSpan Ahead = TimeSpan.FromMilliseconds(200);

    private static readonly Task<bool> Taken = Task.FromResult(true);

    private TimeSpan _playedUntil;

    /// <summary>Receives what was heard; null: no recording.</summary>
    public AudioRecorder? Recorder { get; set; }

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
        // After a pause the clock starts anew; within a response the blocks follow each other without drift.
        var from = _playedUntil > now - TimeSpan.FromMilliseconds(100) ? _playedUntil : now;
        _playedUntil = from + format.Duration(block.Length) / speed;
        if (IsHeard) return KeepAsync(block, from, _playedUntil - now, cancellation);
        return _playedUntil - now <= Ahead ? Taken : WaitAsync(from, _playedUntil - now - Ahead / 2, cancellation);
    }

    /// <inheritdoc/>
    public long Discard()
    {
        var unheard = (long)(Latency.TotalSeconds * speed * format.SampleRate) * format.BytesPerSample;
        _playedUntil = TimeSpan.Zero;
        return unheard;
    }

    private async Task<bool> KeepAsync(ReadOnlyMemory<byte> block, TimeSpan from, TimeSpan wait, CancellationToken cancellation)
    {
        if (!await WaitAsync(from, wait, cancellation).ConfigureAwait(false)) return false;
        file?.Write(block.Span);
        Recorder?.Heard(block.Span, from);
        return true;
    }

    // A block not taken is not heard either: the clock goes back to its start. Every barge-in comes through here, so cancellation
    // does not throw: an exception each time would be expensive.
    private async Task<bool> WaitAsync(TimeSpan from, TimeSpan wait, CancellationToken cancellation)
    {
        if (wait > TimeSpan.Zero) await Task.Delay(wait, clock, cancellation).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (!cancellation.IsCancellationRequested) return true;
        _playedUntil = from;
        return false;
    }
}
