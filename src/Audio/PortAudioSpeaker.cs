using System.Runtime.InteropServices;
using PortAudioSharp;
using RealtimeAkka.Actors.Playback;
using RealtimeAkka.Protocol;
using Stream = PortAudioSharp.Stream;

namespace RealtimeAkka.Audio;

/// <summary>
/// A loudspeaker whose stream stays open for the session, and is silent between responses: closing it would cut off the last two to
/// three periods (measured). Audio that a lost device has not taken is kept for the next one.
/// </summary>
public sealed class PortAudioSpeaker : IDeviceSpeaker, IRecordableSpeaker, IDisposable
{
    // Between the actor and the callback: enough to bridge a pause of the scheduler; dropped at once on a barge-in.
    private static readonly TimeSpan Buffered = TimeSpan.FromMilliseconds(300);
    private static readonly TimeSpan DeviceBlock = TimeSpan.FromMilliseconds(20);

    private readonly SoundFormat _format;
    private readonly PlaybackBuffer _buffer;
    private readonly DeviceSelector _device;
    private readonly DeviceSettings _plan;
    private readonly TimeProvider _clock;
    private readonly PacedSpeaker _instead;
    private PortAudioStream _stream;
    private PlayedAudioTap _tap;
    private bool _watched;
    private volatile bool _disposed;
    private double _deviceLatency;
    private long _heardUntil; // ticks: when the last sample that the device took is heard

    private PortAudioSpeaker(DeviceSelector device, DeviceSettings plan, SoundFormat format, TimeProvider clock)
    {
        (_device, _plan, _format, _clock) = (device, plan, format, clock);
        (_stream, _tap) = (null!, new PlayedAudioTap(format));
        _buffer = new PlaybackBuffer(format.Bytes(Buffered), format.Silence);
        _instead = new PacedSpeaker(null, clock, speed: 1, format);
    }

    /// <summary>Opens the device for a session of this format. Throws <see cref="AudioDeviceException"/> where that fails.</summary>
    public static async Task<PortAudioSpeaker> OpenAsync(DeviceSelector device, DeviceSettings plan, SoundFormat format, TimeProvider clock)
    {
        var speaker = new PortAudioSpeaker(device, plan, format, clock);
        speaker._stream = await speaker.OpenStreamAsync().ConfigureAwait(false);
        return speaker;
    }

    /// <summary>Figures of the callbacks.</summary>
    public StreamStatistics Figures { get; } = new();

    /// <inheritdoc/>
    public ISpeaker Fallback => _instead;

    /// <inheritdoc/>
    public AudioRecorder? Recorder
    {
        get => _instead.Recorder;
        set => _instead.Recorder = value;
    }

    /// <inheritdoc/>
    public TimeSpan Latency =>
        _format.Duration(_buffer.Waiting) + TimeSpan.FromSeconds(Math.Clamp(Volatile.Read(ref _deviceLatency), 0, 2)) + DeviceBlock;

    /// <inheritdoc/>
    public TimeSpan Left => _buffer.Waiting > 0 ? Latency : TimeSpan.FromTicks(Volatile.Read(ref _heardUntil)) - _clock.GetElapsedTime(0);

    /// <inheritdoc/>
    public async Task PlayAsync(Action playing)
    {
        if (_watched) _stream = await OpenStreamAsync().ConfigureAwait(false);
        _watched = true;
        try
        {
            if (_disposed) return;
            playing();
            await _stream.WatchAsync(_plan.Frozen, _clock, () => _tap.Drain(Recorder)).ConfigureAwait(false);
        }
        finally
        {
            _stream.Stop();
            _tap.Drain(Recorder);
        }
    }

    /// <inheritdoc/>
    public async Task<bool> WriteAsync(ReadOnlyMemory<byte> block, CancellationToken cancellation)
    {
        while (_buffer.Free < block.Length)
        {
            // The callback must not wake a thread, so the wait is computed: audio leaves the buffer at a known rate.
            await Task.Delay(_format.Duration(block.Length - _buffer.Free) + TimeSpan.FromMilliseconds(1), _clock, cancellation)
                .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (cancellation.IsCancellationRequested) return false;
        }
        _buffer.Write(block.Span);
        return true;
    }

    /// <inheritdoc/>
    public long Discard() => _buffer.Discard();

    /// <inheritdoc/>
    public void Dispose()
    {
        _disposed = true;
        _stream.Stop();
    }

    private Task<PortAudioStream> OpenStreamAsync()
    {
        Figures.Opened();
        return PortAudioStream.OpenAsync(
            _device.Find, new StreamOptions(Input: false, DeviceBlock, _plan.OutputLatency, _plan.OwnFormat), Figures, Player);
    }

    private Stream.Callback Player(DeviceFormat format)
    {
        var converter = DeviceConverter.ToDevice(format, _format);
        var scratch = new short[DeviceConverter.Block * format.Channels];
        var tap = _tap = new PlayedAudioTap(_format);
        var heard = TimeSpan.Zero; // when the next sample is heard
        DeviceConverter.Source source = sound =>
        {
            var taken = _buffer.Read(sound);
            tap.Write(sound);
            heard += _format.Duration(sound.Length);
            if (taken > 0) Volatile.Write(ref _heardUntil, heard.Ticks);
        };
        return (_, output, frames, ref time, _, _) =>
        {
            var latency = time.outputBufferDacTime - time.currentTime;
            Volatile.Write(ref _deviceLatency, latency);
            heard = _clock.GetElapsedTime(0) + TimeSpan.FromSeconds(Math.Clamp(latency, 0, 2));
            tap.NextIsHeard(heard);
            for (var left = (int)frames; left > 0; left -= DeviceConverter.Block)
            {
                var samples = Math.Min(left, DeviceConverter.Block) * format.Channels;
                converter.Fill(scratch.AsSpan(0, samples), source);
                Marshal.Copy(scratch, 0, output, samples);
                output += samples * sizeof(short);
            }
            return StreamCallbackResult.Continue;
        };
    }
}
