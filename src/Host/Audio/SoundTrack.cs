using RealtimeAkka.Protocol;

namespace RealtimeAkka.Host.Audio;

/// <summary>One file of a recording: sound at its place in time, silence between. PCM16 mono 24 kHz.</summary>
/// <param name="file">Gets it.</param>
/// <param name="start">The time of its first sample.</param>
public sealed class SoundTrack(WavWriter file, TimeSpan start)
{
    // Who says when sound was heard counts in samples; only where something is missing does it lie further away than this.
    private static readonly TimeSpan Slack = TimeSpan.FromMilliseconds(15);

    /// <summary>
    /// Adds sound that begins at <paramref name="at"/>, or follows what was added last: what is missing before it is silence, and
    /// what was before the start is not kept.
    /// </summary>
    public void Add(ReadOnlySpan<byte> sound, TimeSpan? at)
    {
        var gap = at is { } time ? time - start - Pcm.Duration(file.Bytes) : TimeSpan.Zero;
        if (gap > Slack) file.WriteSilence(Pcm.Bytes(gap));
        if (at < start) sound = sound[Math.Min(sound.Length, Pcm.Bytes(start - at.Value))..];
        file.Write(sound);
    }
}
