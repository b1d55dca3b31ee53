using Akka.Dispatch.SysMsg;

namespace Akka.Actor;

/// <summary>Anything that takes messages.</summary>
public interface ICanTell
{
    void Tell(object message, IActorRef? sender);
}

/// <summary>The address of one actor incarnation. Equal when path and uid are.</summary>
public interface IActorRef : ICanTell, IEquatable<IActorRef>, IComparable<IActorRef>, IComparable
{
    ActorPath Path { get; }
}

/// <summary>What the runtime may do to an actor beyond writing to it.</summary>
public interface IInternalActorRef : IActorRef
{
    IInternalActorRef Parent { get; }
    IActorRefProvider Provider { get; }
    bool IsLocal { get; }
    bool IsTerminated { get; }
    void Start();
    void Stop();
    void Suspend();
    void Resume(Exception? causedByFailure = null);
    void Restart(Exception cause);
    void SendSystemMessage(ISystemMessage message);
}
