using Akka.Actor;

namespace Akka.Dispatch.MessageQueues;

/// <summary>Where the envelopes of one actor wait. Any thread enqueues, one dequeues.</summary>
public interface IMessageQueue
{
    bool HasMessages { get; }
    int Count { get; }
    void Enqueue(IActorRef receiver, Envelope envelope);
    bool TryDequeue(out Envelope envelope);
    void CleanUp(IActorRef owner, IMessageQueue deadletters);
}
