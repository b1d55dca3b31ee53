using RealtimeAkka.Actors.Devices;

namespace RealtimeAkka.Actors.Playback;

/// <summary>
/// The playback station. <c>Block</c>: audio handed to the device at once; <c>Limit</c>: maximum audio waiting; <c>EchoTail</c>: mute
/// after the last heard sample.
/// </summary>
public sealed record PlaybackSettings(TimeSpan Block, TimeSpan Limit, bool MuteWhileHeard, TimeSpan EchoTail, ReopenSettings Reopen);
