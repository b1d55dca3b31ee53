using System.Linq.Expressions;
using Akka.Actor;

namespace Akka.TestKit;

/// <summary>Making actors, at the top or as children of the test actor.</summary>
public abstract partial class TestKitBase
{
    public IActorRef ActorOf(Props props) => Sys.ActorOf(props);
    public IActorRef ActorOf(Props props, string? name) => Sys.ActorOf(props, name);
    public IActorRef ActorOf<TActor>() where TActor : ActorBase, new() => Sys.ActorOf(Props.Create<TActor>());
    public IActorRef ActorOf<TActor>(string? name) where TActor : ActorBase, new() => Sys.ActorOf(Props.Create<TActor>(), name);
    public IActorRef ActorOf<TActor>(Expression<Func<TActor>> factory) where TActor : ActorBase => Sys.ActorOf(Props.Create(factory));
    public IActorRef ActorOf<TActor>(Expression<Func<TActor>> factory, string? name) where TActor : ActorBase => Sys.ActorOf(Props.Create(factory), name);

    public ActorSelection ActorSelection(ActorPath actorPath) => Sys.ActorSelection(actorPath);
    public ActorSelection ActorSelection(string actorPath) => Sys.ActorSelection(actorPath);

    public IActorRef ChildActorOf(Props props, CancellationToken cancellationToken = default) => Wait(ChildActorOfAsync(props, cancellationToken));
    public IActorRef ChildActorOf(Props props, string name, CancellationToken cancellationToken = default) => Wait(ChildActorOfAsync(props, name, cancellationToken));
    public IActorRef ChildActorOf(Props props, SupervisorStrategy supervisorStrategy, CancellationToken cancellationToken = default) => Wait(ChildActorOfAsync(props, supervisorStrategy, cancellationToken));
    public IActorRef ChildActorOf(Props props, string name, SupervisorStrategy supervisorStrategy, CancellationToken cancellationToken = default) => Wait(ChildActorOfAsync(props, name, supervisorStrategy, cancellationToken));

    public Task<IActorRef> ChildActorOfAsync(Props props, CancellationToken cancellationToken = default) => SpawnAsync(props, null, null, cancellationToken);
    public Task<IActorRef> ChildActorOfAsync(Props props, string name, CancellationToken cancellationToken = default) => SpawnAsync(props, name, null, cancellationToken);
    public Task<IActorRef> ChildActorOfAsync(Props props, SupervisorStrategy supervisorStrategy, CancellationToken cancellationToken = default) => SpawnAsync(props, null, supervisorStrategy, cancellationToken);
    public Task<IActorRef> ChildActorOfAsync(Props props, string name, SupervisorStrategy supervisorStrategy, CancellationToken cancellationToken = default) => SpawnAsync(props, name, supervisorStrategy, cancellationToken);

    private async Task<IActorRef> SpawnAsync(Props props, string? name, SupervisorStrategy? strategy, CancellationToken cancellationToken)
    {
        TestActor.Tell(new TestActor.Spawn(props, name, strategy));
        return await ExpectMsgAsync<IActorRef>(cancellationToken: cancellationToken);
    }
}
