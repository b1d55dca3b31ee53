using RealtimeAkka.Protocol;

namespace RealtimeAkka.Audio;

/// <summary>One file of a recording: audio at its position in time, silence between. PCM16 mono 24 kHz.</summary>
/// <param name="file">The file written to.</param>
/// <param name="start">The time of its first sample.</param>
public sealed class RecordingTrack(WavWriter file, TimeSpan start)
{
    // The times come from counted samples: a larger difference means that audio is missing.
    private static readonly TimeSpan Slack = TimeSpan.FromMilliseconds(15);

    /// <summary>
    /// Adds audio that begins at <paramref name="at"/>, or (null) follows what was added last: a gap before it is filled with silence, and
    /// audio before the start is dropped.
    /// </summary>
    public void Add(ReadOnlySpan<byte> sound, TimeSpan? at)
    {
        var gap = at is { } time ? time - start - Pcm.Duration(file.Bytes) : TimeSpan.Zero;
        if (gap > Slack) file.WriteSilence(Pcm.Bytes(gap));
        if (at < start) sound = sound[Math.Min(sound.Length, Pcm.Bytes(start - at.Value))..];
        file.Write(sound);
    }
}
