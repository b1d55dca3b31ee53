using Akka.Dispatch;

namespace Akka.Actor;

/// <summary>A behaviour that says whether it took the message.</summary>
public delegate bool Receive(object message);

/// <summary>A behaviour that takes every message.</summary>
public delegate void UntypedReceive(object message);

/// <summary>Makes actors.</summary>
public interface IActorRefFactory
{
    IActorRef ActorOf(Props props, string? name = null);
    ActorSelection ActorSelection(ActorPath actorPath);
    ActorSelection ActorSelection(string actorPath);
}

/// <summary>Learns of the end of actors.</summary>
public interface ICanWatch
{
    IActorRef Watch(IActorRef subject);
    IActorRef WatchWith(IActorRef subject, object message);
    IActorRef Unwatch(IActorRef subject);
}

/// <summary>What a running actor knows of its place. Valid only while the actor is being run.</summary>
public interface IActorContext : IActorRefFactory, ICanWatch
{
    IActorRef Self { get; }
    IActorRef Sender { get; }
    IActorRef Parent { get; }
    Props Props { get; }
    ActorSystem System { get; }
    MessageDispatcher Dispatcher { get; }
    TimeSpan? ReceiveTimeout { get; }
    IActorRef Child(string name);
    IEnumerable<IActorRef> GetChildren();
    void Stop(IActorRef child);
    void SetReceiveTimeout(TimeSpan? timeout);
    void Become(Receive receive);
    void BecomeStacked(Receive receive);
    void UnbecomeStacked();
}

/// <summary>The context of actors whose behaviours take every message.</summary>
public interface IUntypedActorContext : IActorContext
{
    void Become(UntypedReceive receive);
    void BecomeStacked(UntypedReceive receive);
}

/// <summary>Making an actor of a class without arguments.</summary>
public static class ActorRefFactoryExtensions
{
    public static IActorRef ActorOf<TActor>(this IActorRefFactory factory, string? name = null) where TActor : ActorBase, new() =>
        factory.ActorOf(Props.Create<TActor>(), name);

    public static ActorSelection ActorSelection(this IActorRefFactory factory, IActorRef anchorRef, string actorPath) =>
        Actor.ActorSelection.From(anchorRef, actorPath);
}
