using RealtimeAkka.Protocol.Records;

namespace RealtimeAkka.Protocol.Messages;

/// <summary>Owned by TurnCoordinatorActor: reports about turns. Transcripts arrive as <see cref="OutOfBandFacts.Answered"/>.</summary>
public static class TurnMessages
{
    /// <summary>
    /// Send each turn to the sender as <see cref="TurnFacts.Published"/>. <c>Tools</c>: also each <see cref="ToolMessages.Call"/> of the
    /// model, to be answered with <see cref="ToolMessages.Returned"/>.
    /// </summary>
    public sealed record Attach(bool Tools = false);

    /// <summary>
    /// The audio of the connection that just opened begins at this position, in ms on the session's audio clock: the server's
    /// clock is 0 there. Sent by the microphone, which receives <see cref="MicMessages.Release"/> in return.
    /// </summary>
    public sealed record AudioOffset(long AtMs);

    /// <summary>
    /// The audio from this position on, in ms on the session's audio clock, was spoken at this time, in ms since the session opened: the
    /// input was paused before it. The first one, 0 and 0, is sent when the session opens, which is at <c>Now</c>.
    /// </summary>
    public sealed record AudioPaused(long AtMs, long ClockMs, TimeSpan Now);

    /// <summary>The microphone ends a turn itself, at this position in ms on the session's audio clock.</summary>
    public sealed record ManualCommit(long AtMs);

    /// <summary>
    /// The microphone has sent everything. The last of it that is not plainly silent ends here, in ms on the session's audio clock;
    /// the server may still report speech up to this position.
    /// </summary>
    public sealed record AudioEnded(long SpokenToMs);

    /// <summary>The caller has pressed a key of the telephone: 0 to 9, A to D, * or #. Shows none.</summary>
    public sealed record KeyPressed(char Key)
    {
        /// <inheritdoc/>
        public override string ToString() => nameof(KeyPressed);
    }

    /// <summary>
    /// The call is to end, for this reason: let the assistant say its last words, then answer with a notice and
    /// <see cref="SessionMessages.Stop"/>.
    /// </summary>
    public sealed record Leave(Notice Reason);

    /// <summary>Answer <see cref="SocketMessages.Reopen"/> in the first pause between two turns.</summary>
    public sealed record AwaitPause;

    /// <summary>No more speech will come: answer <see cref="SessionMessages.Drained"/> when nothing is open, or at the deadline.</summary>
    public sealed record Drain;
}

/// <summary>Sent by TurnCoordinatorActor to the actors that attached.</summary>
public static class TurnFacts
{
    /// <summary>A turn is joined, or a joined one is amended.</summary>
    public sealed record Published(TurnRecord Turn);
}
