using RealtimeAkka.Protocol.Wire;

namespace RealtimeAkka.Actors.Socket;

/// <summary>
/// Events waiting to be sent, in two queues. Control events overtake audio, so that a cancel never waits behind a second of
/// audio; a commit stays behind the audio it commits. The audio queue is bounded by the microphone's credit.
/// </summary>
public sealed class Outbox(int controlCapacity)
{
    private readonly Queue<ClientEvent> _control = new();
    private readonly Queue<ClientEvent> _sound = new();

    /// <summary>Number of events that wait.</summary>
    public int Count => _control.Count + _sound.Count;

    /// <summary>Whether nothing waits.</summary>
    public bool IsEmpty => Count == 0;

    /// <summary>Queues an event. False if the control queue is full: the connection has stalled for so long that it is broken.</summary>
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
