using System.Reflection;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using OpenTelemetry;
using OpenTelemetry.Exporter;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;
using RealtimeAkka.Hosting.Configuration;
using RealtimeAkka.Hosting.Net;

namespace RealtimeAkka.Hosting.Telemetry;

/// <summary>
/// Sends what <see cref="HostTelemetry"/> offers by OTLP, and offers the metrics to Prometheus. The only file that uses OpenTelemetry: its
/// assemblies are loaded with the first use of this type.
/// </summary>
public sealed class TelemetryExport : IDisposable
{
    private static readonly string? Version =
        Assembly.GetEntryAssembly()?.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion.Split('+')[0];

    private readonly TracerProvider? _traces;
    private readonly MeterProvider _metrics;

    private TelemetryExport(TelemetryPlan plan)
    {
        var variables = Variables(plan);
        var metrics = Sdk.CreateMeterProviderBuilder().ConfigureServices(services => services.AddSingleton(variables))
            .ConfigureResource(Describe).AddMeter(HostTelemetry.Name);
        if (plan.IsSent)
        {
            _traces = Sdk.CreateTracerProviderBuilder().ConfigureServices(services => services.AddSingleton(variables))
                .ConfigureResource(Describe).AddSource(HostTelemetry.Name).AddOtlpExporter(Connect).Build();
            metrics.AddOtlpExporter(Connect);
        }
        if (plan.Prometheus) metrics.AddPrometheusExporter();
        _metrics = metrics.Build();
    }

    /// <summary>Begins to export.</summary>
    public static TelemetryExport Start(TelemetryPlan plan) => new(plan);

    /// <summary>Answers <c>GET /metrics</c>.</summary>
    public void Map(WebApplication app) => app.MapPrometheusScrapingEndpoint("/metrics", _metrics, null, optionsName: "");

    /// <summary>Sends what waits, for a few seconds at most.</summary>
    public void Dispose()
    {
        _traces?.Dispose();
        _metrics.Dispose();
    }

    // What the configuration says counts more than the environment; the rest is the environment's.
    private static IConfiguration Variables(TelemetryPlan plan) => new ConfigurationBuilder().AddEnvironmentVariables()
        .AddInMemoryCollection(plan.Endpoint is not { } endpoint ? [] : new Dictionary<string, string?>
        {
            [TelemetryPlan.EndpointVariable] = endpoint.ToString(), [TelemetryPlan.ProtocolVariable] = plan.Protocol,
        }).Build();

    private static void Describe(ResourceBuilder resource) => resource.Clear()
        .AddService("realtime-akka", serviceVersion: Version).AddTelemetrySdk().AddEnvironmentVariableDetector();

    // A collector on this machine is not reached through a proxy.
    private static void Connect(OtlpExporterOptions options) => options.HttpClientFactory = () =>
        new HttpClient(new SocketsHttpHandler { Proxy = OutboundProxy.Instance })
            { Timeout = TimeSpan.FromMilliseconds(options.TimeoutMilliseconds) };
}
