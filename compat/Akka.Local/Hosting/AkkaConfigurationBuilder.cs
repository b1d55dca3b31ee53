using Akka.Actor;
using Akka.Actor.Setup;
using Akka.Configuration;
using Akka.DependencyInjection;
using Akka.Hosting.Logging;
using Akka.Util;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Akka.Hosting;

/// <summary>Makes actors when the host starts.</summary>
public delegate Task ActorStarter(ActorSystem system, IActorRegistry registry);

/// <summary>Makes actors that need the container.</summary>
public delegate Task ActorStarterWithResolver(ActorSystem system, IActorRegistry registry, IDependencyResolver resolver);

/// <summary>Runs when all actors are there.</summary>
public delegate Task StartupTask(ActorSystem system, IActorRegistry registry);

/// <summary>Collects configuration, actors and start-up work; the hosted service carries them out.</summary>
public sealed class AkkaConfigurationBuilder(IServiceCollection serviceCollection, string actorSystemName)
{
    private readonly List<ActorStarter> _actorStarters = [];
    private readonly List<StartupTask> _startupTasks = [];
    private readonly List<Type> _extensions = [];
    private bool _complete;

    public readonly HashSet<Setup> Setups = [];

    public Option<Config> Configuration { get; private set; }
    public Option<ProviderSelection> ActorRefProvider { get; private set; }
    internal IServiceCollection ServiceCollection { get; } = serviceCollection;

    public AkkaConfigurationBuilder StartActors(Action<ActorSystem, IActorRegistry> starter) => StartActors((system, registry) =>
    {
        starter(system, registry);
        return Task.CompletedTask;
    });

    public AkkaConfigurationBuilder StartActors(Action<ActorSystem, IActorRegistry, IDependencyResolver> starter) =>
        StartActors((system, registry) => starter(system, registry, DependencyResolver.For(system).Resolver));

    public AkkaConfigurationBuilder StartActors(ActorStarterWithResolver starter) =>
        StartActors((system, registry) => starter(system, registry, DependencyResolver.For(system).Resolver));

    public AkkaConfigurationBuilder StartActors(ActorStarter starter)
    {
        if (!_complete)
            _actorStarters.Add(starter);
        return this;
    }

    public AkkaConfigurationBuilder AddStartup(Action<ActorSystem, IActorRegistry> startupTask) => AddStartup((system, registry) =>
    {
        startupTask(system, registry);
        return Task.CompletedTask;
    });

    public AkkaConfigurationBuilder AddStartup(StartupTask startupTask)
    {
        if (!_complete)
            _startupTasks.Add(startupTask);
        return this;
    }

    public AkkaConfigurationBuilder WithExtension<T>() where T : IExtensionId => WithExtensions(typeof(T));

    public AkkaConfigurationBuilder WithExtensions(params Type[] extensions)
    {
        foreach (var extension in extensions)
        {
            if (!typeof(IExtensionId).IsAssignableFrom(extension) || extension.IsAbstract)
                throw new ConfigurationException($"Type must be a class that implements IExtensionId: [{extension.FullName}]");
            if (!_extensions.Contains(extension))
                _extensions.Add(extension);
        }
        return this;
    }

    internal void Merge(Config config, HoconAddMode mode)
    {
        if (!Configuration.HasValue)
            Configuration = config;
        else
            Configuration = mode == HoconAddMode.Append ? Configuration.Value.WithFallback(config) : config.WithFallback(Configuration.Value);
    }

    internal void SetProvider(ProviderSelection provider) => ActorRefProvider = provider;

    internal void Bind()
    {
        ServiceCollection.AddSingleton(CreateSystem);
        ServiceCollection.AddSingleton(provider => ActorRegistry.For(provider.GetRequiredService<ActorSystem>()));
        ServiceCollection.AddSingleton<IActorRegistry>(provider => provider.GetRequiredService<ActorRegistry>());
        ServiceCollection.AddSingleton<IReadOnlyActorRegistry>(provider => provider.GetRequiredService<ActorRegistry>());
        ServiceCollection.AddSingleton(typeof(IRequiredActor<>), typeof(RequiredActor<>));
    }

    /// <summary>All starters in order, then all start-up tasks.</summary>
    internal async Task StartAsync(ActorSystem system)
    {
        if (_complete)
            return;
        _complete = true;
        var registry = ActorRegistry.For(system);
        foreach (var starter in _actorStarters)
            await starter(system, registry).ConfigureAwait(false);
        foreach (var task in _startupTasks)
            await task(system, registry).ConfigureAwait(false);
    }

    private ActorSystem CreateSystem(IServiceProvider provider)
    {
        provider.GetRequiredService<AkkaConfigurationBuilder>(); // runs the builder, if nobody has yet
        AddExtensions();
        if (!Setups.OfType<LoggerFactorySetup>().Any() && provider.GetService<ILoggerFactory>() is { } loggerFactory)
            Setups.Add(new LoggerFactorySetup(loggerFactory));
        var bootstrap = BootstrapSetup.Create().WithConfig(Configuration.GetOrElse(Config.Empty));
        return ActorSystem.Create(actorSystemName, ActorSystemSetup.Create([bootstrap, DependencyResolverSetup.Create(provider), .. Setups]));
    }

    private void AddExtensions()
    {
        if (_extensions.Count == 0)
            return;
        var listed = Configuration.GetOrElse(Config.Empty).GetStringList("akka.extensions");
        var all = _extensions.Select(e => e.AssemblyQualifiedName!).Concat(listed).Select(name => $"\"{name}\"");
        Merge(ConfigurationFactory.ParseString($"akka.extensions = [{string.Join(", ", all)}]"), HoconAddMode.Prepend);
    }
}
