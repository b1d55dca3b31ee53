namespace RealtimeAkka.Actors.Mic;

/// <summary>The result of pressing Enter.</summary>
public enum PushToTalkStep
{
    /// <summary>Nothing yet.</summary>
    None,
    /// <summary>A turn ends here.</summary>
    Commit,
    /// <summary>There was too little sound for a turn.</summary>
    NothingSaid,
}

/// <summary>
/// Ends a turn when Enter is pressed, if the server detects no turns (<c>turn_detection: null</c>). At that moment the last word is
/// still on its way through the device: the turn ends when it has arrived.
/// </summary>
public readonly record struct PushToTalk
{
    // The server rejects a shorter commit (docs/protocol.md 8).
    private static readonly TimeSpan MinSound = TimeSpan.FromMilliseconds(100);

    // A microphone delivers sound 30 to 100 ms late.
    private static readonly TimeSpan DeviceDelay = TimeSpan.FromMilliseconds(120);

    private TimeSpan Said { get; init; }
    private TimeSpan? Left { get; init; }

    /// <summary>Enter, while <paramref name="waiting"/> of audio is unprocessed; no effect if one is pending.</summary>
    public PushToTalk Pressed(TimeSpan waiting) => Left is null ? this with { Left = waiting + DeviceDelay } : this;

    /// <summary>The state after a frame as it is sent: silence while the microphone is muted.</summary>
    public (PushToTalk Next, PushToTalkStep Step) On(AudioFrame frame)
    {
        var length = frame.Duration;
        var said = frame.IsSilent ? Said : Said + length;
        if (Left is not { } left) return (this with { Said = said }, PushToTalkStep.None);
        if (left > length) return (this with { Said = said, Left = left - length }, PushToTalkStep.None);
        return said >= MinSound ? (new PushToTalk(), PushToTalkStep.Commit)
            : (this with { Said = said, Left = null }, PushToTalkStep.NothingSaid);
    }
}
