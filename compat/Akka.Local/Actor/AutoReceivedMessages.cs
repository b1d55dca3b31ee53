using Akka.Event;

namespace Akka.Actor;

/// <summary>Stops the actor when its turn in the mailbox comes.</summary>
public sealed class PoisonPill : IAutoReceivedMessage, IPossiblyHarmful, IDeadLetterSuppression
{
    public static PoisonPill Instance { get; } = new();

    private PoisonPill() { }

    public override string ToString() => "<PoisonPill>";
}

/// <summary>Makes the actor fail with ActorKilledException.</summary>
public sealed class Kill : IAutoReceivedMessage, IPossiblyHarmful
{
    public static Kill Instance { get; } = new();

    private Kill() { }

    public override string ToString() => "<Kill>";
}

/// <summary>Nobody wrote for as long as SetReceiveTimeout said.</summary>
public sealed class ReceiveTimeout : IPossiblyHarmful
{
    public static ReceiveTimeout Instance { get; } = new();

    private ReceiveTimeout() { }

    public override string ToString() => "<ReceiveTimeout>";
}

/// <summary>A watched actor has stopped. It arrives after everything that actor had sent.</summary>
public sealed record Terminated(IActorRef ActorRef, bool ExistenceConfirmed, bool AddressTerminated)
    : IAutoReceivedMessage, IPossiblyHarmful, IDeadLetterSuppression, INoSerializationVerificationNeeded
{
    public override string ToString() => $"<Terminated>: {ActorRef} - ExistenceConfirmed={ExistenceConfirmed}";
}

/// <summary>Asks any actor, living or dead, who it is.</summary>
public sealed record Identify(object? MessageId) : IAutoReceivedMessage, INotInfluenceReceiveTimeout;

/// <summary>The answer to <see cref="Identify"/>; without a subject, nobody lives there.</summary>
public sealed record ActorIdentity(object? MessageId, IActorRef? Subject);
