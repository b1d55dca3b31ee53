using RealtimeAkka.Actors.Mic;
using RealtimeAkka.Protocol;

namespace RealtimeAkka.Audio;

/// <summary>One file of a recording: audio at its position in time, silence between.</summary>
/// <param name="file">The file written to.</param>
/// <param name="start">The time of its first sample.</param>
/// <param name="format">The format of the session.</param>
public sealed class RecordingTrack(WavWriter file, TimeSpan start, SoundFormat format)
{
    /// <summary>
    /// Adds audio that begins at <paramref name="at"/>, or (null) follows what was added last: a gap before it is filled with silence, and
    /// audio before the start is dropped.
    /// </summary>
    public void Add(ReadOnlySpan<byte> sound, TimeSpan? at)
    {
        if (at is { } time && SentTimeline.Pause(file.Length, time - start) is { Ticks: > 0 } gap) file.WriteSilence(gap);
        if (at < start) sound = sound[Math.Min(sound.Length, format.Bytes(start - at.Value))..];
        file.Write(sound);
    }
}
