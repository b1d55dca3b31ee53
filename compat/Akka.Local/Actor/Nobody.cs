namespace Akka.Actor;

/// <summary>The reference that stands for no actor at all.</summary>
public sealed class Nobody : MinimalActorRef
{
    public static readonly Nobody Instance = new();

    private Nobody() { }

    public override ActorPath Path { get; } = new RootActorPath(new Address("akka", "all-systems"), "/Nobody");
    public override IActorRefProvider Provider => throw new NotSupportedException("Nobody does not provide");
}
