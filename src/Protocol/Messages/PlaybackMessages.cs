using System.Buffers;

namespace RealtimeAkka.Protocol.Messages;

/// <summary>Owned by PlaybackActor: what the user hears.</summary>
public static class PlaybackMessages
{
    /// <summary>Notify the sender when the assistant is heard and when it no longer is.</summary>
    public sealed record Attach;

    /// <summary>Play this audio after all that was sent before.</summary>
    public sealed record Play(ResponseId Response, ItemId Item, ReadOnlyMemory<byte> Sound)
    {
        /// <summary>
        /// The rented buffer of the bytes; null: the message owns them. It belongs to the receiver, PlaybackActor, which alone disposes of
        /// it, once its queue has copied the audio.
        /// </summary>
        public IMemoryOwner<byte>? Owner { get; init; }
    }

    /// <summary>An audio part of this response is complete: once it was heard the microphone may open, unless more audio follows.</summary>
    public sealed record Pause(ResponseId Response);

    /// <summary>No more audio of this response: send <see cref="PlaybackFacts.Ended"/> when it was heard.</summary>
    public sealed record Finish(ResponseId Response);

    /// <summary>Stop playing now, and report what was heard.</summary>
    public sealed record Stop(ResponseId Response);

    /// <summary>Answered with <see cref="Report"/>.</summary>
    public sealed record GetReport;

    /// <summary>Bytes heard in total, and bytes lost because the queue was full.</summary>
    public sealed record Report(long HeardBytes, long LostBytes);
}

/// <summary>Sent by PlaybackActor to the sender of the audio.</summary>
public static class PlaybackFacts
{
    /// <summary>
    /// The playout of a response is over. <c>Item</c> is the last item heard, null if none; <c>Heard</c> is how much of it was
    /// heard; <c>HeardInAll</c> includes the items before it.
    /// </summary>
    public sealed record Ended(ResponseId Response, ItemId? Item, TimeSpan Heard, TimeSpan HeardInAll)
    {
        /// <summary>Audio of <c>Item</c> that arrived and was not heard.</summary>
        public TimeSpan Unheard { get; init; }
    }
}
