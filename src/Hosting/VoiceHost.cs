using System.Reflection;
using Akka.Actor;
using Akka.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using RealtimeAkka.Actors.Sessions;
using RealtimeAkka.Hosting.Logging;
using RealtimeAkka.Protocol.Messages;
using Serilog.Events;

namespace RealtimeAkka.Hosting;

/// <summary>
/// The composition root: the process's one actor system on the generic host, which runs all its sessions. Besides actors, their
/// executor and <see cref="Configuration.HoconFile"/> the only file that uses Akka.NET.
/// </summary>
public sealed class VoiceHost : IAsyncDisposable
{
    // We register nothing in the shutdown's phases, so a system that has not stopped by then is stuck.
    private static readonly TimeSpan ShutdownLimit = TimeSpan.FromSeconds(5);

    private readonly IHost _host;
    private readonly ActorSystem _system;
    private readonly IActorRef _sessions;

    private VoiceHost(IHost host)
    {
        _host = host;
        _system = host.Services.GetRequiredService<ActorSystem>();
        _sessions = host.Services.GetRequiredService<IReadOnlyActorRegistry>().Get<SessionsActor>();
    }

    /// <summary>The actor runtime in use, with the version of its package: <c>Akka.NET 1.5.74</c>.</summary>
    public static string Runtime { get; } =
        "Akka.NET " + typeof(ActorSystem).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion.Split(
            '+')[0];

    /// <summary>
    /// Starts the actor system. <paramref name="akka"/> is its HOCON configuration; unless that says otherwise, actors log to Serilog
    /// from the level <paramref name="logged"/> on and build no event below it.
    /// </summary>
    public static async Task<VoiceHost> StartAsync(string akka, LogEventLevel logged, CancellationToken cancellation)
    {
        var builder = Microsoft.Extensions.Hosting.Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings());
        builder.Services
            .AddSingleton<IHostLifetime, NoLifetime>()
            .AddAkka("realtime", configuration => configuration
                .AddHocon(akka, HoconAddMode.Prepend)
                .AddHocon(SerilogLoggerActor.Hocon(logged), HoconAddMode.Append)
                .WithActors((system, registry) => registry.Register<SessionsActor>(system.ActorOf(SessionsActor.Props(), "sessions"))));
        var host = builder.Build();
        await host.StartAsync(cancellation).ConfigureAwait(false);
        return new VoiceHost(host);
    }

    /// <summary>
    /// Runs one session to its end; any number may run at once. <paramref name="stop"/> ends it gracefully,
    /// <paramref name="abandon"/> at once. If the session or the actor system is lost, the result is <see cref="ExitKind.Failed"/>.
    /// </summary>
    public async Task<SessionMessages.Ended> RunAsync(
        SessionSettings settings, SessionPorts ports, CancellationToken stop, CancellationToken abandon)
    {
        var id = settings.Facts.Id;
        var ended = _sessions.Ask<SessionMessages.Ended>(
            new SessionsActor.Start(settings, ports), Timeout.InfiniteTimeSpan, CancellationToken.None);
        await using var stopping = stop.Register(() => _sessions.Tell(new SessionsActor.Stop(id)));
        try
        {
            await Task.WhenAny(ended, _system.WhenTerminated).WaitAsync(abandon).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            _sessions.Tell(new SessionsActor.Abandon(id));
            return new SessionMessages.Ended(ExitKind.Interrupted, null);
        }
        return ended.IsCompletedSuccessfully ? await ended.ConfigureAwait(false)
            : new SessionMessages.Ended(ExitKind.Failed, "The actor system stopped while the session was running.");
    }

    /// <summary>Stops the actor system and everything that still runs in it.</summary>
    public async ValueTask DisposeAsync()
    {
        await SerilogLoggerActor.FlushAsync(_system).ConfigureAwait(false);
        using var limit = new CancellationTokenSource(ShutdownLimit);
        await _host.StopAsync(limit.Token).ConfigureAwait(false);
        _host.Dispose();
    }

    // The command line handles signals: the first ends the session gracefully, the second at once.
    private sealed class NoLifetime : IHostLifetime
    {
        public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
