using Akka.Actor;

namespace Akka.Dispatch.MessageQueues;

/// <summary>The default queue with a front for unstashed messages, which only the actor's own thread touches.</summary>
public sealed class UnboundedDequeMessageQueue : IMessageQueue, IUnboundedDequeBasedMessageQueueSemantics
{
    private readonly EnvelopeRing _queue = new();
    private readonly Stack<Envelope> _front = new();

    public bool HasMessages => _front.Count > 0 || _queue.Count > 0;
    public int Count => _front.Count + _queue.Count;
    public void Enqueue(IActorRef receiver, Envelope envelope) => _queue.Enqueue(envelope);
    public void EnqueueFirst(Envelope envelope) => _front.Push(envelope);
    public bool TryDequeue(out Envelope envelope) => _front.TryPop(out envelope) || _queue.TryDequeue(out envelope);
    public void CleanUp(IActorRef owner, IMessageQueue deadletters) => MessageQueue.Drain(this, owner, deadletters);
}
