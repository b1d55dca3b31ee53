using System.Diagnostics;
using PortAudioSharp;

namespace RealtimeAkka.Audio;

/// <summary>Figures of the callbacks of one direction, over all openings. Written by one callback at a time, read by any thread.</summary>
public sealed class StreamStatistics
{
    private long _calls, _xruns, _allocated, _last, _longest;

    /// <summary>Callbacks so far.</summary>
    public long Calls => Volatile.Read(ref _calls);

    /// <summary>How often the sound system reported an overrun or an underrun.</summary>
    public long Xruns => Volatile.Read(ref _xruns);

    /// <summary>Bytes allocated by callbacks, without the first of each opening, in which the runtime registers the thread.</summary>
    public long Allocated => Volatile.Read(ref _allocated);

    /// <summary>The longest time between two callbacks.</summary>
    public TimeSpan Longest => TimeSpan.FromSeconds((double)Volatile.Read(ref _longest) / Stopwatch.Frequency);

    /// <inheritdoc/>
    public override string ToString() =>
        FormattableString.Invariant(
        $"{Calls} callbacks, {Xruns} overruns or underruns, {Allocated} bytes allocated, at most {Longest.TotalMilliseconds:0} ms between two");

    /// <summary>Call this before the first callback of an opening: the time since the last opening is no gap.</summary>
    public void Opened() => _last = 0;

    internal void Called(StreamCallbackFlags flags, long now, long allocated)
    {
        if (_last > 0) _longest = Math.Max(_longest, now - _last);
        if (_last > 0) _allocated += allocated;
        // Priming is done by the device, and is no fault.
        if (_last > 0 && (flags & ~StreamCallbackFlags.PrimingOutput) != 0) _xruns++;
        _last = now;
        Volatile.Write(ref _calls, _calls + 1);
    }
}
