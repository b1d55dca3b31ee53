using RealtimeAkka.Protocol;
using RealtimeAkka.Protocol.Records;

namespace RealtimeAkka.Actors.Turns;

/// <summary>How a user item came to be.</summary>
public enum TurnSource
{
    /// <summary>Voice activity detection.</summary>
    Vad,
    /// <summary>Our commit.</summary>
    Manual,
    /// <summary>Nobody spoke for a while: a silent item.</summary>
    Idle,
}

/// <summary>One user item, told by witnesses who never meet. A transcript is null until its witness has spoken.</summary>
/// <param name="Number">Ours, from 1, in conversation order.</param>
/// <param name="Item">The server's name for it.</param>
/// <param name="Source">How it came to be.</param>
/// <param name="CommittedAt">When the server said <c>committed</c>; latencies and deadlines count from it.</param>
public sealed record Turn(TurnNumber Number, ItemId Item, TurnSource Source, TimeSpan CommittedAt)
{
    /// <summary>Where it lies on the session's sound clock, in ms; null where nobody said.</summary>
    public Speech? Speech { get; init; }

    /// <summary>Where its sound begins at the latest, in ms on the session's sound clock.</summary>
    public long SoundFromMs { get; init; }

    /// <summary>The model's own transcript.</summary>
    public OutOfBandTranscript? Oob { get; init; }

    /// <summary>The built-in transcript.</summary>
    public AsrTranscript? Asr { get; init; }

    /// <summary>A transcript that looked made up, while it is asked for again and after; null: it was not.</summary>
    public OutOfBandTranscript? Suspect { get; init; }

    /// <summary>Both transcripts are terminal; the answer and the sound never hold a transcript back.</summary>
    public bool IsJoined => Oob is not null && Asr is not null;

    /// <summary>A transcript of it may still come late.</summary>
    public bool MayBeAmended => Oob?.Status == ResultStatus.TimedOut || Asr?.Status == ResultStatus.TimedOut;
}

/// <summary>The user's sound before <c>BeforeMs</c>, on the session's sound clock, is not needed again; <c>Quiet</c>: nobody speaks and no turn is open.</summary>
public readonly record struct SoundNeed(long BeforeMs, bool Quiet);

/// <summary>From the prefix padding to the end of the silence window, in ms; <c>EndMs</c> null while it lasts.</summary>
public readonly record struct Speech(long StartMs, long? EndMs)
{
    /// <summary>The loudest 100 ms of it, as RMS from 0 to 1; null where that is not known.</summary>
    public double? Loudest { get; init; }

    /// <summary>How long it was; zero while it lasts.</summary>
    public TimeSpan Length => EndMs is { } end && end > StartMs ? TimeSpan.FromMilliseconds(end - StartMs) : TimeSpan.Zero;
}
