using Akka.Actor;
using Microsoft.Extensions.DependencyInjection;

namespace Akka.DependencyInjection;

/// <summary>Resolves from Microsoft's container, one scope per actor.</summary>
public class ServiceProviderDependencyResolver(IServiceProvider provider) : IDependencyResolver
{
    public IServiceProvider ServiceProvider { get; } = provider;

    public IResolverScope CreateScope() => new Scope(ServiceProvider.CreateScope());
    public object? GetService<T>() => ServiceProvider.GetService<T>();
    public object? GetService(Type type) => ServiceProvider.GetService(type);
    public Props Props(Type type) => Props(type, []);
    public Props Props<T>(params object[] args) where T : ActorBase => Props(typeof(T), args);

    public Props Props(Type type, params object[] args) => Actor.Props.CreateBy(new Producer(ServiceProvider, type, args), args);

    private sealed class Producer(IServiceProvider provider, Type type, object[] args) : IIndirectActorProducer
    {
        private IServiceScope? _scope;

        public Type ActorType => type;

        public ActorBase Produce()
        {
            _scope?.Dispose();
            _scope = provider.CreateScope();
            return (ActorBase)ActivatorUtilities.CreateInstance(_scope.ServiceProvider, type, args);
        }

        public void Release(ActorBase actor) => _scope?.Dispose();
    }

    private sealed class Scope(IServiceScope scope) : IResolverScope
    {
        public IDependencyResolver Resolver { get; } = new ServiceProviderDependencyResolver(scope.ServiceProvider);

        public void Dispose() => scope.Dispose();
    }
}
