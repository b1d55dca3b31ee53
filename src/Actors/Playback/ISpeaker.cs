namespace RealtimeAkka.Actors.Playback;

/// <summary>Plays the assistant's voice, in the format of the session.</summary>
public interface ISpeaker
{
    /// <summary>True if the audio is heard or recorded; if not, the speaker is given zeros, since only the length counts.</summary>
    bool IsHeard => true;

    /// <summary>
    /// Takes a block as soon as there is room for it; one call at a time. False if cancelled before that. The bytes belong to the
    /// speaker only until the task completes: it must copy what it keeps.
    /// </summary>
    Task<bool> WriteAsync(ReadOnlyMemory<byte> block, CancellationToken cancellation);

    /// <summary>Time from when a block is taken until its last sample is heard.</summary>
    TimeSpan Latency { get; }

    /// <summary>
    /// Time from now until all audio taken has been heard, as far as the device can tell; negative: the time since then. On a busy
    /// machine this ends later than <see cref="Latency"/> said when the block was taken.
    /// </summary>
    TimeSpan Left { get; }

    /// <summary>Falls silent at once; returns the number of bytes that were taken and will not be heard.</summary>
    long Discard();
}

/// <summary>A loudspeaker that may go away. Audio that it was given and has not taken waits until it is back.</summary>
public interface IDeviceSpeaker : ISpeaker
{
    /// <summary>
    /// Plays, and calls <paramref name="playing"/> once it does. Completes when the device ends by itself; faults with the reason when
    /// it fails. May then be called again: that opens the device, or another one, anew.
    /// </summary>
    Task PlayAsync(Action playing);

    /// <summary>The fallback that takes the audio once the device is given up.</summary>
    ISpeaker Fallback { get; }
}
