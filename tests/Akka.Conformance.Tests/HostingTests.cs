using Akka.Dispatch;
using Akka.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Akka.Conformance.Tests;

public class HostingTests
{
    private sealed class EchoKey;

    private sealed class OtherKey;

    [Fact]
    public async Task Actors_start_with_the_host_in_order_and_then_the_start_up_tasks()
    {
        var steps = new List<string>();
        using var host = Host(akka => akka
            .AddStartup((_, _) => steps.Add("startup"))
            .WithActors((_, _) => steps.Add("first"))
            .WithActors((_, _) => steps.Add("second")));
        await host.StartAsync();
        Assert.Equal(["first", "second", "startup"], steps);
        await host.StopAsync();
    }

    [Fact]
    public async Task A_registered_actor_is_found_by_its_key()
    {
        using var host = Host(akka => akka.WithActors((system, registry) => registry.Register<EchoKey>(Echo(system))));
        var early = host.Services.GetRequiredService<IRequiredActor<EchoKey>>().GetAsync();
        await host.StartAsync();
        var echo = host.Services.GetRequiredService<ActorRegistry>().Get<EchoKey>();
        Assert.Equal("hello", await echo.Ask<string>("hello", TimeSpan.FromSeconds(3)));
        Assert.Equal(echo, await early);
        Assert.Equal(echo, await host.Services.GetRequiredService<IReadOnlyActorRegistry>().GetAsync<EchoKey>());
        await host.StopAsync();
    }

    [Fact]
    public async Task A_key_is_given_once_unless_overwritten_and_a_missing_one_is_an_error()
    {
        using var host = Host(_ => { });
        await host.StartAsync();
        var system = host.Services.GetRequiredService<ActorSystem>();
        var registry = ActorRegistry.For(system);
        var (a, b) = (Echo(system), Echo(system));
        registry.Register<EchoKey>(a);
        Assert.Throws<DuplicateActorRegistryException>(() => registry.Register<EchoKey>(b));
        Assert.False(registry.TryRegister<EchoKey>(b));
        registry.Register<EchoKey>(b, overwrite: true);
        Assert.Equal(b, registry.Get<EchoKey>());
        Assert.Throws<MissingActorRegistryEntryException>(() => registry.Get<OtherKey>());
        Assert.False(registry.TryGet<OtherKey>(out _));
        await host.StopAsync();
    }

    [Fact]
    public async Task Arguments_of_an_actor_come_from_the_container()
    {
        using var host = Host(akka => akka.WithActors((system, registry, resolver) =>
            registry.Register<EchoKey>(system.ActorOf(resolver.Props<Greeter>("hello")))), services => services.AddSingleton(new Greeting("world")));
        await host.StartAsync();
        var greeter = host.Services.GetRequiredService<ActorRegistry>().Get<EchoKey>();
        Assert.Equal("hello world", await greeter.Ask<string>("?", TimeSpan.FromSeconds(3)));
        await host.StopAsync();
    }

    [Fact]
    public async Task Stopping_the_host_runs_the_coordinated_shutdown()
    {
        using var host = Host(_ => { });
        await host.StartAsync();
        var system = host.Services.GetRequiredService<ActorSystem>();
        await host.StopAsync();
        Assert.True(system.WhenTerminated.IsCompletedSuccessfully);
        Assert.IsType<CoordinatedShutdown.ClrExitReason>(CoordinatedShutdown.Get(system).ShutdownReason);
    }

    [Fact]
    public async Task When_the_system_ends_so_does_the_host()
    {
        using var host = Host(_ => { });
        await host.StartAsync();
        var stopping = new TaskCompletionSource();
        host.Services.GetRequiredService<IHostApplicationLifetime>().ApplicationStopping.Register(stopping.SetResult);
        await host.Services.GetRequiredService<ActorSystem>().Terminate();
        await stopping.Task.WaitAsync(TimeSpan.FromSeconds(5));
        await host.StopAsync();
    }

    [Fact]
    public async Task A_failure_at_the_start_is_the_failure_of_the_host()
    {
        using var host = Host(akka => akka.WithActors((_, _) => throw new InvalidOperationException("cannot")));
        var e = await Assert.ThrowsAsync<InvalidOperationException>(() => host.StartAsync());
        Assert.Equal("cannot", e.Message);
    }

    [Theory]
    [InlineData(HoconAddMode.Append, "first")]
    [InlineData(HoconAddMode.Prepend, "second")]
    [InlineData(HoconAddMode.Replace, "second")]
    public async Task The_mode_says_which_configuration_wins(HoconAddMode mode, string winner)
    {
        using var host = Host(akka => akka.AddHocon("a = first, b = 1", HoconAddMode.Append).AddHocon("a = second, c = 2", mode));
        await host.StartAsync();
        var config = host.Services.GetRequiredService<ActorSystem>().Settings.Config;
        Assert.Equal(winner, config.GetString("a"));
        Assert.Equal((1, 2), (config.GetInt("b"), config.GetInt("c")));
        await host.StopAsync();
    }

    [Fact]
    public async Task Loggers_are_those_the_host_names()
    {
        using var host = Host(akka => akka
            .ConfigureLoggers(l =>
            {
                l.LogLevel = Event.LogLevel.DebugLevel;
                l.ClearLoggers();
                l.AddLogger<HoleLogger>();
                l.WithDefaultLogMessageFormatter<LoggingTests.Named>();
            })
            .WithActors((system, _) => Logging.GetLogger(system, "host").Debug("Hole {Name}", 1)));
        await host.StartAsync();
        Assert.Equal("Hole <1>", await HoleLogger.Seen.Task.WaitAsync(TimeSpan.FromSeconds(5)));
        await host.StopAsync();
    }

    private static IHost Host(Action<AkkaConfigurationBuilder> akka, Action<IServiceCollection>? services = null)
    {
        var builder = new HostApplicationBuilder(new HostApplicationBuilderSettings { DisableDefaults = true });
        builder.Logging.ClearProviders();
        services?.Invoke(builder.Services);
        builder.Services.AddAkka("hosted", configuration =>
        {
            configuration.AddHocon("akka.stdout-loglevel = OFF, akka.loglevel = ERROR", HoconAddMode.Append);
            akka(configuration);
        });
        return builder.Build();
    }

    private static IActorRef Echo(ActorSystem system) => system.ActorOf(Scripted.Props(a => a.OnAny(m => a.Sender.Tell(m))));

    private sealed record Greeting(string Word);

    private sealed class Greeter : ReceiveActor
    {
        public Greeter(string first, Greeting greeting) => ReceiveAny(_ => Sender.Tell($"{first} {greeting.Word}"));
    }

    /// <summary>Waits for the one line the test logs.</summary>
    public sealed class HoleLogger : ReceiveActor, IRequiresMessageQueue<ILoggerMessageQueueSemantics>
    {
        public static readonly TaskCompletionSource<string> Seen = new();

        public HoleLogger()
        {
            Receive<InitializeLogger>(_ => Sender.Tell(new LoggerInitialized()));
            Receive<LogEvent>(e =>
            {
                if (e.Message.ToString() is { } text && text.StartsWith("Hole"))
                    Seen.TrySetResult(text);
            });
        }
    }
}
