using RealtimeAkka.Protocol.Records;

namespace RealtimeAkka.Protocol.Messages;

/// <summary>Owned by TurnCoordinatorActor: what the other stations know about a turn. Transcripts come as <see cref="OutOfBandFacts.Answered"/>.</summary>
public static class TurnMessages
{
    /// <summary>
    /// The sender wants to be told each turn: <see cref="TurnFacts.Told"/>. <c>Tools</c>: and each <see cref="ToolMessages.Call"/> of the
    /// model's, to answer with <see cref="ToolMessages.Returned"/>.
    /// </summary>
    public sealed record Attach(bool Tools = false);

    /// <summary>
    /// The sound of the connection that just opened begins at this place, in ms on the session's sound clock: the server's
    /// clock stands at 0 there. Told by the microphone, which hears in return what it may release.
    /// </summary>
    public sealed record SoundStarts(long AtMs);

    /// <summary>The microphone ends a turn itself, at this place in ms on the session's sound clock.</summary>
    public sealed record Committing(long AtMs);

    /// <summary>
    /// The microphone has sent all there is. The last of it that is not plainly silent ends here, in ms on the session's sound clock:
    /// until the server has spoken of that, it may still be about to.
    /// </summary>
    public sealed record SoundEnded(long SpokenToMs);

    /// <summary>Answer <see cref="SocketMessages.Reopen"/> in the first pause between two turns.</summary>
    public sealed record AwaitPause;

    /// <summary>Nothing more will be said: answer <see cref="SessionMessages.Drained"/> when nothing is open, or at the deadline.</summary>
    public sealed record Drain;
}

/// <summary>Told by TurnCoordinatorActor to whoever attached.</summary>
public static class TurnFacts
{
    /// <summary>A turn is joined, or a joined one is amended.</summary>
    public sealed record Told(TurnRecord Turn);
}
