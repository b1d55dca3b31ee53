using System.Reflection;
using Akka.Actor;
using Akka.Configuration;
using Akka.Configuration.Hocon;
using Akka.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using RealtimeAkka.Actors;
using RealtimeAkka.Host.Configuration;
using RealtimeAkka.Host.Logging;
using RealtimeAkka.Protocol.Messages;

namespace RealtimeAkka.Host;

/// <summary>The composition root: the only file besides the actors that knows Akka.NET.</summary>
public static class VoiceHost
{
    /// <summary>The actor runtime in use, with the version of its package: <c>Akka.NET 1.5.74</c>.</summary>
    public static string Runtime { get; } =
        "Akka.NET " + typeof(ActorSystem).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion.Split('+')[0];

    /// <summary>
    /// Runs one session to its end. <paramref name="stop"/> ends it in good order, <paramref name="abandon"/> at once.
    /// <paramref name="akka"/> is the actor system's own configuration.
    /// </summary>
    public static async Task<SessionMessages.Ended> RunAsync(
        SessionSettings settings, SessionPorts ports, string akka, CancellationToken stop, CancellationToken abandon)
    {
        using var host = new HostBuilder()
            .ConfigureServices(services => services
                .AddSingleton<IHostLifetime, NoLifetime>()
                .AddAkka("realtime", builder => builder
                    .AddHocon(akka, HoconAddMode.Prepend)
                    .ConfigureLoggers(loggers =>
                    {
                        loggers.ClearLoggers();
                        loggers.AddLogger<SerilogLoggerActor>();
                        loggers.LogLevel = Akka.Event.LogLevel.DebugLevel; // Serilog decides what is kept
                    })
                    .WithActors((system, registry) => registry.Register<SessionActor>(system.ActorOf(SessionActor.Props(settings, ports), "session")))))
            .Build();
        await host.StartAsync(abandon).ConfigureAwait(false);

        var session = host.Services.GetRequiredService<IReadOnlyActorRegistry>().Get<SessionActor>();
        var ended = session.Ask<SessionMessages.Ended>(new SessionMessages.Run(), Timeout.InfiniteTimeSpan);
        await using var stopping = stop.Register(() => session.Tell(new SessionMessages.Stop()));
        try
        {
            return await ended.WaitAsync(abandon).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (abandon.IsCancellationRequested)
        {
            return new SessionMessages.Ended(ExitKind.Interrupted, null);
        }
        finally
        {
            await host.StopAsync(CancellationToken.None).ConfigureAwait(false);
        }
    }

    /// <summary>
    /// Reads HOCON into one layer of scalars. Throws <see cref="ConfigException"/> with <paramref name="origin"/> where it cannot
    /// be read.
    /// </summary>
    public static ConfigLayer ReadHocon(string text, string origin)
    {
        var values = new Dictionary<string, string>(StringComparer.Ordinal);
        try
        {
            Flatten(ConfigurationFactory.ParseString(text).Root, "", values);
        }
        catch (Exception e) when (e is FormatException or ConfigurationException)
        {
            throw new ConfigException($"{origin} is no valid HOCON: {e.Message.ReplaceLineEndings(" ")}", e);
        }
        return new ConfigLayer(origin, values);
    }

    private static void Flatten(HoconValue? value, string path, Dictionary<string, string> values)
    {
        if (value is null || value.IsEmpty) return;
        if (value.IsObject())
        {
            foreach (var (key, child) in value.GetObject()!.Items) Flatten(child, path.Length == 0 ? key : $"{path}.{key}", values);
        }
        else
        {
            // An unquoted null is a word like any other here: "output = null" names the null output.
            values[path] = value.IsArray() ? string.Join(",", value.GetArray().Select(item => item.GetString())) : value.GetString() ?? "null";
        }
    }

    // Signals are the command line's business: the first ends the session in good order, the second at once.
    private sealed class NoLifetime : IHostLifetime
    {
        public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
