using System.Collections.Frozen;
using System.Reflection;
using System.Security.Cryptography;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace RealtimeAkka.Gateway.Http;

/// <summary>The files of the page, which are part of the program: a name is looked up and is never a path.</summary>
internal static class PageFiles
{
    private const string Folder = "Page/";

    private static readonly FrozenDictionary<string, string> Types = new Dictionary<string, string>
    {
        [".html"] = "text/html; charset=utf-8", [".js"] = "text/javascript; charset=utf-8", [".css"] = "text/css; charset=utf-8",
        [".svg"] = "image/svg+xml", [".png"] = "image/png", [".ico"] = "image/x-icon", [".webmanifest"] = "application/manifest+json",
        [".woff2"] = "font/woff2", [".json"] = "application/json",
    }.ToFrozenDictionary();

    /// <summary>Maps every file to its name, and the index to <c>/</c> besides.</summary>
    public static void Map(IEndpointRouteBuilder app)
    {
        foreach (var name in Assembly.GetExecutingAssembly().GetManifestResourceNames()
            .Where(name => name.StartsWith(Folder, StringComparison.Ordinal)))
        {
            if (!Types.TryGetValue(Path.GetExtension(name), out var type)) continue;
            var path = name[Folder.Length..].Replace('\\', '/');
            var bytes = Read(name);
            var tag = $"\"{Convert.ToHexStringLower(SHA256.HashData(bytes))[..16]}\"";
            app.MapMethods($"/{path}", [HttpMethods.Get, HttpMethods.Head], http => SendAsync(http, bytes, type, tag));
            if (path == "index.html") app.MapMethods("/", [HttpMethods.Get, HttpMethods.Head], http => SendAsync(http, bytes, type, tag));
        }
    }

    private static Task SendAsync(HttpContext http, byte[] bytes, string type, string tag)
    {
        var headers = http.Response.Headers;
        (headers.ETag, headers.CacheControl) = (tag, "no-cache");
        if (http.Request.Headers.IfNoneMatch == tag)
        {
            http.Response.StatusCode = StatusCodes.Status304NotModified;
            return Task.CompletedTask;
        }
        (headers.ContentType, headers.ContentLength) = (type, bytes.Length);
        return HttpMethods.IsHead(http.Request.Method) ? Task.CompletedTask : http.Response.Body.WriteAsync(bytes).AsTask();
    }

    private static byte[] Read(string name)
    {
        using var stream = Assembly.GetExecutingAssembly().GetManifestResourceStream(name)!;
        var bytes = new byte[stream.Length];
        stream.ReadExactly(bytes);
        return bytes;
    }
}
