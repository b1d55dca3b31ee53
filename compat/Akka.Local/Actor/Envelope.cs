namespace Akka.Actor;

/// <summary>A message and who sent it.</summary>
public readonly struct Envelope(object message, IActorRef? sender)
{
    public Envelope(object message, IActorRef? sender, ActorSystem system) : this(message, sender ?? system.DeadLetters) { }

    public object Message { get; } = message;
    public IActorRef? Sender { get; } = sender;

    public override string ToString() => $"<{Message}> from {Sender?.ToString() ?? "NoSender"}";
}
