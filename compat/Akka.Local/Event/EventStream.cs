using Akka.Actor;

namespace Akka.Event;

/// <summary>Published objects go to everyone subscribed to their class, a base class or an interface of it.</summary>
public class EventStream : LoggingBus
{
    /// <summary>Called when an actor ends, so that nobody needs to remember to unsubscribe.</summary>
    internal void Forget(IActorRef subscriber)
    {
        if (HasSubscribed(subscriber))
            Unsubscribe(subscriber);
    }
}

/// <summary>Subscribing by type argument.</summary>
public static class EventStreamExtensions
{
    public static bool Subscribe<TChannel>(this EventStream eventStream, IActorRef subscriber) => eventStream.Subscribe(subscriber, typeof(TChannel));
    public static bool Unsubscribe<TChannel>(this EventStream eventStream, IActorRef subscriber) => eventStream.Unsubscribe(subscriber, typeof(TChannel));
}
