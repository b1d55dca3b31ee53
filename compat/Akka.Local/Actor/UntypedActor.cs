using Akka.Dispatch;

namespace Akka.Actor;

/// <summary>An actor that is one method from message to effect.</summary>
public abstract class UntypedActor : ActorBase
{
    protected new static IUntypedActorContext Context => (IUntypedActorContext)ActorBase.Context;

    protected sealed override bool Receive(object message)
    {
        OnReceive(message);
        return true;
    }

    protected abstract void OnReceive(object message);

    protected void Become(UntypedReceive receive) => Context.Become(receive);
    protected void BecomeStacked(UntypedReceive receive) => Context.BecomeStacked(receive);
    protected void RunTask(Action action) => ActorTaskScheduler.RunTask(action);
    protected void RunTask(Func<Task> action) => ActorTaskScheduler.RunTask(action);
}
