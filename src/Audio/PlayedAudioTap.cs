using RealtimeAkka.Actors.Mic;
using RealtimeAkka.Protocol;

namespace RealtimeAkka.Audio;

/// <summary>
/// Passes the audio taken by one opening of a loudspeaker from the device's callback, which may not wait, to the recording. The time
/// of each sample follows from its number, because a person hears by the device's clock.
/// </summary>
/// <param name="format">The format of the session.</param>
public sealed class PlayedAudioTap(SoundFormat format)
{
    private static readonly TimeSpan Frame = TimeSpan.FromMilliseconds(20);
    private static readonly TimeSpan Kept = TimeSpan.FromSeconds(2);

    private readonly FrameRing _ring = new((int)(Kept / Frame), format.Bytes(Frame));
    private readonly byte[] _frame = new byte[format.Bytes(Frame)];
    private long _taken;   // bytes; written by the callback only
    private long _origin;  // ticks: when the first sample was heard, by the callback's latest estimate
    private TimeSpan? _next;

    /// <summary>Callback: the device takes this audio.</summary>
    public void Write(ReadOnlySpan<byte> sound)
    {
        _ring.Write(sound);
        _taken += sound.Length;
    }

    /// <summary>Callback: the time at which the next audio taken will be heard.</summary>
    public void NextIsHeard(TimeSpan at) => Volatile.Write(ref _origin, (at - format.Duration(_taken)).Ticks);

    /// <summary>Passes waiting audio to the recorder; null discards it.</summary>
    public void Drain(AudioRecorder? recorder)
    {
        while (_ring.Any)
        {
            // Read once: by now the device runs evenly, and from here on its samples are the clock.
            _next ??= TimeSpan.FromTicks(Volatile.Read(ref _origin));
            _ring.TryRead(_frame);
            _next += Frame * _ring.TakeLost();
            recorder?.Heard(_frame, _next.Value);
            _next += Frame;
        }
    }
}
