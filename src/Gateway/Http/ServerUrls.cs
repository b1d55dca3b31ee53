using System.Net;

namespace RealtimeAkka.Gateway.Http;

/// <summary>The addresses to serve on, as <c>--urls</c> names them.</summary>
public static class ServerUrls
{
    /// <summary>
    /// Reads addresses separated by semicolons: <c>http://</c>, an IP address, <c>localhost</c> or <c>*</c>, and a port. Throws
    /// <see cref="FormatException"/>, which says what is wrong.
    /// </summary>
    public static IReadOnlyList<IPEndPoint> Parse(string text)
    {
        var parts = text.Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        return parts.Length is > 0 and <= 16 ? [.. parts.Select(One)] : throw new FormatException("1 to 16 addresses, separated by ;");
    }

    /// <summary>Whether only this machine reaches the address.</summary>
    public static bool IsLoopback(IPEndPoint endpoint) => IPAddress.IsLoopback(endpoint.Address);

    private static IPEndPoint One(string text)
    {
        const string Scheme = "http://";
        if (text.StartsWith("https://", StringComparison.OrdinalIgnoreCase))
            throw new FormatException("http://; for https put a proxy in front that ends TLS");
        if (!text.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase)) throw Expected();
        var authority = text[Scheme.Length..].TrimEnd('/');
        var at = authority.LastIndexOf(':');
        var hasPort = at >= 0 && !authority.EndsWith(']');
        var host = hasPort ? authority[..at] : authority;
        if (!ushort.TryParse(hasPort ? authority[(at + 1)..] : "80", out var port)) throw Expected();
        return host switch
        {
            "localhost" => new(IPAddress.Loopback, port),
            "*" or "+" => new(IPAddress.Any, port),
            _ => IPAddress.TryParse(host.Trim('[', ']'), out var address) ? new(address, port) : throw Expected(),
        };
    }

    private static FormatException Expected() =>
        new("http:// with an IP address, localhost or *, and a port, such as http://127.0.0.1:8080");
}
