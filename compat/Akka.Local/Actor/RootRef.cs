using Akka.Dispatch.SysMsg;
using Akka.Event;

namespace Akka.Actor;

/// <summary>The parent of the two guardians. It sees them end, and a failure that nobody handled.</summary>
internal sealed class RootRef(ActorSystemImpl system, IActorRefProvider provider) : MinimalActorRef
{
    public override ActorPath Path { get; } = new RootActorPath(provider.DefaultAddress);
    public override IActorRefProvider Provider => provider;
    public override IInternalActorRef Parent => this;

    public override void SendSystemMessage(ISystemMessage message)
    {
        switch (message)
        {
            case DeathWatchNotification ended:
                system.GuardianEnded(ended.Actor);
                break;
            case Failed failed:
                system.EventStream.Publish(new Error(failed.Cause, failed.Child.Path.ToString(), GetType(), failed.Cause.Message));
                ((IInternalActorRef)failed.Child).Stop();
                break;
        }
    }
}
