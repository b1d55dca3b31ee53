using Akka.Configuration;
using Akka.Util;

namespace Akka.Actor;

/// <summary>The configuration a system starts with.</summary>
public sealed class BootstrapSetup : Setup.Setup
{
    private BootstrapSetup(Option<Config> config, Option<ProviderSelection> provider) => (Config, ActorRefProvider) = (config, provider);

    public Option<Config> Config { get; }
    public Option<ProviderSelection> ActorRefProvider { get; }

    public static BootstrapSetup Create() => new(default, default);

    public BootstrapSetup WithConfig(Config config) => new(config, ActorRefProvider);

    public BootstrapSetup WithConfigFallback(Config config) => new(Config.HasValue ? Config.Value.WithFallback(config) : config, ActorRefProvider);

    public BootstrapSetup WithActorRefProvider(ProviderSelection name) => new(Config, name);
}

/// <summary>Akka.NET knows remote and cluster too; here there is one process.</summary>
public class ProviderSelection
{
    private ProviderSelection(string identifier) => Identifier = identifier;

    public string Identifier { get; }

    public sealed class Local : ProviderSelection
    {
        public static readonly Local Instance = new();

        private Local() : base("local") { }
    }
}
