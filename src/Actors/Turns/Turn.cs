using RealtimeAkka.Protocol;
using RealtimeAkka.Protocol.Records;

namespace RealtimeAkka.Actors.Turns;

/// <summary>How a user item was created.</summary>
public enum TurnSource
{
    /// <summary>Voice activity detection.</summary>
    Vad,
    /// <summary>A commit of ours.</summary>
    Manual,
    /// <summary>The idle timeout: a silent item.</summary>
    Idle,
    /// <summary>Keys of a telephone: a text of ours.</summary>
    Dtmf,
}

/// <summary>One user item with its two transcripts, which arrive independently. A transcript is null until it is terminal.</summary>
/// <param name="Number">Our number, from 1, in conversation order.</param>
/// <param name="Item">The server's id.</param>
/// <param name="Source">How it was created.</param>
/// <param name="CommittedAt">When <c>committed</c> arrived; latencies and deadlines count from it.</param>
public sealed record Turn(TurnNumber Number, ItemId Item, TurnSource Source, TimeSpan CommittedAt)
{
    /// <summary>Its position on the session's audio clock, in ms; null if unknown.</summary>
    public Speech? Speech { get; init; }

    /// <summary>The latest position at which its audio begins, in ms on the session's audio clock.</summary>
    public long AudioFromMs { get; init; }

    /// <summary>The model's own transcript.</summary>
    public OutOfBandTranscript? Oob { get; init; }

    /// <summary>The built-in transcript.</summary>
    public AsrTranscript? Asr { get; init; }

    /// <summary>What was entered with the keys of a telephone; null: it was spoken.</summary>
    public KeyEntry? Keys { get; init; }

    /// <summary>The transcript that looked invented, kept once it is requested again; null: none.</summary>
    public OutOfBandTranscript? Suspect { get; init; }

    /// <summary>It was spoken, and the connection was gone for good before the server made an item of it.</summary>
    public bool IsUncommitted { get; init; }

    /// <summary>Both transcripts are terminal; joining never waits for the answer or for audio.</summary>
    public bool IsJoined => Oob is not null && Asr is not null;

    /// <summary>A transcript may still arrive late.</summary>
    public bool MayBeAmended => Oob?.Status == ResultStatus.TimedOut || Asr?.Status is ResultStatus.TimedOut or ResultStatus.Failed;
}

/// <summary>User audio before <c>BeforeMs</c> (session audio clock) is not needed again; <c>Quiet</c>: no speech or open turn.</summary>
public readonly record struct AudioRetention(long BeforeMs, bool IsIdle);

/// <summary>From the prefix padding to the end of the silence window, in ms; <c>EndMs</c> null while speech lasts.</summary>
public readonly record struct Speech(long StartMs, long? EndMs)
{
    /// <summary>The loudest 100 ms, as RMS from 0 to 1; null if unknown.</summary>
    public double? Loudest { get; init; }

    /// <summary>The server's time of its begin was impossible: it began at <c>StartMs</c> or before.</summary>
    public bool IsEstimated { get; init; }

    /// <summary>The speech ends here; a begin after its end was wrong.</summary>
    public Speech EndAt(long endMs) => this with { StartMs = Math.Min(StartMs, endMs), EndMs = endMs };

    /// <summary>Its length; zero while speech lasts.</summary>
    public TimeSpan Length => EndMs is { } end && end > StartMs ? TimeSpan.FromMilliseconds(end - StartMs) : TimeSpan.Zero;
}
