using RealtimeAkka.Protocol;

namespace RealtimeAkka.Actors.Mic;

/// <summary>What an Enter comes to.</summary>
public enum TalkStep
{
    /// <summary>Nothing yet.</summary>
    None,
    /// <summary>What was said until now is a turn.</summary>
    Commit,
    /// <summary>There was nothing that could be one.</summary>
    NothingSaid,
}

/// <summary>
/// Ends a turn by Enter, where the server detects none (<c>turn_detection: null</c>). Who presses it has just spoken, and the last
/// word is still on its way through the device: the turn ends when it has arrived.
/// </summary>
public sealed record PushToTalk
{
    // About -50 dBFS: above the noise of a quiet room, below any speech that a person would call one.
    private const double SoundRms = 0.003;

    // The server refuses less (docs/protocol.md 8).
    private static readonly TimeSpan LeastSound = TimeSpan.FromMilliseconds(100);

    // A microphone is heard 30 to 100 ms late.
    private static readonly TimeSpan DeviceDelay = TimeSpan.FromMilliseconds(120);

    private TimeSpan Said { get; init; }
    private TimeSpan? Left { get; init; }

    /// <summary>Enter, while <paramref name="waiting"/> of sound has not been looked at; pressed again meanwhile it means nothing.</summary>
    public PushToTalk Pressed(TimeSpan waiting) => Left is null ? this with { Left = waiting + DeviceDelay } : this;

    /// <summary>After a frame as it is sent; silence where the microphone is muted.</summary>
    public (PushToTalk Next, TalkStep Step) On(ReadOnlySpan<byte> frame)
    {
        var length = Pcm.Duration(frame.Length);
        var said = Pcm.Rms(frame) >= SoundRms ? Said + length : Said;
        if (Left is not { } left) return (this with { Said = said }, TalkStep.None);
        if (left > length) return (this with { Said = said, Left = left - length }, TalkStep.None);
        return said >= LeastSound ? (new PushToTalk(), TalkStep.Commit) : (this with { Said = said, Left = null }, TalkStep.NothingSaid);
    }
}
