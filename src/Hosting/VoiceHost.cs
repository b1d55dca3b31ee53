using System.Reflection;
using System.Runtime.CompilerServices;
using Akka.Actor;
using Akka.Hosting;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;
using RealtimeAkka.Actors.Sessions;
using RealtimeAkka.Cluster;
using RealtimeAkka.Gateway.Calls;
using RealtimeAkka.Gateway.Http;
using RealtimeAkka.Hosting.Logging;
using RealtimeAkka.Hosting.Replay;
using RealtimeAkka.Protocol;
using RealtimeAkka.Protocol.Messages;
using Serilog.Events;

namespace RealtimeAkka.Hosting;

/// <summary>
/// The composition root: the process's one actor system on the generic host, which runs all its sessions. Besides actors,
/// <see cref="VirtualScheduler"/> and <see cref="Configuration.HoconFile"/> the only file that uses Akka.NET.
/// </summary>
public sealed class VoiceHost : IAsyncDisposable
{
    // We register nothing in the shutdown's phases, so a system that has not stopped by then is stuck.
    private static readonly TimeSpan ShutdownLimit = TimeSpan.FromSeconds(5);

    private static readonly TimeSpan AskLimit = TimeSpan.FromSeconds(10);

    // The phases in which tenants move to other nodes and this one leaves may take 10 s each.
    private static readonly TimeSpan LeaveLimit = TimeSpan.FromMinutes(1);

    private readonly IHost _host;
    private TimeSpan _shutdownLimit = ShutdownLimit;

    private VoiceHost(IHost host) => _host = host;

    private ActorSystem System => _host.Services.GetRequiredService<ActorSystem>();

    /// <summary>The time of a system that was started with <see cref="VirtualScheduler.Hocon"/>; null: real time.</summary>
    public VirtualTime? VirtualTime => (System.Scheduler as VirtualScheduler)?.Time;

