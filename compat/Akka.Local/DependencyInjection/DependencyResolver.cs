using Akka.Actor;
using Akka.Actor.Setup;
using Microsoft.Extensions.DependencyInjection;

namespace Akka.DependencyInjection;

/// <summary>Makes Props whose constructor arguments come from the container, except those given.</summary>
public interface IDependencyResolver
{
    IResolverScope CreateScope();
    object? GetService<T>();
    object? GetService(Type type);
    Props Props(Type type, params object[] args);
    Props Props(Type type);
    Props Props<T>(params object[] args) where T : ActorBase;
}

public interface IResolverScope : IDisposable
{
    IDependencyResolver Resolver { get; }
}

/// <summary>Gives a system the container it may resolve from.</summary>
public class DependencyResolverSetup : Setup
{
    private DependencyResolverSetup(IDependencyResolver resolver) => DependencyResolver = resolver;

    public IDependencyResolver DependencyResolver { get; }

    public static DependencyResolverSetup Create(IServiceProvider provider) => new(new ServiceProviderDependencyResolver(provider));
    public static DependencyResolverSetup Create(IDependencyResolver provider) => new(provider);
}

public sealed class DependencyResolver(IDependencyResolver resolver) : IExtension
{
    public IDependencyResolver Resolver { get; } = resolver;

    public static DependencyResolver For(ActorSystem actorSystem) => actorSystem.WithExtension<DependencyResolver, DependencyResolverExtension>();

    public Props Props<T>(params object[] args) where T : ActorBase => Resolver.Props<T>(args);
    public Props Props(Type type, params object[] args) => Resolver.Props(type, args);
}

public sealed class DependencyResolverExtension : ExtensionIdProvider<DependencyResolver>
{
    public override DependencyResolver CreateExtension(ExtendedActorSystem system)
    {
        var setup = system.Settings.Setup.Get<DependencyResolverSetup>();
        return setup.HasValue
            ? new DependencyResolver(setup.Value.DependencyResolver)
            : throw new Configuration.ConfigurationException("Unable to find [DependencyResolverSetup] included in ActorSystem settings. Please specify one before attempting to use dependency injection inside Akka.NET.");
    }
}

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
