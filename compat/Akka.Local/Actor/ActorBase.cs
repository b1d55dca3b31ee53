using Akka.Event;

namespace Akka.Actor;

/// <summary>One mind, one message at a time. Everything else is in the cell that runs it.</summary>
public abstract class ActorBase
{
    private readonly ActorCell? _cell;

    protected ActorBase()
    {
        _cell = ActorCell.Current;
        if (_cell is null || _cell.HasActor)
            throw new ActorInitializationException($"You cannot create an instance of [{GetType()}] explicitly using the constructor (new). Use ActorOf with Props instead.");
        _cell.Adopt(this);
    }

    /// <summary>Off the actor's own thread this throws, as Context does: capture it before.</summary>
    protected IActorRef Self => _cell!.IsTerminated ? _cell.Self : Running().Self;
    protected IActorRef Sender => Running().Sender;
    protected static IActorContext Context => Running();
    protected static Receive EmptyReceive => _ => false;

    protected abstract bool Receive(object message);

    protected virtual void PreStart() { }
    protected virtual void PostStop() { }

    protected virtual void PreRestart(Exception reason, object? message)
    {
        foreach (var child in Context.GetChildren().ToList())
        {
            Context.Unwatch(child);
            Context.Stop(child);
        }
        PostStop();
    }

    protected virtual void PostRestart(Exception reason) => PreStart();

    protected virtual SupervisorStrategy? SupervisorStrategy() => null;

    protected virtual void Unhandled(object message)
    {
        if (message is Terminated terminated)
            throw new DeathPactException(terminated.ActorRef);
        Context.System.EventStream.Publish(new UnhandledMessage(message, Sender, Self));
    }

    protected void SetReceiveTimeout(TimeSpan? timeout) => Context.SetReceiveTimeout(timeout);
    protected void Become(Receive receive) => Context.Become(receive);
    protected void BecomeStacked(Receive receive) => Context.BecomeStacked(receive);
    protected void UnbecomeStacked() => Context.UnbecomeStacked();

    protected virtual bool AroundReceive(Receive receive, object message)
    {
        if (receive(message))
            return true;
        Unhandled(message);
        return false;
    }

    public virtual void AroundPreStart() => PreStart();

    public virtual void AroundPreRestart(Exception cause, object? message)
    {
        CancelTimers();
        PreRestart(cause, message);
    }

    public virtual void AroundPostRestart(Exception cause, object? message) => PostRestart(cause);

    public virtual void AroundPostStop()
    {
        CancelTimers();
        PostStop();
    }

    internal bool Handle(Receive behavior, object message) => AroundReceive(behavior, message);
    internal bool ReceiveDefault(object message) => Receive(message);
    internal SupervisorStrategy? OwnStrategy() => SupervisorStrategy();

    /// <summary>Called once before the first message; a ReceiveActor reads its handlers here.</summary>
    internal virtual void Initialize() { }

    private void CancelTimers() => (this as IWithTimers)?.Timers?.CancelAll();

    private static ActorCell Running() =>
        ActorCell.Current ?? throw new NotSupportedException("There is no active ActorContext, this is most likely due to use of async operations from within this actor.");
}
