using System.Text.Json;
using RealtimeAkka.Protocol.Records;

namespace RealtimeAkka.Protocol.Messages;

/// <summary>Owned by TurnCoordinatorActor: what the other stations know about a turn.</summary>
public static class TurnMessages
{
    /// <summary>The out-of-band transcript of a turn is in a terminal state, possibly for the second time.</summary>
    public sealed record TranscriptArrived(OutOfBandResult Result);

    /// <summary>
    /// The sound of the connection that just opened begins at this place, in ms on the session's sound clock: the server's
    /// clock stands at 0 there. Told by the microphone, which hears in return what it may release.
    /// </summary>
    public sealed record SoundStarts(long AtMs);

    /// <summary>The microphone ends a turn itself, at this place in ms on the session's sound clock.</summary>
    public sealed record Committing(long AtMs);

    /// <summary>Answer <see cref="SocketMessages.Reopen"/> in the first pause between two turns.</summary>
    public sealed record AwaitPause;

    /// <summary>Nothing more will be said: answer <see cref="SessionMessages.Drained"/> when nothing is open, or at the deadline.</summary>
    public sealed record Drain;
}

/// <summary>The terminal state of an out-of-band request. <c>CostUsd</c> covers all its attempts; null without a price.</summary>
public sealed record OutOfBandResult(
    OutOfBandRequest Request, ResultStatus Status, string? Text, ResponseId? ResponseId, string Context, int Attempts,
    JsonElement? Usage, decimal? CostUsd, string? Error);
