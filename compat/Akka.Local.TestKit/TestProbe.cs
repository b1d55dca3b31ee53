using Akka.Actor;
using Akka.Dispatch.SysMsg;

namespace Akka.TestKit;

/// <summary>One more test actor, usable wherever a reference is wanted.</summary>
public class TestProbe : TestKitBase, INoImplicitSender, IInternalActorRef
{
    public TestProbe(ActorSystem system, string? testProbeName = null) : base(system, null, null, testProbeName) { }

    public IActorRef Ref => TestActor;
    public IActorRef Sender => LastSender;

    ActorPath IActorRef.Path => TestActor.Path;
    IInternalActorRef IInternalActorRef.Parent => Internal.Parent;
    IActorRefProvider IInternalActorRef.Provider => Internal.Provider;
    bool IInternalActorRef.IsLocal => true;
    bool IInternalActorRef.IsTerminated => Internal.IsTerminated;
    private IInternalActorRef Internal => (IInternalActorRef)TestActor;

    public void Send(IActorRef actor, object message) => actor.Tell(message, TestActor);
    public void Reply(object message) => Sender.Tell(message, TestActor);
    public void Forward(IActorRef actor) => Forward(actor, LastMessage!);
    public void Forward(IActorRef actor, object message) => actor.Tell(message, Sender);

    void ICanTell.Tell(object message, IActorRef? sender) => TestActor.Tell(message, sender);
    void IInternalActorRef.Start() => Internal.Start();
    void IInternalActorRef.Stop() => Internal.Stop();
    void IInternalActorRef.Suspend() => Internal.Suspend();
    void IInternalActorRef.Resume(Exception? causedByFailure) => Internal.Resume(causedByFailure);
    void IInternalActorRef.Restart(Exception cause) => Internal.Restart(cause);
    void IInternalActorRef.SendSystemMessage(ISystemMessage message) => Internal.SendSystemMessage(message);

    bool IEquatable<IActorRef>.Equals(IActorRef? other) => TestActor.Equals(other);
    int IComparable<IActorRef>.CompareTo(IActorRef? other) => TestActor.CompareTo(other);
    public int CompareTo(object? obj) => TestActor.CompareTo(obj);
    public override bool Equals(object? obj) => TestActor.Equals(obj);
    public override int GetHashCode() => TestActor.GetHashCode();
    public override string ToString() => TestActor.ToString()!;
}
