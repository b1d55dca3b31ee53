using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using RealtimeAkka.Gateway.Calls;

namespace RealtimeAkka.Gateway.Http;

/// <summary>What every request passes first: headers for the browser, and whether the client may use the server.</summary>
internal static class Shield
{
    // Scripts, styles and connections of this server only; nothing inline; a recording is played from memory.
    private const string Policy = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
        + "media-src 'self' blob:; worker-src 'self'; manifest-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

    /// <summary>Adds both; <paramref name="isSigned"/>: the requests of a path are checked by their signature instead.</summary>
    public static void Use(IApplicationBuilder app, Access access, Func<PathString, bool> isSigned, IGatewayLog log)
    {
        app.Use((http, next) =>
        {
            var headers = http.Response.Headers;
            headers.ContentSecurityPolicy = Policy;
            headers.XContentTypeOptions = "nosniff";
            headers["Referrer-Policy"] = "no-referrer";
            headers["Cross-Origin-Opener-Policy"] = "same-origin";
            headers["Cross-Origin-Resource-Policy"] = "same-origin";
            headers["Permissions-Policy"] = "microphone=(self), camera=(), geolocation=()";
            headers.CacheControl = "no-store";
            var request = http.Request;
            var refusal = isSigned(request.Path) ? null : access.Check(
                request.Host.Value ?? "", request.Headers.Origin, NeedsToken(request.Path), request.Headers.Authorization,
                MayNameToken(request) ? (string?)request.Query["token"] : null);
            return refusal is { } reason ? RefuseAsync(http, reason, log) : next(http);
        });
    }

    private static bool NeedsToken(PathString path) =>
        path.StartsWithSegments("/api") || path.StartsWithSegments("/calls") || path.StartsWithSegments("/metrics");

    // Where a browser cannot set a header: WebSockets, event streams, players.
    private static bool MayNameToken(HttpRequest request) =>
        request.Path.StartsWithSegments("/calls")
        || (HttpMethods.IsGet(request.Method) && request.Path.StartsWithSegments("/api/calls", out var rest)
            && rest.Value is { } path
            && (path.EndsWith("/events", StringComparison.Ordinal) || path.EndsWith(".wav", StringComparison.Ordinal)));

    private static Task RefuseAsync(HttpContext http, AccessRefusal reason, IGatewayLog log)
    {
        log.Warn($"A request was refused: {Say(reason)}");
        if (reason == AccessRefusal.Token) http.Response.Headers.WWWAuthenticate = "Bearer";
        return Problems.Of(reason switch
        {
            AccessRefusal.Token => StatusCodes.Status401Unauthorized,
            AccessRefusal.Host => StatusCodes.Status421MisdirectedRequest,
            _ => StatusCodes.Status403Forbidden,
        }, Say(reason)).ExecuteAsync(http);
    }

    private static string Say(AccessRefusal reason) => reason switch
    {
        AccessRefusal.Token => "the token is missing or wrong",
        AccessRefusal.Host => "this server knows itself as localhost only",
        _ => "the page is of another origin; serve.origins lists those that may use the server",
    };
}
