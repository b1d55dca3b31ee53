namespace RealtimeAkka.Protocol.Messages;

/// <summary>Owned by PlaybackActor: what the user shall hear.</summary>
public static class PlaybackMessages
{
    /// <summary>The sender wants to be told when the assistant is heard and when no more.</summary>
    public sealed record Attach;

    /// <summary>Play this sound after all that was told before.</summary>
    public sealed record Play(ResponseId Response, ItemId Item, ReadOnlyMemory<byte> Sound)
    {
        /// <summary>Whose bytes these are, to be disposed of when they are not needed any more; null: the message's own.</summary>
        public IDisposable? Loan { get; init; }
    }

    /// <summary>No more sound of this response: say <see cref="PlaybackFacts.Ended"/> when it was heard.</summary>
    public sealed record Finish(ResponseId Response);

    /// <summary>Silence now, and say what was heard.</summary>
    public sealed record Stop(ResponseId Response);

    /// <summary>Answered with <see cref="Report"/>.</summary>
    public sealed record GetReport;

    /// <summary>Bytes of PCM heard in all, and bytes lost because the queue was full.</summary>
    public sealed record Report(long HeardBytes, long LostBytes);
}

/// <summary>Told by PlaybackActor to whoever ordered the sound.</summary>
public static class PlaybackFacts
{
    /// <summary>
    /// A response is over at the loudspeaker; <c>Item</c> is the last item heard, null where nothing was, and <c>Heard</c> how
    /// much of it was; <c>HeardInAll</c> counts the items before it too.
    /// </summary>
    public sealed record Ended(ResponseId Response, ItemId? Item, TimeSpan Heard, TimeSpan HeardInAll);
}
