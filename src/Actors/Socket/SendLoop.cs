using RealtimeAkka.Actors.Stations;
using RealtimeAkka.Protocol.Wire;

namespace RealtimeAkka.Actors.Socket;

/// <summary>
/// What is sent on one connection: one event at a time, and a close after the last. For audio that was sent it returns credit,
/// for half a window at once, which keeps the audio flowing.
/// </summary>
/// <param name="window">Maximum number of audio frames that are queued or being sent.</param>
/// <param name="returnCredit">Gets the number of frames whose credit is returned.</param>
/// <param name="depth">Is told how much waits; null: nobody asks.</param>
public sealed class SendLoop(int window, Action<int> returnCredit, QueueDepth? depth = null)
{
    // Requests are rare; a queue this long means that nothing was sent for minutes.
    private const int ControlCapacity = 256;

    private readonly Outbox _outbox = new(ControlCapacity);
    private int _creditAtOnce = Math.Max(1, window / 2);
    private int _creditOwed;
    private bool _isSending, _isClosing;

    /// <summary>Maximum number of audio frames that are queued or being sent.</summary>
    public int Window { get; } = window;

    /// <summary>Queues an event; after <see cref="Close"/> it is dropped. False if the connection has stalled and is broken.</summary>
    public bool TryAdd(ClientEvent clientEvent)
    {
        var isTaken = _isClosing || _outbox.TryAdd(clientEvent);
        depth?.Count = _outbox.Count;
        return isTaken;
    }

    /// <summary>The event to send now; none until the previous one is <see cref="Sent"/>.</summary>
    public bool TryTake(out ClientEvent clientEvent)
    {
        clientEvent = null!;
        var isTaken = !_isSending && (_isSending = _outbox.TryTake(out clientEvent));
        depth?.Count = _outbox.Count;
        return isTaken;
    }

    /// <summary>The event was sent; the next may follow.</summary>
    public void Sent(ClientEvent clientEvent)
    {
        _isSending = false;
        if (clientEvent is AppendAudio) _creditOwed++;
        ReturnCredit();
    }

    /// <summary>From now on the credit of each frame is returned at once.</summary>
    public void ReturnEachFrame()
    {
        _creditAtOnce = 1;
        ReturnCredit();
    }

    /// <summary>What is queued is the last.</summary>
    public void Close() => _isClosing = true;

    /// <summary>True once, when everything queued was sent: the connection must be closed now.</summary>
    public bool TryClose() => _isClosing && !_isSending && _outbox.IsEmpty && (_isSending = true);

    private void ReturnCredit()
    {
        if (_creditOwed < _creditAtOnce) return;
        returnCredit(_creditOwed);
        _creditOwed = 0;
    }
}
