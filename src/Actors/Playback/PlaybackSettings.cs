using RealtimeAkka.Actors.Devices;
using RealtimeAkka.Protocol;

namespace RealtimeAkka.Actors.Playback;

/// <summary>
/// The playback station. <c>Block</c>: audio handed to the device at once; <c>Limit</c>: maximum audio waiting; <c>EchoTail</c>: mute
/// after the last heard sample.
/// </summary>
public sealed record PlaybackSettings(TimeSpan Block, TimeSpan Limit, bool MuteWhileHeard, TimeSpan EchoTail, ReopenSettings Reopen)
{
    /// <summary>The format of the session.</summary>
    public SoundFormat Format { get; init; } = SoundFormat.Pcm16;
}
