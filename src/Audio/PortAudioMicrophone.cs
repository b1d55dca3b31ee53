using System.Runtime.InteropServices;
using PortAudioSharp;
using RealtimeAkka.Actors.Mic;
using RealtimeAkka.Protocol;
using Stream = PortAudioSharp.Stream;

namespace RealtimeAkka.Audio;

/// <summary>A microphone: the device's callback writes into the ring and does nothing else.</summary>
public sealed class PortAudioMicrophone(
    DeviceSelector device, TimeSpan frame, DeviceSettings plan, SoundFormat session, TimeProvider clock) : IDeviceSource, IDisposable
{
    private static readonly TimeSpan Latency = TimeSpan.FromMilliseconds(100);

    private volatile bool _stopped;
    private volatile string? _name;
    private PortAudioStream? _stream;
    private int _openings;

    /// <summary>Figures of the callbacks.</summary>
    public StreamStatistics Figures { get; } = new();

    /// <inheritdoc/>
    public string? DeviceName => _name;

    /// <inheritdoc/>
    public Task ListenAsync(FrameRing ring, Action waiting) => ListenAsync(device.Find, ring, waiting);

    /// <inheritdoc/>
    public Task ListenNextAsync(FrameRing ring, Action waiting)
    {
        _stream?.Stop(); // queued before the next opening
        return ListenAsync(device.FindNext, ring, waiting);
    }

    private async Task ListenAsync(Func<AudioDevice> find, FrameRing ring, Action waiting)
    {
        var opening = Interlocked.Increment(ref _openings);
        Figures.Opened();
        var stream = await PortAudioStream.OpenAsync(
            () => Named(find()), new StreamOptions(Input: true, frame, Latency, plan.OwnFormat), Figures,
            format => Listener(format, ring, waiting)).ConfigureAwait(false);
        var isReplaced = opening != Volatile.Read(ref _openings);
        if (!isReplaced) _stream = stream;
        try
        {
            if (!_stopped && !isReplaced) await stream.WatchAsync(plan.Frozen, clock).ConfigureAwait(false);
        }
        finally
        {
            stream.Stop();
        }
    }

    private AudioDevice Named(AudioDevice found)
    {
        _name = found.Name;
        return found;
    }

    private Stream.Callback Listener(DeviceFormat format, FrameRing ring, Action waiting)
    {
        var converter = DeviceConverter.FromDevice(format, session);
        var scratch = new short[DeviceConverter.Block * format.Channels];
        return (input, _, frames, ref _, _, _) =>
        {
            for (var left = (int)frames; left > 0; left -= DeviceConverter.Block)
            {
                var samples = Math.Min(left, DeviceConverter.Block) * format.Channels;
                Marshal.Copy(input, scratch, 0, samples);
                input += samples * sizeof(short);
                if (ring.Write(converter.Take(scratch.AsSpan(0, samples)))) waiting();
            }
            return StreamCallbackResult.Continue;
        };
    }

    /// <inheritdoc/>
    public void Stop()
    {
        _stopped = true;
        _stream?.Stop();
    }

    /// <inheritdoc/>
    public void Dispose() => Stop();
}
