using System.Runtime.InteropServices;
using PortAudioSharp;
using RealtimeAkka.Actors;
using RealtimeAkka.Protocol;

namespace RealtimeAkka.Host.Audio;

/// <summary>
/// A loudspeaker whose stream stays open for the session, silent while there is nothing to say: closing it would cut the last
/// periods off (measured: two to three).
/// </summary>
public sealed class PortAudioSpeaker : ISpeaker, IDisposable
{
    // Between the actor and the callback: enough to bridge a pause of the scheduler, little enough to stop within 50 ms
    // together with what the device holds.
    private static readonly TimeSpan Buffered = TimeSpan.FromMilliseconds(100);
    // There is room after a block's length; none for so long means that the device, or the sound server, is frozen.
    private static readonly TimeSpan Frozen = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan DeviceBlock = TimeSpan.FromMilliseconds(20);

    private readonly PlaybackBuffer _buffer = new(Pcm.Bytes(Buffered));
    private readonly byte[] _scratch = new byte[Pcm.Bytes(TimeSpan.FromSeconds(1))];
    private readonly TimeProvider _clock;
    private readonly PortAudioStream _stream;
    private readonly SoundDevice _device;
    private double _deviceLatency;

    /// <summary>Opens the device. Throws <see cref="SoundException"/> where that fails.</summary>
    public PortAudioSpeaker(SoundDevice device, TimeProvider clock)
    {
        (_device, _clock) = (device, clock);
        _stream = PortAudioStream.Start(device, input: false, DeviceBlock, TimeSpan.FromMilliseconds(100), (_, output, frames, ref time, _, _) =>
        {
            var bytes = Math.Min((int)frames * Pcm.BytesPerSample, _scratch.Length);
            _buffer.Read(_scratch.AsSpan(0, bytes));
            Marshal.Copy(_scratch, 0, output, bytes);
            Volatile.Write(ref _deviceLatency, time.outputBufferDacTime - time.currentTime);
            return StreamCallbackResult.Continue;
        });
    }

    /// <inheritdoc/>
    public TimeSpan Latency => Pcm.Duration(_buffer.Waiting) + TimeSpan.FromSeconds(Math.Clamp(Volatile.Read(ref _deviceLatency), 0, 2)) + DeviceBlock;

    /// <inheritdoc/>
    public async Task WriteAsync(ReadOnlyMemory<byte> block, CancellationToken cancellation)
    {
        var since = _clock.GetTimestamp();
        while (_buffer.Free < block.Length)
        {
            if (_clock.GetElapsedTime(since) > Frozen) throw new SoundException($"{_device.Name} takes no sound any more.");
            if (_stream.Ended.IsCompleted) throw new SoundException($"{_device.Name} has ended by itself. Is it still there?");
            // The callback must not wake anyone up, so the wait is computed: sound leaves the buffer at a known rate.
            await Task.Delay(Pcm.Duration(block.Length - _buffer.Free) + TimeSpan.FromMilliseconds(1), _clock, cancellation).ConfigureAwait(false);
        }
        _buffer.Write(block.Span);
    }

    /// <inheritdoc/>
    public long Discard() => _buffer.Discard();

    /// <inheritdoc/>
    public void Dispose() => _stream.Stop();
}
