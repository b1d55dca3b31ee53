namespace RealtimeAkka.Actors.Mic;

/// <summary>
/// Ends a turn at a pause, if the server detects no turns (<c>turn_detection: null</c>): speech, then <paramref name="Pause"/>
/// of quiet.
/// </summary>
public readonly record struct PauseDetector(TimeSpan Pause)
{
    // About -40 dBFS: above the noise of a recording, below quiet speech.
    private const double SpeechRms = 0.01;

    // The server rejects a commit of less than 100 ms (docs/protocol.md 8), and a click is no turn.
    private static readonly TimeSpan MinSpeech = TimeSpan.FromMilliseconds(120);

    private TimeSpan Spoken { get; init; }
    private TimeSpan Quiet { get; init; }

    /// <summary>There is speech that no commit has ended yet.</summary>
    public bool HasSpeech => Spoken >= MinSpeech;

    /// <summary>The state after a frame; <c>Commit</c>: a turn ends with it.</summary>
    public (PauseDetector Next, bool Commit) On(AudioFrame frame)
    {
        if (frame.Level >= SpeechRms) return (this with { Spoken = Spoken + frame.Duration, Quiet = TimeSpan.Zero }, false);

        var quiet = Quiet + frame.Duration;
        return quiet >= Pause ? (new PauseDetector(Pause), HasSpeech) : (this with { Quiet = quiet }, false);
    }
}
