using Akka.Actor;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Akka.Hosting;

/// <summary>Starts the system with the host and ends it with the host; when the system ends first, so does the host.</summary>
public class AkkaHostedService(AkkaConfigurationBuilder configurationBuilder, IServiceProvider serviceProvider, ILogger<AkkaHostedService> logger, IHostApplicationLifetime? applicationLifetime) : IHostedService
{
    protected ActorSystem? ActorSystem { get; set; }
    protected CoordinatedShutdown? CoordinatedShutdown { get; set; }

    public virtual async Task StartAsync(CancellationToken cancellationToken)
    {
        try
        {
            ActorSystem = serviceProvider.GetRequiredService<ActorSystem>();
            CoordinatedShutdown = CoordinatedShutdown.Get(ActorSystem);
            await configurationBuilder.StartAsync(ActorSystem).ConfigureAwait(false);
            _ = StopHostAfter(ActorSystem.WhenTerminated);
        }
        catch (Exception e)
        {
            logger.LogCritical(e, "Unable to start AkkaHostedService - shutting down application");
            Console.WriteLine($"Unable to start AkkaHostedService - shutting down application.\nCause: {e}");
            await StopAsync(CancellationToken.None).ConfigureAwait(false);
            throw;
        }
    }

    public virtual async Task StopAsync(CancellationToken cancellationToken)
    {
        if (CoordinatedShutdown is not null)
            await CoordinatedShutdown.Run(CoordinatedShutdown.ClrExitReason.Instance).ConfigureAwait(false);
    }

    private async Task StopHostAfter(Task terminated)
    {
        await terminated.ConfigureAwait(false);
        applicationLifetime?.StopApplication();
    }
}
