namespace Akka.Actor;

/// <summary>The two references every program needs by name.</summary>
public static class ActorRefs
{
    public static readonly IActorRef? NoSender = null;
    public static readonly Nobody Nobody = Nobody.Instance;
}

/// <summary>Telling in the name of whoever is running.</summary>
public static class ActorRefImplicitSenderExtensions
{
    public static void Tell(this IActorRef receiver, object message) => receiver.Tell(message, ActorCell.GetCurrentSelfOrNoSender());

    public static void Forward(this IActorRef receiver, object message) => receiver.Tell(message, ActorCell.GetCurrentSenderOrNoSender());
}

/// <summary>Small questions about a reference.</summary>
public static class ActorRefExtensions
{
    public static bool IsNobody(this IActorRef? actorRef) => actorRef is null or Nobody;

    public static IActorRef GetOrElse(this IActorRef? actorRef, Func<IActorRef> elseValue) =>
        actorRef.IsNobody() ? elseValue() : actorRef!;
}
