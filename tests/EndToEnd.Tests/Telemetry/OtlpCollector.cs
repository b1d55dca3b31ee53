using System.Collections.Concurrent;
using System.Net;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;

namespace RealtimeAkka.EndToEnd.Tests.Telemetry;

/// <summary>A stand-in for a collector: takes OTLP over HTTP on a free port of loopback, and keeps what it gets.</summary>
internal sealed class OtlpCollector : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly ConcurrentQueue<(string Path, byte[] Body)> _requests = new();

    private OtlpCollector()
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        _app = builder.Build();
        _app.Run(async http =>
        {
            using var body = new MemoryStream();
            await http.Request.Body.CopyToAsync(body);
            _requests.Enqueue((http.Request.Path, body.ToArray()));
            http.Response.ContentType = "application/x-protobuf";
            http.Response.StatusCode = StatusCodes.Status200OK;
        });
    }

    /// <summary>Its address.</summary>
    public string Url => _app.Urls.Single();

    /// <summary>The paths that were asked for.</summary>
    public IEnumerable<string> Paths => _requests.Select(request => request.Path).Distinct().Order();

    /// <summary>The spans so far, in the order of their beginning.</summary>
    public IReadOnlyList<OtlpSpan> Spans =>
        [.. _requests.Where(request => request.Path == "/v1/traces").SelectMany(request => OtlpSpan.Read(request.Body))
            .OrderBy(span => span.Start).ThenByDescending(span => span.End)];

    /// <summary>Whether these words came in any request.</summary>
    public bool Has(string words) =>
        _requests.Any(request => request.Body.AsSpan().IndexOf(Encoding.UTF8.GetBytes(words)) >= 0);

    public static async Task<OtlpCollector> StartAsync()
    {
        var collector = new OtlpCollector();
        await collector._app.StartAsync();
        return collector;
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();
}
