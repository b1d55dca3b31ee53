namespace RealtimeAkka.Actors.Mic;

/// <summary>
/// The source of the user's voice, in the format of the session: <see cref="IPullAudioSource"/> or <see cref="ILiveAudioSource"/>.
/// </summary>
public interface IAudioSource
{
    /// <summary>The user's audio is withheld from now on, or no longer: for a source that shows it. May be called twice.</summary>
    void ShowMute(bool isMuted)
    {
    }
}

/// <summary>A live source, which cannot wait for its reader: a microphone.</summary>
public interface ILiveAudioSource : IAudioSource
{
    /// <summary>
    /// Captures into <paramref name="ring"/> and calls <paramref name="waiting"/> whenever the ring says that its reader must be
    /// signalled. Completes when the device ends by itself; faults with the reason when it fails. May then be called again, with
    /// another ring: that opens the device, or another one, anew.
    /// </summary>
    Task ListenAsync(FrameRing ring, Action waiting);

    /// <summary>Stops capturing.</summary>
    void Stop();
}

/// <summary>A live source that captures one of several devices.</summary>
public interface IDeviceSource : ILiveAudioSource
{
    /// <summary>The name of the device that was opened last; null: none was.</summary>
    string? DeviceName { get; }

    /// <summary>Closes the device and captures the next one of the list, as <see cref="ILiveAudioSource.ListenAsync"/> does.</summary>
    Task ListenNextAsync(FrameRing ring, Action waiting);
}

/// <summary>A pull source, which is read on demand: a file or a pipe.</summary>
public interface IPullAudioSource : IAudioSource
{
    /// <summary>Fills <paramref name="frame"/> as far as audio is available; fewer bytes mean that the end is near, 0 is the end.</summary>
    ValueTask<int> ReadAsync(Memory<byte> frame, CancellationToken cancellation);

    /// <summary>What was read last ends a turn; for a server that detects none (<c>turn_detection: null</c>).</summary>
    bool EndsTurn => false;
}
