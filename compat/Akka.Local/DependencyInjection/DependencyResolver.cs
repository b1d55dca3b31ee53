using Akka.Actor;
using Akka.Actor.Setup;

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

/// <summary>A resolver with a lifetime.</summary>
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

/// <summary>The resolver of one system.</summary>
public sealed class DependencyResolver(IDependencyResolver resolver) : IExtension
{
    public IDependencyResolver Resolver { get; } = resolver;

    public static DependencyResolver For(ActorSystem actorSystem) => actorSystem.WithExtension<DependencyResolver, DependencyResolverExtension>();

    public Props Props<T>(params object[] args) where T : ActorBase => Resolver.Props<T>(args);
    public Props Props(Type type, params object[] args) => Resolver.Props(type, args);
}

/// <summary>The key under which a system has its resolver.</summary>
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
