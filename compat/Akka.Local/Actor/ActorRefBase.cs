using Akka.Dispatch.SysMsg;

namespace Akka.Actor;

/// <summary>Equality, the same for every reference.</summary>
public abstract class ActorRefBase : IActorRef
{
    public abstract ActorPath Path { get; }

    public void Tell(object message, IActorRef? sender) => TellInternal(message, sender);

    protected abstract void TellInternal(object message, IActorRef? sender);

    public bool Equals(IActorRef? other) =>
        ReferenceEquals(this, other) || other is not null && Path.Uid == other.Path.Uid && Path.Equals(other.Path);

    public override bool Equals(object? obj) => Equals(obj as IActorRef);

    public override int GetHashCode() => HashCode.Combine(Path.Uid, Path.Name);

    public int CompareTo(IActorRef? other)
    {
        var byPath = Path.CompareTo(other?.Path);
        return byPath != 0 || other is null ? byPath : Path.Uid.CompareTo(other.Path.Uid);
    }

    public int CompareTo(object? obj) =>
        obj is null or IActorRef ? CompareTo(obj as IActorRef) : throw new ArgumentException("Object must be of type IActorRef.");

    public override string ToString() => $"[{Path.ToStringWithUid()}]";
}

/// <summary>A reference the runtime can control.</summary>
public abstract class InternalActorRefBase : ActorRefBase, IInternalActorRef
{
    public abstract IInternalActorRef Parent { get; }
    public abstract IActorRefProvider Provider { get; }
    public virtual bool IsLocal => true;
    public abstract bool IsTerminated { get; }
    public abstract void Start();
    public abstract void Stop();
    public abstract void Suspend();
    public abstract void Resume(Exception? causedByFailure = null);
    public abstract void Restart(Exception cause);
    public abstract void SendSystemMessage(ISystemMessage message);
}

/// <summary>A reference with no actor behind it: it takes messages and ignores orders.</summary>
public abstract class MinimalActorRef : InternalActorRefBase
{
    public override IInternalActorRef Parent => Nobody.Instance;
    public override bool IsTerminated => false;
    public override void Start() { }
    public override void Stop() { }
    public override void Suspend() { }
    public override void Resume(Exception? causedByFailure = null) { }
    public override void Restart(Exception cause) { }
    public override void SendSystemMessage(ISystemMessage message) { }
    protected override void TellInternal(object message, IActorRef? sender) { }
}
