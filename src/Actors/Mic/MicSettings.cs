using RealtimeAkka.Actors.Devices;
using RealtimeAkka.Protocol;

namespace RealtimeAkka.Actors.Mic;

/// <summary>
/// The microphone station. <c>Realtime</c>: a pull source is read at real-time speed, else as fast as credit arrives.
/// <c>EndSilence</c> follows the last audio, so that VAD closes the last turn. <c>ManualSilence</c>: the pause that ends a turn;
/// null: the server detects turns. <c>Ring</c>: maximum live audio waiting for the connection.
/// <c>Replay</c>: maximum audio kept for a new connection.
/// </summary>
public sealed record MicSettings(
    TimeSpan Frame, bool Realtime, TimeSpan EndSilence, TimeSpan? ManualSilence, TimeSpan Ring, TimeSpan Replay, ReopenSettings Reopen)
{
    /// <summary>The format of the session, in which the source delivers.</summary>
    public SoundFormat Format { get; init; } = SoundFormat.Pcm16;
}
