using RealtimeAkka.Actors.Mic;

namespace RealtimeAkka.Hosting.Replay;

/// <summary>
/// A recorded file or pipe. What comes after a pause of the input can be read when it was spoken, and not before; of an input that was read
/// faster than that each frame when it was sent.
/// </summary>
/// <param name="sound">What was sent.</param>
/// <param name="length">Its length in bytes; null: the recording does not say where the input ended.</param>
/// <param name="framesAt">When the first frames were sent, since the recording began; none: they follow each other at their pace.</param>
/// <param name="time">The clock.</param>
/// <param name="origin">The time on it at which the recording begins.</param>
internal sealed class ReplaySource(
    RecordedSound sound, long? length, IReadOnlyList<TimeSpan> framesAt, VirtualTime time, TimeSpan origin) : IPullAudioSource
{
    private long _place;
    private int _frames;

    /// <inheritdoc/>
    public ValueTask<int> ReadAsync(Memory<byte> frame, CancellationToken cancellation)
    {
        var bytes = (int)Math.Min(frame.Length, (length ?? long.MaxValue) - _place);
        if (bytes <= 0) return new(0);
        var due = _frames < framesAt.Count ? framesAt[_frames] : sound.After(_place);
        if (due is not { } at || origin + at <= time.Now) return new(Read(frame.Span[..bytes]));
        var reading = new TaskCompletionSource<int>(); // its continuations run at once
        time.At(origin + at, () => reading.TrySetResult(Read(frame.Span[..bytes])));
        return new(reading.Task);
    }

    private int Read(Span<byte> frame)
    {
        sound.Read(frame, _place);
        _place += frame.Length;
        _frames++;
        return frame.Length;
    }
}

/// <summary>A recorded microphone: delivers a frame whenever one is due, whether it is read or not.</summary>
/// <param name="sound">What was sent.</param>
/// <param name="frame">The length of a frame.</param>
/// <param name="frameBytes">The same in bytes.</param>
/// <param name="time">The clock.</param>
internal sealed class ReplayMicrophone(RecordedSound sound, TimeSpan frame, int frameBytes, VirtualTime time) : ILiveAudioSource
{
    private readonly TaskCompletionSource _stopped = new();

    /// <inheritdoc/>
    public Task ListenAsync(FrameRing ring, Action waiting)
    {
        Deliver(time.Now + frame, ring, waiting);
        return _stopped.Task;
    }

    /// <inheritdoc/>
    public void Stop() => _stopped.TrySetResult();

    private void Deliver(TimeSpan at, FrameRing ring, Action waiting) => time.At(at, () =>
    {
        if (_stopped.Task.IsCompleted) return;
        var bytes = new byte[frameBytes];
        sound.Read(bytes);
        if (ring.Write(bytes)) waiting();
        Deliver(at + frame, ring, waiting);
    });
}
