using Akka.Actor.Internal;

namespace Akka.Actor;

/// <summary>The actors below this one.</summary>
public sealed partial class ActorCell
{
    private readonly Children _children = new();

    private bool IsWaitingForChildren => _children.Waiting is not null;

    public IActorRef ActorOf(Props props, string? name = null) => MakeChild(props, name);

    public IActorRef Child(string name) => _children.Find(name) ?? (IActorRef)Nobody.Instance;

    public IEnumerable<IActorRef> GetChildren() => _children.All();

    public void Stop(IActorRef child)
    {
        if (child.Equals(Self))
        {
            _self.Stop();
            return;
        }
        _children.MarkDying(child);
        ((IInternalActorRef)child).Stop();
    }

    /// <summary>Also called from outside the actor, for the guardians: names are reserved under the lock of the children.</summary>
    internal LocalActorRef MakeChild(Props props, string? name)
    {
        if (name is not null)
            CheckName(name);
        props = SystemImpl.Deployed(props, _self.Path, name);
        var reserved = _children.Reserve(name, _self.Path);
        try
        {
            var child = new LocalActorRef(SystemImpl, props, _self, new ChildActorPath(_self.Path, reserved, ActorUids.Next()));
            _children.Add(reserved, child);
            child.Start();
            return child;
        }
        catch
        {
            _children.Unreserve(reserved);
            throw;
        }
    }

    private void StopChildren()
    {
        foreach (var child in _children.All())
            Stop(child);
    }

    private void SuspendChildren(IReadOnlyCollection<IActorRef>? except = null)
    {
        foreach (var child in _children.All())
            if (except is null || !except.Contains(child))
                child.Suspend();
    }

    private void ResumeChildren(Exception? causedByFailure, IActorRef? perpetrator)
    {
        foreach (var child in _children.All())
            child.Resume(child.Equals(perpetrator) ? causedByFailure : null);
    }

    private static void CheckName(string name)
    {
        if (name.Length == 0)
            throw new InvalidActorNameException("Actor name must not be empty.");
        if (!ActorPath.IsValidPathElement(name))
            throw new InvalidActorNameException($"Illegal actor name [{name}]. Actor paths MUST: not start with `$`, include only ASCII letters and can only contain these special characters: ${ActorPath.ValidSymbols}.");
    }
}
