using Akka.Actor;

namespace Akka.Dispatch.MessageQueues;

/// <summary>A queue with a limit. A full one blocks the sender up to the push timeout, then gives the new message to the dead letters.</summary>
public class BoundedMessageQueue(int capacity, TimeSpan pushTimeout) : IMessageQueue, IBoundedMessageQueueSemantics
{
    private readonly LinkedList<Envelope> _queue = new();

    public TimeSpan PushTimeOut { get; set; } = pushTimeout;

    public bool HasMessages => Count > 0;

    public int Count
    {
        get { lock (_queue) return _queue.Count; }
    }

    public void Enqueue(IActorRef receiver, Envelope envelope)
    {
        if (!TryEnqueue(envelope))
            MessageQueue.ToDeadLetters(receiver, envelope);
    }

    /// <summary>Unstashed messages had their place before, so they are let in above the limit.</summary>
    public void EnqueueFirst(Envelope envelope)
    {
        lock (_queue)
            _queue.AddFirst(envelope);
    }

    public bool TryDequeue(out Envelope envelope)
    {
        lock (_queue)
        {
            envelope = _queue.First?.Value ?? default;
            if (_queue.First is null)
                return false;
            _queue.RemoveFirst();
            Monitor.Pulse(_queue);
            return true;
        }
    }

    public void CleanUp(IActorRef owner, IMessageQueue deadletters) => MessageQueue.Drain(this, owner, deadletters);

    private bool TryEnqueue(Envelope envelope)
    {
        lock (_queue)
        {
            var deadline = Environment.TickCount64 + (long)PushTimeOut.TotalMilliseconds;
            while (_queue.Count >= capacity)
            {
                var wait = PushTimeOut < TimeSpan.Zero ? Timeout.Infinite : (int)Math.Max(0, deadline - Environment.TickCount64);
                if (wait == 0 || !Monitor.Wait(_queue, wait) && _queue.Count >= capacity)
                    return false;
            }
            _queue.AddLast(envelope);
            return true;
        }
    }
}

/// <summary>The bounded queue, fit for a stash.</summary>
public sealed class BoundedDequeMessageQueue(int capacity, TimeSpan pushTimeout)
    : BoundedMessageQueue(capacity, pushTimeout), IBoundedDequeBasedMessageQueueSemantics;
