using System.Runtime.InteropServices;
using PortAudioSharp;
using RealtimeAkka.Actors;
using RealtimeAkka.Actors.Mic;
using RealtimeAkka.Protocol;

namespace RealtimeAkka.Host.Audio;

/// <summary>A microphone: the device's callback writes into the ring and does nothing else.</summary>
public sealed class PortAudioMicrophone(SoundDevice device, TimeSpan frame, TimeProvider clock) : ILiveSource, IDisposable
{
    // A device calls every frame; silence for so long means that it, or the sound server, is frozen.
    private static readonly TimeSpan Frozen = TimeSpan.FromSeconds(2);

    private readonly byte[] _scratch = new byte[Pcm.Bytes(TimeSpan.FromSeconds(1))];
    private PortAudioStream? _stream;
    private long _lastCall;

    /// <inheritdoc/>
    public async Task ListenAsync(FrameRing ring, Action waiting)
    {
        _lastCall = clock.GetTimestamp();
        var stream = PortAudioStream.Start(device, input: true, frame, TimeSpan.FromMilliseconds(100), (input, _, frames, ref _, _, _) =>
        {
            Volatile.Write(ref _lastCall, clock.GetTimestamp());
            var bytes = Math.Min((int)frames * Pcm.BytesPerSample, _scratch.Length);
            Marshal.Copy(input, _scratch, 0, bytes);
            if (ring.Write(_scratch.AsSpan(0, bytes))) waiting();
            return StreamCallbackResult.Continue;
        });
        _stream = stream;

        while (!stream.Ended.IsCompleted)
        {
            await Task.WhenAny(stream.Ended, Task.Delay(Frozen / 2, clock)).ConfigureAwait(false);
            if (!stream.Ended.IsCompleted && clock.GetElapsedTime(Volatile.Read(ref _lastCall)) > Frozen) throw new SoundException($"{device.Name} gives no sound any more.");
        }
    }

    /// <inheritdoc/>
    public void Stop() => _stream?.Stop();

    /// <inheritdoc/>
    public void Dispose() => Stop();
}
