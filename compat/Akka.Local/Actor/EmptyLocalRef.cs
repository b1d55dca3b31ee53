using Akka.Dispatch.SysMsg;
using Akka.Event;

namespace Akka.Actor;

/// <summary>A path without an actor, and the dead letters themselves: what is sent here is published as a dead letter.</summary>
internal sealed class EmptyLocalRef(ActorSystemImpl system, IActorRefProvider provider, ActorPath path) : MinimalActorRef
{
    public override ActorPath Path => path;
    public override IActorRefProvider Provider => provider;
    public override bool IsTerminated => true;

    public override void SendSystemMessage(ISystemMessage message)
    {
        if (message is Watch watch)
            ((IInternalActorRef)watch.Watcher).SendSystemMessage(new DeathWatchNotification(watch.Watchee, existenceConfirmed: false));
    }

    protected override void TellInternal(object message, IActorRef? sender)
    {
        ArgumentNullException.ThrowIfNull(message);
        var letter = message as AllDeadLetters ?? new DeadLetter(message, sender ?? provider.DeadLetters, this);
        switch (letter.Message)
        {
            case Identify identify:
                sender?.Tell(new ActorIdentity(identify.MessageId, null), this);
                break;
            case IDeadLetterSuppression suppressed when letter is DeadLetter:
                system.EventStream.Publish(new SuppressedDeadLetter(suppressed, letter.Sender, letter.Recipient));
                break;
            default:
                system.EventStream.Publish(letter);
                break;
        }
    }
}
