using Akka.Actor;

namespace Akka.Hosting;

/// <summary>A registered actor, as a constructor argument.</summary>
public interface IRequiredActor<TActor>
{
    IActorRef ActorRef { get; }
    Task<IActorRef> GetAsync(CancellationToken cancellationToken = default);
}

/// <summary>Before the actor is registered, ActorRef throws; GetAsync waits.</summary>
public sealed class RequiredActor<TActor>(IReadOnlyActorRegistry registry) : IRequiredActor<TActor>
{
    public IActorRef ActorRef => registry.Get<TActor>();

    public Task<IActorRef> GetAsync(CancellationToken cancellationToken = default) => registry.GetAsync<TActor>(cancellationToken);
}