    private IActorRef Calls => CallsOf(_host.Services);

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
        var builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings());
        Add(builder.Services, akka, logged, CallLimits.None);
        var host = new VoiceHost(builder.Build());
        await host._host.StartAsync(cancellation).ConfigureAwait(false);
        return host;
    }

    /// <summary>
    /// The same with a web server in the same host, which is not started yet: <paramref name="configure"/> adds its services;
    /// <paramref name="limits"/> are those of its calls.
    /// </summary>
    public static (VoiceHost Host, WebApplication Web) Create(
        string akka, LogEventLevel logged, CallLimits limits, Action<WebApplicationBuilder> configure, ICluster? cluster = null)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        Add(builder.Services, akka, logged, limits, cluster);
        configure(builder);
        var web = builder.Build();
        return (new VoiceHost(web) { _shutdownLimit = cluster is null ? ShutdownLimit : LeaveLimit }, web);
    }

    private static void Add(
        IServiceCollection services, string akka, LogEventLevel logged, CallLimits limits, ICluster? cluster = null) => services
        .AddSingleton<IHostLifetime, NoLifetime>()
        .AddAkka("realtime", (configuration, _) => Finish(configuration
            .AddHocon(akka, HoconAddMode.Prepend)
            .AddHocon(SerilogLoggerActor.Hocon(logged), HoconAddMode.Append)
            .WithActors((system, registry) => registry.Register<CallsActor>(
                system.ActorOf(CallsActor.Props(limits, TimeProvider.System), "calls")))
            .WithActorSystemLivenessCheck(tags: [GatewayApp.LiveTag])
            .WithHealthCheck("calls", (_, registry, cancellation) => CheckAsync(registry.Get<CallsActor>(), cancellation),
                tags: [GatewayApp.ReadyTag]), cluster));

    private static void Finish(AkkaConfigurationBuilder configuration, ICluster? cluster)
    {
        if (cluster is not null) Join(configuration, cluster);
    }

    // Not inlined: only a node of a cluster loads the assemblies for it.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void Join(AkkaConfigurationBuilder configuration, ICluster cluster) => ((ClusterNode)cluster).AddTo(configuration);

    // Ready for another call.
    private static async Task<HealthCheckResult> CheckAsync(IActorRef calls, CancellationToken cancellation)
    {
        var status = await calls.Ask<CallsActor.Status>(new CallsActor.GetStatus(), AskLimit, cancellation).ConfigureAwait(false);
        return status.IsOpen ? HealthCheckResult.Healthy() : HealthCheckResult.Unhealthy("no further call is taken");
    }

    /// <summary>Starts everything; throws <see cref="IOException"/> if the web server cannot listen.</summary>
    public Task StartAsync(CancellationToken cancellation) => _host.StartAsync(cancellation);

    /// <summary>Asks for a place for a call, which it has until it ends; null: it has one, else why not.</summary>
    public async Task<CallRefusal?> AdmitAsync(SessionId id) =>
        (await Calls.Ask<CallsActor.Admission>(new CallsActor.Admit(id), AskLimit).ConfigureAwait(false)).Refusal;

    /// <summary>Gives the place of an admitted call back that does not run.</summary>
    public void Withdraw(SessionId id) => Calls.Tell(new CallsActor.Withdraw(id));

    /// <summary>Mutes or unmutes a call's microphone, or changes its device; no effect if the call is over.</summary>
    public void Control(SessionId id, MicControl what) => Calls.Tell(new CallsActor.Control(id, what));

    /// <summary>Ends a call in good order.</summary>
    public void Stop(SessionId id) => Calls.Tell(new CallsActor.Stop(id));

    /// <summary>
    /// Admits no more calls, and completes when the last one is over; after <paramref name="limit"/> they are ended in good order.
    /// </summary>
    public async Task DrainAsync(TimeSpan limit, CancellationToken abandon)
    {
        var drained = Calls.Ask<CallsActor.Drained>(new CallsActor.Drain(limit), Timeout.InfiniteTimeSpan, abandon);
        // An actor system that has ended has ended its calls too, and answers nothing.
        await (await Task.WhenAny(drained, System.WhenTerminated).ConfigureAwait(false)).ConfigureAwait(false);
    }

    /// <summary>
    /// Runs one session to its end; any number may run at once. <paramref name="stop"/> ends it gracefully,
    /// <paramref name="abandon"/> at once. If the session or the actor system is lost, the result is <see cref="ExitKind.Failed"/>.
    /// </summary>
    public async Task<SessionMessages.Ended> RunAsync(
        SessionSettings settings, SessionPorts ports, CancellationToken stop, CancellationToken abandon)
    {
        var id = settings.Facts.Id;
        _ = Task.Run(settings.Turns.Hearing.Build, CancellationToken.None); // beside the connecting, once for all calls of a plan
        var ended = Calls.Ask<SessionMessages.Ended>(
            new CallsActor.Start(settings, ports), Timeout.InfiniteTimeSpan, CancellationToken.None);
        await using var stopping = stop.Register(() => Stop(id));
        try
        {
            await Task.WhenAny(ended, System.WhenTerminated).WaitAsync(abandon).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            Calls.Tell(new CallsActor.Abandon(id));
            return new SessionMessages.Ended(ExitKind.Interrupted, null);
        }
        return ended.IsCompletedSuccessfully ? await ended.ConfigureAwait(false)
            : new SessionMessages.Ended(ExitKind.Failed, "The actor system stopped while the session was running.");
    }

    /// <summary>Completes when everything that a session has logged so far is passed on, or after a second.</summary>
    public Task FlushLogAsync(SessionId id) => SerilogLoggerActor.FlushAsync(System, id.Value);

    /// <summary>Stops the actor system and everything that still runs in it.</summary>
    public async ValueTask DisposeAsync()
    {
        await SerilogLoggerActor.FlushAsync(System).ConfigureAwait(false);
        using var limit = new CancellationTokenSource(_shutdownLimit);
        await _host.StopAsync(limit.Token).ConfigureAwait(false);
        _host.Dispose();
    }

    private static IActorRef CallsOf(IServiceProvider services) => services.GetRequiredService<IReadOnlyActorRegistry>().Get<CallsActor>();

    // The command line handles signals: the first ends the session gracefully, the second at once.
    private sealed class NoLifetime : IHostLifetime
    {
        public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
