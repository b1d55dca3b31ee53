using System.Collections.Concurrent;
using Akka.Actor;

namespace Akka.Event;

/// <summary>Subscriptions by class. Publishing takes no lock: the list for each class is made once and replaced on change.</summary>
public class ClassifiedBus
{
    private readonly Lock _gate = new();
    private readonly Dictionary<IActorRef, HashSet<Type>> _subscriptions = [];
    private readonly ConcurrentDictionary<Type, IActorRef[]> _subscribersOf = new();

    public void Publish(object @event)
    {
        ArgumentNullException.ThrowIfNull(@event);
        foreach (var subscriber in _subscribersOf.TryGetValue(@event.GetType(), out var known) ? known : Find(@event.GetType()))
            subscriber.Tell(@event, ActorCell.GetCurrentSelfOrNoSender());
    }

    public virtual bool Subscribe(IActorRef subscriber, Type channel)
    {
        ArgumentNullException.ThrowIfNull(subscriber);
        ArgumentNullException.ThrowIfNull(channel);
        lock (_gate)
        {
            if (!_subscriptions.TryGetValue(subscriber, out var channels))
                _subscriptions.Add(subscriber, channels = []);
            var added = channels.Add(channel);
            _subscribersOf.Clear();
            return added;
        }
    }

    public virtual bool Unsubscribe(IActorRef subscriber, Type channel)
    {
        ArgumentNullException.ThrowIfNull(subscriber);
        lock (_gate)
        {
            var removed = _subscriptions.TryGetValue(subscriber, out var channels) && channels.Remove(channel);
            if (channels?.Count == 0)
                _subscriptions.Remove(subscriber);
            _subscribersOf.Clear();
            return removed;
        }
    }

    public virtual bool Unsubscribe(IActorRef subscriber)
    {
        ArgumentNullException.ThrowIfNull(subscriber);
        lock (_gate)
        {
            var removed = _subscriptions.Remove(subscriber);
            _subscribersOf.Clear();
            return removed;
        }
    }

    private protected bool HasSubscribed(IActorRef subscriber)
    {
        lock (_gate)
            return _subscriptions.ContainsKey(subscriber);
    }

    private IActorRef[] Find(Type type)
    {
        lock (_gate)
            return _subscribersOf[type] = _subscriptions.Where(s => s.Value.Any(c => c.IsAssignableFrom(type))).Select(s => s.Key).ToArray();
    }
}
