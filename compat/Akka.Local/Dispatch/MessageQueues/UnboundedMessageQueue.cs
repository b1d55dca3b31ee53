using Akka.Actor;

namespace Akka.Dispatch.MessageQueues;

/// <summary>The default: first in, first out, no limit, no allocation per message.</summary>
public sealed class UnboundedMessageQueue : IMessageQueue, IUnboundedMessageQueueSemantics
{
    private readonly EnvelopeRing _queue = new();

    public bool HasMessages => _queue.Count > 0;
    public int Count => _queue.Count;
    public void Enqueue(IActorRef receiver, Envelope envelope) => _queue.Enqueue(envelope);
    public bool TryDequeue(out Envelope envelope) => _queue.TryDequeue(out envelope);
    public void CleanUp(IActorRef owner, IMessageQueue deadletters) => MessageQueue.Drain(this, owner, deadletters);
}
