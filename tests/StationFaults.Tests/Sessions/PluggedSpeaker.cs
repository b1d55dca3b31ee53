using RealtimeAkka.Actors.Playback;
using RealtimeAkka.Audio;
using RealtimeAkka.Protocol;

namespace RealtimeAkka.StationFaults.Tests.Sessions;

/// <summary>A speaker that is unplugged once, after taking this much audio; it returns when opened again, or not.</summary>
internal sealed class PluggedSpeaker(TimeSpan goesAfter, bool comesBack = true) : IDeviceSpeaker
{
    private readonly TaskCompletionSource _unplugged = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private TaskCompletionSource _plugged = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private TimeSpan _taken;
    private int _openings;

    /// <inheritdoc/>
    public TimeSpan Latency => TimeSpan.FromMilliseconds(2);

    /// <inheritdoc/>
    public TimeSpan Left => TimeSpan.Zero;

    /// <inheritdoc/>
    public ISpeaker Fallback { get; } = new PacedSpeaker(null, TimeProvider.System, speed: 100, SoundFormat.Pcm16);

    /// <inheritdoc/>
    public async Task<bool> WriteAsync(ReadOnlyMemory<byte> block, CancellationToken cancellation)
    {
        await Task.Yield();
        await Task.WhenAny(_plugged.Task, Task.Delay(Timeout.Infinite, cancellation)).ConfigureAwait(false);
        if (cancellation.IsCancellationRequested) return false;
        _taken += Pcm.Duration(block.Length);
        if (_taken >= goesAfter && _unplugged.TrySetResult()) _plugged = new(TaskCreationOptions.RunContinuationsAsynchronously);
        return true;
    }

    /// <inheritdoc/>
    public long Discard() => 0;

    /// <inheritdoc/>
    public async Task PlayAsync(Action playing)
    {
        if (_openings++ > 0 && !comesBack) throw new IOException("There is no loudspeaker.");
        playing();
        _plugged.TrySetResult();
        await (_openings == 1 ? _unplugged.Task : Task.Delay(Timeout.Infinite)).ConfigureAwait(false);
    }
}
