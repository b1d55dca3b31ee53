using Akka.Actor;

namespace Akka.Dispatch.SysMsg;

/// <summary>An order to a cell. It has its own queue and overtakes every user message.</summary>
public interface ISystemMessage : INoSerializationVerificationNeeded;

/// <summary>Kept back while the cell waits for its children to stop.</summary>
internal interface IStashWhenWaitingForChildren;

/// <summary>Kept back while the mailbox is suspended.</summary>
internal interface IStashWhenFailed;

/// <summary>One link of a lock-free queue; a message must never be sent to two cells.</summary>
public abstract class SystemMessage : ISystemMessage
{
    internal SystemMessage? Next;

    public override string ToString() => $"<{GetType().Name}>";
}

internal sealed class Create : SystemMessage;

internal sealed class Recreate(Exception cause) : SystemMessage, IStashWhenWaitingForChildren
{
    public Exception Cause { get; } = cause;
}

internal sealed class Suspend : SystemMessage, IStashWhenWaitingForChildren;

internal sealed class Resume(Exception? causedByFailure) : SystemMessage, IStashWhenWaitingForChildren
{
    public Exception? CausedByFailure { get; } = causedByFailure;
}

internal sealed class Terminate : SystemMessage;

internal sealed class Watch(IActorRef watchee, IActorRef watcher) : SystemMessage
{
    public IActorRef Watchee { get; } = watchee;
    public IActorRef Watcher { get; } = watcher;
}

internal sealed class Unwatch(IActorRef watchee, IActorRef watcher) : SystemMessage
{
    public IActorRef Watchee { get; } = watchee;
    public IActorRef Watcher { get; } = watcher;
}

internal sealed class DeathWatchNotification(IActorRef actor, bool existenceConfirmed) : SystemMessage
{
    public IActorRef Actor { get; } = actor;
    public bool ExistenceConfirmed { get; } = existenceConfirmed;
}

internal sealed class Failed(IActorRef child, Exception cause, long uid) : SystemMessage, IStashWhenFailed
{
    public IActorRef Child { get; } = child;
    public Exception Cause { get; } = cause;
    public long Uid { get; } = uid;

    public override string ToString() => $"<Failed>: {Child} ({Cause.GetType().Name})";
}

/// <summary>The next piece of an async handler, or the exception it ended with.</summary>
internal sealed class ActorTaskMessage(ActorTaskScheduler scheduler, Task? task, Exception? exception, object? message) : SystemMessage
{
    public ActorTaskScheduler Scheduler { get; } = scheduler;
    public Task? Task { get; } = task;
    public Exception? Exception { get; } = exception;
    public object? Message { get; } = message;
}
