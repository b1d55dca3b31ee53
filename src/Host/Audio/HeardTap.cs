using RealtimeAkka.Actors.Mic;
using RealtimeAkka.Protocol;

namespace RealtimeAkka.Host.Audio;

/// <summary>
/// What one opening of a loudspeaker took, on its way from the device's callback, which may not wait, to the recording. When each
/// sample is heard follows from its number: the device's clock is what a person hears.
/// </summary>
public sealed class HeardTap
{
    private static readonly TimeSpan Frame = TimeSpan.FromMilliseconds(20);
    private static readonly TimeSpan Kept = TimeSpan.FromSeconds(2);

    private readonly FrameRing _ring = new((int)(Kept / Frame), Pcm.Bytes(Frame));
    private long _taken;   // bytes, by the callback only
    private long _origin;  // ticks: when the first sample was heard, as the callback sees it now
    private TimeSpan? _next;

    /// <summary>Callback: the device takes this.</summary>
    public void Write(ReadOnlySpan<byte> sound)
    {
        _ring.Write(sound);
        _taken += sound.Length;
    }

    /// <summary>Callback: what it takes next will be heard at this time.</summary>
    public void NextIsHeard(TimeSpan at) => Volatile.Write(ref _origin, (at - Pcm.Duration(_taken)).Ticks);

    /// <summary>Hands on what waits.</summary>
    public void Drain(SoundRecorder? recorder)
    {
        while (_ring.Any)
        {
            // Once: by now the device runs evenly, and from then on its samples are the clock.
            _next ??= TimeSpan.FromTicks(Volatile.Read(ref _origin));
            var sound = new byte[_ring.FrameBytes];
            _ring.TryRead(sound);
            _next += Frame * _ring.TakeLost();
            recorder?.Heard(sound, _next.Value);
            _next += Frame;
        }
    }
}
