using Akka.Dispatch.SysMsg;

namespace Akka.Actor;

/// <summary>The reference of an actor in this process; everything is done by its cell.</summary>
internal sealed class LocalActorRef : InternalActorRefBase
{
    public LocalActorRef(ActorSystemImpl system, Props props, IInternalActorRef parent, ActorPath path)
    {
        Path = path;
        Parent = parent;
        Cell = new ActorCell(system, this, props, parent);
    }

    public ActorCell Cell { get; }
    public override ActorPath Path { get; }
    public override IInternalActorRef Parent { get; }
    public override IActorRefProvider Provider => Cell.SystemImpl.Provider;
    public override bool IsTerminated => Cell.IsTerminated;

    public override void Start() => Cell.Start();
    public override void Stop() => SendSystemMessage(new Terminate());
    public override void Suspend() => SendSystemMessage(new Suspend());
    public override void Resume(Exception? causedByFailure = null) => SendSystemMessage(new Resume(causedByFailure));
    public override void Restart(Exception cause) => SendSystemMessage(new Recreate(cause));
    public override void SendSystemMessage(ISystemMessage message) => Cell.SendSystemMessage((SystemMessage)message);

    protected override void TellInternal(object message, IActorRef? sender)
    {
        if (message is null)
            throw new ArgumentNullException(nameof(message), "The message cannot be null. If you want to send a message with no content, use an empty object.");
        Cell.SendMessage(new Envelope(message, sender));
    }
}
