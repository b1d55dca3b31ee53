namespace RealtimeAkka.Protocol.Wire;

/// <summary>
/// The metadata keys that mark a response as ours and out of band. The server echoes them in <c>response.created</c> and
/// <c>response.done</c> (docs/protocol.md 6.3). At most 16 pairs, values at most 512 characters.
/// </summary>
public static class OutOfBandMetadata
{
    /// <summary>The task, e.g. <c>transcription</c>. Its presence identifies an out-of-band response.</summary>
    public const string Task = "oob";

    /// <summary>The user item it is about.</summary>
    public const string Item = "item_id";

    /// <summary>The turn's number, for people who read the wire log.</summary>
    public const string Turn = "turn";

    /// <summary>The number of the attempt, from 1.</summary>
    public const string Attempt = "attempt";
}
