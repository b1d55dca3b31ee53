using RealtimeAkka.Protocol;

namespace RealtimeAkka.Actors.Mic;

/// <summary>
/// Ends a turn of a patient source by a pause, where the server detects none (<c>turn_detection: null</c>): speech, then
/// <paramref name="Pause"/> of quiet.
/// </summary>
public sealed record PauseDetector(TimeSpan Pause)
{
    // About -40 dBFS: above the noise of a recording, below quiet speech.
    private const double SpeechRms = 0.01;

    // The server refuses less than 100 ms (docs/protocol.md 8); a click is no turn either.
    private static readonly TimeSpan LeastSpeech = TimeSpan.FromMilliseconds(120);

    private TimeSpan Spoken { get; init; }
    private TimeSpan Quiet { get; init; }

    /// <summary>There is speech that no commit has ended yet.</summary>
    public bool HasSpeech => Spoken >= LeastSpeech;

    /// <summary>After a frame; <c>Commit</c> says that a turn ends with it.</summary>
    public (PauseDetector Next, bool Commit) On(ReadOnlySpan<byte> frame)
    {
        var length = Pcm.Duration(frame.Length);
        if (Pcm.Rms(frame) >= SpeechRms) return (this with { Spoken = Spoken + length, Quiet = TimeSpan.Zero }, false);

        var quiet = Quiet + length;
        return quiet >= Pause ? (new PauseDetector(Pause), HasSpeech) : (this with { Quiet = quiet }, false);
    }
}
