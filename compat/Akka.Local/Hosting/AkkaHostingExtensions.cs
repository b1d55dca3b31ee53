using Akka.Actor;
using Akka.Actor.Setup;
using Akka.Configuration;
using Akka.DependencyInjection;
using Akka.Hosting.Configuration;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Akka.Hosting;

/// <summary>The words in which a host says what system it wants.</summary>
public static class AkkaHostingExtensions
{
    public static IServiceCollection AddAkka(this IServiceCollection services, string actorSystemName, Action<AkkaConfigurationBuilder> builder) =>
        services.AddAkka(actorSystemName, (configuration, _) => builder(configuration));

    /// <summary>The builder runs when the system is first needed, with the finished container.</summary>
    public static IServiceCollection AddAkka(this IServiceCollection services, string actorSystemName, Action<AkkaConfigurationBuilder, IServiceProvider> builder)
    {
        var configuration = new AkkaConfigurationBuilder(services, actorSystemName);
        configuration.Bind();
        services.AddSingleton(provider =>
        {
            builder(configuration, provider);
            return configuration;
        });
        services.AddSingleton<IHostedService>(provider => new AkkaHostedService(
            provider.GetRequiredService<AkkaConfigurationBuilder>(),
            provider,
            provider.GetRequiredService<ILogger<AkkaHostedService>>(),
            provider.GetService<IHostApplicationLifetime>()));
        return services;
    }

    public static AkkaConfigurationBuilder AddHocon(this AkkaConfigurationBuilder builder, Config hocon, HoconAddMode addMode)
    {
        builder.Merge(hocon, addMode);
        return builder;
    }

    public static AkkaConfigurationBuilder AddHocon(this AkkaConfigurationBuilder builder, IConfiguration configuration, HoconAddMode addMode, bool normalizeKeys = true) =>
        builder.AddHocon(configuration.ToHocon(normalizeKeys), addMode);

    public static AkkaConfigurationBuilder AddHoconFile(this AkkaConfigurationBuilder builder, string hoconFilePath, HoconAddMode addMode) =>
        builder.AddHocon(ConfigurationFactory.ParseString(File.ReadAllText(hoconFilePath)), addMode);

    public static AkkaConfigurationBuilder AddSetup(this AkkaConfigurationBuilder builder, Setup setup)
    {
        builder.Setups.RemoveWhere(s => s.GetType() == setup.GetType());
        builder.Setups.Add(setup);
        return builder;
    }

    public static AkkaConfigurationBuilder WithActorAskTimeout(this AkkaConfigurationBuilder builder, TimeSpan timeout) =>
        builder.AddHocon(ConfigurationFactory.ParseString($"akka.actor.ask-timeout = {timeout.ToHocon(allowInfinite: true, zeroIsInfinite: true)}"), HoconAddMode.Prepend);

    public static AkkaConfigurationBuilder WithActorRefProvider(this AkkaConfigurationBuilder builder, ProviderSelection providerSelection)
    {
        builder.SetProvider(providerSelection);
        return builder;
    }

    public static AkkaConfigurationBuilder WithActors(this AkkaConfigurationBuilder builder, Action<ActorSystem, IActorRegistry> actorStarter) => builder.StartActors(actorStarter);

    public static AkkaConfigurationBuilder WithActors(this AkkaConfigurationBuilder builder, Action<ActorSystem, IActorRegistry, IDependencyResolver> actorStarter) => builder.StartActors(actorStarter);

    public static AkkaConfigurationBuilder WithActors(this AkkaConfigurationBuilder builder, ActorStarter actorStarter) => builder.StartActors(actorStarter);

    public static AkkaConfigurationBuilder WithActors(this AkkaConfigurationBuilder builder, ActorStarterWithResolver actorStarter) => builder.StartActors(actorStarter);
}
