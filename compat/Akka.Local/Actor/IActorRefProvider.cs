namespace Akka.Actor;

/// <summary>What references need of their system.</summary>
public interface IActorRefProvider
{
    Settings Settings { get; }
    Address DefaultAddress { get; }
    IInternalActorRef Root { get; }
    IActorRef DeadLetters { get; }

    /// <summary>A path for a reference that lives for one answer.</summary>
    ActorPath TempPath();

    /// <summary>A reference to a path where nobody lives.</summary>
    IInternalActorRef EmptyRef(ActorPath path);

    IInternalActorRef? ChildOf(IActorRef parent, string name);
    IEnumerable<IInternalActorRef> ChildrenOf(IActorRef parent);
}
