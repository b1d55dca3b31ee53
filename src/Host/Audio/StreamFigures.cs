using System.Diagnostics;
using PortAudioSharp;

namespace RealtimeAkka.Host.Audio;

/// <summary>What the callbacks of one direction did, all openings together. Written by one callback at a time, read by anybody.</summary>
public sealed class StreamFigures
{
    private long _calls, _xruns, _allocated, _last, _longest;

    /// <summary>Callbacks so far.</summary>
    public long Calls => Volatile.Read(ref _calls);

    /// <summary>How often the sound system reported that it was given too little, or that too little was taken.</summary>
    public long Xruns => Volatile.Read(ref _xruns);

    /// <summary>Bytes that callbacks allocated, but for the first, in which the runtime gets to know the thread.</summary>
    public long Allocated => Volatile.Read(ref _allocated);

    /// <summary>The longest time between two callbacks.</summary>
    public TimeSpan Longest => TimeSpan.FromSeconds((double)Volatile.Read(ref _longest) / Stopwatch.Frequency);

    /// <inheritdoc/>
    public override string ToString() => FormattableString.Invariant($"{Calls} callbacks, {Xruns} overruns or underruns, {Allocated} bytes allocated, at most {Longest.TotalMilliseconds:0} ms between two");

    /// <summary>Before the first callback of an opening: what was between is no gap.</summary>
    public void Opened() => _last = 0;

    internal void Called(StreamCallbackFlags flags, long now, long allocated)
    {
        if (_last > 0) _longest = Math.Max(_longest, now - _last);
        if (_last > 0) _allocated += allocated;
        // Priming is the device's own doing.
        if (_last > 0 && (flags & ~StreamCallbackFlags.PrimingOutput) != 0) _xruns++;
        _last = now;
        Volatile.Write(ref _calls, _calls + 1);
    }
}
