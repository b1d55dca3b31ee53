using Akka.Actor;

namespace Akka.Event;

/// <summary>Not worth a dead letter in the log: it is published as <see cref="SuppressedDeadLetter"/>.</summary>
public interface IDeadLetterSuppression;

/// <summary>A message that reached nobody, for whatever reason.</summary>
public abstract class AllDeadLetters(object message, IActorRef sender, IActorRef recipient) : IWrappedMessage
{
    public object Message { get; } = message;
    public IActorRef Sender { get; } = sender;
    public IActorRef Recipient { get; } = recipient;

    public override string ToString() => $"{GetType().Name} from {Sender} to {Recipient}: <{Message}>";
}

/// <summary>The recipient had stopped, or its mailbox was full.</summary>
public sealed class DeadLetter(object message, IActorRef sender, IActorRef recipient) : AllDeadLetters(message, sender, recipient);

/// <summary>A dead letter that is no surprise, such as a second PoisonPill.</summary>
public sealed class SuppressedDeadLetter(IDeadLetterSuppression message, IActorRef sender, IActorRef recipient)
    : AllDeadLetters(message, sender, recipient);

/// <summary>The recipient lives but had no handler for it.</summary>
public sealed class UnhandledMessage(object message, IActorRef sender, IActorRef recipient) : AllDeadLetters(message, sender, recipient);

/// <summary>Thrown away on purpose.</summary>
public sealed class Dropped(object message, string reason, IActorRef? sender, IActorRef recipient)
    : AllDeadLetters(message, sender ?? ActorRefs.Nobody, recipient)
{
    public Dropped(object message, string reason, IActorRef recipient) : this(message, reason, null, recipient) { }

    public string Reason { get; } = reason;
}
