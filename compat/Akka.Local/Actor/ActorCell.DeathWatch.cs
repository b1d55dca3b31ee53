using Akka.Dispatch.SysMsg;
using Akka.Util;

namespace Akka.Actor;

/// <summary>Whom this actor watches and who watches it. All three sets are made only when needed.</summary>
public sealed partial class ActorCell
{
    private Dictionary<IActorRef, object?>? _watching;
    private Dictionary<IActorRef, object?>? _terminatedQueued;
    private HashSet<IActorRef>? _watchedBy;

    public IActorRef Watch(IActorRef subject) => AddWatching(subject, null);

    public IActorRef WatchWith(IActorRef subject, object message)
    {
        ArgumentNullException.ThrowIfNull(message);
        return AddWatching(subject, message);
    }

    public IActorRef Unwatch(IActorRef subject)
    {
        ArgumentNullException.ThrowIfNull(subject);
        if (_watching?.Remove(subject) == true)
            ((IInternalActorRef)subject).SendSystemMessage(new Unwatch(subject, Self));
        _terminatedQueued?.Remove(subject);
        return subject;
    }

    private IActorRef AddWatching(IActorRef subject, object? message)
    {
        ArgumentNullException.ThrowIfNull(subject);
        if (!subject.Equals(Self) && (_watching ??= []).TryAdd(subject, message))
            ((IInternalActorRef)subject).SendSystemMessage(new Watch(subject, Self));
        return subject;
    }

    private void AddWatcher(IActorRef watcher)
    {
        if (!watcher.Equals(Self))
            (_watchedBy ??= []).Add(watcher);
    }

    private void WatchedActorTerminated(IActorRef actor, bool existenceConfirmed)
    {
        if (_watching?.Remove(actor, out var message) == true && !_terminating)
        {
            Self.Tell(new Terminated(actor, existenceConfirmed, false), actor);
            TerminatedQueuedFor(actor, message);
        }
        HandleChildTerminated(actor);
    }

    internal void TerminatedQueuedFor(IActorRef subject, object? message) => (_terminatedQueued ??= [])[subject] = message;

    // Unwatch takes the subject out of the set, and with it a Terminated already in the mailbox.
    private void ReceiveTerminated(Terminated terminated)
    {
        if (_terminatedQueued?.Remove(terminated.ActorRef, out var message) == true)
            ReceiveMessage(message ?? terminated);
    }

    private void TellWatchersWeDied()
    {
        foreach (var watcher in _watchedBy ?? [])
            if (!watcher.Equals(Parent))
                ((IInternalActorRef)watcher).SendSystemMessage(new DeathWatchNotification(Self, existenceConfirmed: true));
        _watchedBy = null;
    }

    private void UnwatchWatchedActors()
    {
        foreach (var subject in _watching?.Keys ?? Enumerable.Empty<IActorRef>())
            ((IInternalActorRef)subject).SendSystemMessage(new Unwatch(subject, Self));
        _watching = null;
        _terminatedQueued = null;
    }
}
