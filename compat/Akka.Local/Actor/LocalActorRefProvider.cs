namespace Akka.Actor;

/// <summary>The references of one system that are not ordinary actors.</summary>
internal sealed class LocalActorRefProvider : IActorRefProvider
{
    private readonly RootRef _root;
    private long _lastTemp;

    public LocalActorRefProvider(ActorSystemImpl system, Settings settings)
    {
        Settings = settings;
        DefaultAddress = new Address("akka", system.Name);
        _root = new RootRef(system, this);
        DeadLetters = new EmptyLocalRef(system, this, _root.Path / "deadLetters");
        System = system;
    }

    public Settings Settings { get; }
    public Address DefaultAddress { get; }
    public IInternalActorRef Root => _root;
    public IActorRef DeadLetters { get; }
    private ActorSystemImpl System { get; }

    public ActorPath TempPath() => new ChildActorPath(_root.Path / "temp", $"${Interlocked.Increment(ref _lastTemp)}", ActorUids.Next());

    public IInternalActorRef EmptyRef(ActorPath path) => new EmptyLocalRef(System, this, path);

    public IInternalActorRef? ChildOf(IActorRef parent, string name) => parent switch
    {
        RootRef => ChildrenOf(parent).FirstOrDefault(c => c.Path.Name == name),
        LocalActorRef { Cell: var cell } => cell.Child(name) is IInternalActorRef child and not Nobody ? child : null,
        _ => null,
    };

    public IEnumerable<IInternalActorRef> ChildrenOf(IActorRef parent) => parent switch
    {
        RootRef => [System.Guardian, System.SystemGuardian, (IInternalActorRef)DeadLetters],
        LocalActorRef { Cell: var cell } => cell.GetChildren().Cast<IInternalActorRef>(),
        _ => [],
    };
}
