using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;

namespace RealtimeAkka.Bench.Load;

/// <summary>Takes whatever comes by OTLP over HTTP, and drops it.</summary>
internal static class Collector
{
    /// <summary>Starts it on a free port of loopback; it runs until the process ends.</summary>
    public static async Task<string> StartAsync()
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        var app = builder.Build();
        app.Run(http => http.Request.Body.CopyToAsync(Stream.Null, http.RequestAborted));
        await app.StartAsync().ConfigureAwait(false);
        return app.Urls.Single();
    }
}
