using RealtimeAkka.Protocol.Wire;

namespace RealtimeAkka.Actors.Socket;

/// <summary>
/// What waits for the wire, in two lanes: control overtakes sound, so that a cancel never waits behind a second of it; a
/// commit stays behind the sound it commits. The sound lane is bounded by the microphone's credit.
/// </summary>
public sealed class Outbox(int controlCapacity)
{
    private readonly Queue<ClientEvent> _control = new();
    private readonly Queue<ClientEvent> _sound = new();

    /// <summary>Nothing waits.</summary>
    public bool IsEmpty => _control.Count == 0 && _sound.Count == 0;

    /// <summary>False where the control lane is full: the line has not moved for so long that it is broken.</summary>
    public bool TryAdd(ClientEvent clientEvent)
    {
        if (clientEvent is AppendAudio or CommitAudio)
        {
            _sound.Enqueue(clientEvent);
            return true;
        }
        if (_control.Count >= controlCapacity) return false;
        _control.Enqueue(clientEvent);
        return true;
    }

    /// <summary>The next event to send, control first.</summary>
    public bool TryTake(out ClientEvent clientEvent) => _control.TryDequeue(out clientEvent!) || _sound.TryDequeue(out clientEvent!);
}
