using Akka.Actor;
using Akka.Event;

namespace Akka.Dispatch.MessageQueues;

/// <summary>What every queue does with messages it cannot keep.</summary>
internal static class MessageQueue
{
    public static void Drain(IMessageQueue queue, IActorRef owner, IMessageQueue deadLetters)
    {
        while (queue.TryDequeue(out var envelope))
            deadLetters.Enqueue(owner, envelope);
    }

    /// <summary>A dead letter to a dead subscriber ends here, or it would be published to that subscriber again, for ever.</summary>
    public static void ToDeadLetters(IActorRef receiver, Envelope envelope)
    {
        if (envelope.Message is AllDeadLetters)
            return;
        var deadLetters = ((IInternalActorRef)receiver).Provider.DeadLetters;
        deadLetters.Tell(new DeadLetter(envelope.Message, envelope.Sender ?? deadLetters, receiver), envelope.Sender);
    }
}

/// <summary>The queue of every stopped actor.</summary>
internal sealed class DeadLetterQueue : IMessageQueue
{
    public static readonly DeadLetterQueue Instance = new();

    public bool HasMessages => false;
    public int Count => 0;
    public void Enqueue(IActorRef receiver, Envelope envelope) => MessageQueue.ToDeadLetters(receiver, envelope);

    public bool TryDequeue(out Envelope envelope)
    {
        envelope = default;
        return false;
    }

    public void CleanUp(IActorRef owner, IMessageQueue deadletters) { }
}
