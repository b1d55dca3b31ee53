using Akka.Actor.Internal;
using Akka.Event;

namespace Akka.Actor;

/// <summary>What a parent does about the failure of a child.</summary>
public abstract class SupervisorStrategy
{
    public static IDecider DefaultDecider = Actor.Decider.From(Directive.Restart,
        Directive.Stop.When<ActorInitializationException>(),
        Directive.Stop.When<ActorKilledException>(),
        Directive.Stop.When<DeathPactException>());

    public static readonly SupervisorStrategy DefaultStrategy = new OneForOneStrategy(DefaultDecider);
    public static readonly OneForOneStrategy StoppingStrategy = new(_ => Directive.Stop);

    public abstract IDecider Decider { get; }
    protected bool LoggingEnabled { get; set; }

    protected abstract Directive Handle(IActorRef child, Exception exception);

    public abstract void ProcessFailure(IActorContext context, bool restart, IActorRef child, Exception cause, ChildRestartStats stats, IReadOnlyCollection<ChildRestartStats> children);

    public virtual void HandleChildTerminated(IActorContext actorContext, IActorRef child, IEnumerable<IInternalActorRef> children) { }

    /// <summary>False means escalate: the parent fails with the same cause.</summary>
    public bool HandleFailure(ActorCell actorCell, IActorRef child, Exception cause, ChildRestartStats stats, IReadOnlyCollection<ChildRestartStats> children)
    {
        var directive = Handle(child, cause);
        LogFailure(actorCell, child, cause, directive);
        switch (directive)
        {
            case Directive.Resume:
                ResumeChild(child, cause);
                return true;
            case Directive.Restart:
            case Directive.Stop:
                ProcessFailure(actorCell, directive == Directive.Restart, child, cause, stats, children);
                return true;
            default:
                return false;
        }
    }

    protected static void RestartChild(IActorRef child, Exception cause, bool suspendFirst)
    {
        if (suspendFirst)
            ((IInternalActorRef)child).Suspend();
        ((IInternalActorRef)child).Restart(cause);
    }

    protected static void ResumeChild(IActorRef child, Exception cause) => ((IInternalActorRef)child).Resume(cause);

    protected virtual void LogFailure(IActorContext context, IActorRef child, Exception cause, Directive directive)
    {
        if (!LoggingEnabled || directive == Directive.Escalate)
            return;
        var text = (cause is ActorInitializationException { InnerException: { } inner } ? inner : cause).Message;
        context.System.EventStream.Publish(directive == Directive.Resume
            ? new Warning(cause, child.Path.ToString(), GetType(), text)
            : new Error(cause, child.Path.ToString(), GetType(), text));
    }
}
