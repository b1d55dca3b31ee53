namespace Akka.Actor;

/// <summary>A name that is taken, empty or badly formed.</summary>
public class InvalidActorNameException(string message, Exception? innerException = null) : AkkaException(message, innerException);

/// <summary>A path or pattern that no actor could have.</summary>
public class IllegalActorNameException(string message) : AkkaException(message);

/// <summary>A call that the actor's present state does not allow, such as stashing one message twice.</summary>
public class IllegalActorStateException(string message) : AkkaException(message);

/// <summary>Null was sent as a message.</summary>
public class InvalidMessageException(string? message = null) : AkkaException(message ?? "Message is null");

/// <summary>The constructor or PreStart threw; supervisors stop such an actor by default.</summary>
public class ActorInitializationException : AkkaException
{
    public ActorInitializationException(string message, Exception? cause = null) : base(message, cause) { }

    public ActorInitializationException(IActorRef actor, string message, Exception? cause = null) : base(message, cause) => Actor = actor;

    public IActorRef? Actor { get; set; }

    public override string ToString() => Actor is null ? base.ToString() : $"{Actor}: {base.ToString()}";
}

/// <summary>PreRestart threw; it is logged and the restart goes on.</summary>
public class PreRestartException(IActorRef actor, Exception restartException, Exception cause, object? optionalMessage)
    : ActorInitializationException(actor, $"Exception in PreRestart({cause}, {optionalMessage})", restartException);

/// <summary>The new instance failed in its constructor or PostRestart.</summary>
public class PostRestartException(IActorRef actor, Exception cause, Exception originalCause)
    : ActorInitializationException(actor, $"Exception post restart ({originalCause.GetType()})", cause)
{
    public Exception OriginalCause { get; } = originalCause;
}

/// <summary>Thrown by an actor that was sent <see cref="Kill"/>.</summary>
public class ActorKilledException(string message) : AkkaException(message);

/// <summary>A Terminated arrived that the watcher did not handle.</summary>
public class DeathPactException(IActorRef deadActor) : AkkaException($"Monitored actor [{deadActor}] terminated")
{
    public IActorRef DeadActor { get; } = deadActor;
}

/// <summary>A selection matched no living actor.</summary>
public class ActorNotFoundException(string message, Exception? innerException = null) : AkkaException(message, innerException);

/// <summary>An Ask had no answer in time. It is not a TimeoutException.</summary>
public class AskTimeoutException(string message) : AkkaException(message);

/// <summary>The stash is full.</summary>
public class StashOverflowException(string message, Exception? cause = null) : AkkaException(message, cause);

/// <summary>The scheduler cannot take the work.</summary>
public sealed class SchedulerException(string message) : AkkaException(message);

/// <summary>A logger did not answer InitializeLogger.</summary>
public class LoggerInitializationException(string message, Exception? cause = null) : AkkaException(message, cause);
