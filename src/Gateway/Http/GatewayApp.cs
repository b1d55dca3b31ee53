using System.Net;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Diagnostics.HealthChecks;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using RealtimeAkka.Gateway.Browser;
using RealtimeAkka.Gateway.Calls;
using RealtimeAkka.Gateway.Telephone;
using RealtimeAkka.Protocol;
using RealtimeAkka.Protocol.Records;

namespace RealtimeAkka.Gateway.Http;

/// <summary>How the gateway serves.</summary>
/// <param name="Addresses">Where it listens.</param>
/// <param name="Access">Who may use it.</param>
/// <param name="MaxCalls">Calls at once, for the limits of the server.</param>
/// <param name="RecordAddress">The caller's address is recorded.</param>
/// <param name="Browser">Calls from browsers.</param>
/// <param name="Telephone">Calls from telephone carriers.</param>
public sealed record GatewaySettings(
    IReadOnlyList<IPEndPoint> Addresses, Access Access, int MaxCalls, bool RecordAddress, BrowserSettings Browser,
    TelephoneSettings Telephone);

/// <summary>The web application: the page, calls from browsers and telephones, the API, health checks.</summary>
/// <param name="settings">How it serves.</param>
/// <param name="calls">The calls of this process.</param>
/// <param name="recorded">The calls that are over.</param>
/// <param name="log">Gets a line about each client that breaks a rule.</param>
/// <param name="ticker">Wakes speakers that wait for room.</param>
/// <param name="cluster">The cluster; null: this process is alone.</param>
public sealed class GatewayApp(GatewaySettings settings, ICalls calls, IRecordedCalls recorded, IGatewayLog log, TimeProvider ticker,
    ICluster? cluster = null)
{
    /// <summary>The tag of the checks that say whether the process lives.</summary>
    public const string LiveTag = "live";

    /// <summary>The tag of the checks that say whether it takes another call.</summary>
    public const string ReadyTag = "ready";

    private static readonly TimeProvider Clock = TimeProvider.System;
    private static readonly TimeSpan PingInterval = TimeSpan.FromSeconds(15), PingTimeout = TimeSpan.FromSeconds(20);

    /// <summary>Adds the services that the application needs.</summary>
    public void Configure(WebApplicationBuilder builder)
    {
        builder.WebHost.UseKestrelCore().ConfigureKestrel(Limit);
        builder.Services.AddRouting().AddProblemDetails().AddOpenApi(description => description.AddDocumentTransformer((document, _, _) =>
        {
            document.Info.Title = "RealtimeAkka";
            return Task.CompletedTask;
        }));
        builder.Services.AddHealthChecks();
        builder.Services.ConfigureHttpJsonOptions(json =>
        {
            json.SerializerOptions.PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower;
            json.SerializerOptions.MaxDepth = 8;
        });
    }

    /// <summary>Maps everything.</summary>
    public void Map(WebApplication app)
    {
        app.UseExceptionHandler(new ExceptionHandlerOptions
        {
            StatusCodeSelector = e => e is Microsoft.AspNetCore.Http.BadHttpRequestException bad ? bad.StatusCode
                : StatusCodes.Status500InternalServerError,
        });
        app.UseStatusCodePages();
        app.Use(LogFailureAsync);
        var twilio = new TwilioAccess(settings.Telephone, settings.Addresses);
        Shield.Use(app, settings.Access, twilio.IsSigned, log);
        // A browser that does not answer a ping for so long is gone.
        app.UseWebSockets(new WebSocketOptions { KeepAliveInterval = PingInterval, KeepAliveTimeout = PingTimeout });
        PageFiles.Map(app);
        new CallEndpoints(
            calls, recorded, new NodeCalls(cluster?.Node ?? Environment.MachineName, calls, recorded, cluster),
            cluster is null ? null : new CallsElsewhere(cluster)).Map(app);
        if (cluster is not null) app.MapGet("/api/tenants/{id}", TenantAsync).WithTags("tenants").WithName("getTenant")
            .WithSummary("A tenant: its calls on all nodes, and what they have spent.")
            .Produces<TenantView>().ProducesProblem(400).ProducesProblem(503);
        app.MapGet("/calls/browser", BrowserAsync).ExcludeFromDescription();
        new TelephoneEndpoints(settings, twilio, calls, log, Clock, ticker).Map(app);
        app.MapHealthChecks("/health/live", Checks(LiveTag));
        app.MapHealthChecks("/health/ready", Checks(ReadyTag));
        app.MapOpenApi();
    }

    internal static HealthCheckOptions Checks(string tag) => new() { Predicate = check => check.Tags.Contains(tag) };

    private void Limit(KestrelServerOptions kestrel)
    {
        kestrel.AddServerHeader = false;
        foreach (var address in settings.Addresses) kestrel.Listen(address, listen => listen.Protocols = HttpProtocols.Http1);
        var limits = kestrel.Limits;
        limits.MaxRequestBodySize = 16 * 1024;
        limits.MaxRequestLineSize = 4 * 1024;
        limits.MaxRequestHeadersTotalSize = 16 * 1024;
        limits.MaxRequestHeaderCount = 64;
        limits.MaxRequestBufferSize = 64 * 1024;
        limits.MaxResponseBufferSize = 64 * 1024;
        limits.RequestHeadersTimeout = TimeSpan.FromSeconds(10);
        limits.KeepAliveTimeout = TimeSpan.FromSeconds(60);
        limits.MinRequestBodyDataRate = new MinDataRate(240, TimeSpan.FromSeconds(5));
        limits.MinResponseDataRate = new MinDataRate(240, TimeSpan.FromSeconds(10));
        // Besides the calls: those that are told that there is no place, and those that watch.
        limits.MaxConcurrentUpgradedConnections = settings.MaxCalls + 100;
        limits.MaxConcurrentConnections = 2 * settings.MaxCalls + 500;
    }

    private async Task LogFailureAsync(HttpContext http, RequestDelegate next)
    {
        try
        {
            await next(http).ConfigureAwait(false);
        }
        catch (Exception) when (http.RequestAborted.IsCancellationRequested)
        {
            // The client is gone.
        }
        catch (Exception e) when (e is not Microsoft.AspNetCore.Http.BadHttpRequestException)
        {
            log.Fail(e);
            throw;
        }
    }

    private async Task<IResult> TenantAsync(string id)
    {
        if (TenantId.Read(id) is not { } tenant) return Problems.NoTenant();
        try
        {
            return TypedResults.Ok(await cluster!.TenantAsync(tenant).ConfigureAwait(false));
        }
        catch (NodeAwayException e)
        {
            return Problems.Away(e);
        }
    }

    private async Task BrowserAsync(HttpContext http)
    {
        if (await new CallEntry(calls).AdmitAsync(http).ConfigureAwait(false) is not var (id, socket)) return;
        using var _ = socket;
        using var call = new BrowserCall(id, socket, settings.Browser, Clock, ticker);
        var session = calls.RunAsync(id, new CallPorts(CallSource.Browser, "browser", call.Source, call.Speaker)
        {
            RemoteAddress = settings.RecordAddress ? http.Connection.RemoteIpAddress?.ToString() : null,
            BargesIn = true,
            Format = SoundFormat.Pcm16,
            RecordHeard = record => call.Speaker.Record = record,
        });
        await call.RunAsync(
            session, () => calls.Stop(id), broken => log.Warn($"The browser of a call broke a rule: {broken}", id), http.RequestAborted)
            .ConfigureAwait(false);
    }
}
