using RealtimeAkka.Actors.Mic;

namespace RealtimeAkka.Gateway.Calls;

/// <summary>The caller's voice from a WebSocket: what it receives goes into the ring of the microphone station.</summary>
/// <param name="listening">Called when the session begins to listen, before anything of it is heard.</param>
/// <param name="showMute">Called when the sound is withheld from now on, or no longer.</param>
internal sealed class SocketSource(Action listening, Action<bool> showMute) : ILiveAudioSource
{
    private readonly TaskCompletionSource _listening = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _stopped = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private FrameRing? _ring;
    private Action? _waiting;

    /// <summary>Completes when the session listens.</summary>
    public Task Listening => _listening.Task;

    /// <inheritdoc/>
    public Task ListenAsync(FrameRing ring, Action waiting)
    {
        (_waiting, _ring) = (waiting, ring);
        if (!_listening.Task.IsCompleted) listening();
        _listening.TrySetResult();
        return _stopped.Task;
    }

    /// <inheritdoc/>
    public void Stop() => _stopped.TrySetResult();

    /// <inheritdoc/>
    public void ShowMute(bool isMuted) => showMute(isMuted);

    /// <summary>Adds sound that was received; by one caller at a time, once the session listens.</summary>
    public void Add(ReadOnlySpan<byte> sound)
    {
        if (!_stopped.Task.IsCompleted && _ring!.Write(sound)) _waiting!();
    }
}
