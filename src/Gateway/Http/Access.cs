using System.Net;
using System.Security.Cryptography;
using System.Text;

namespace RealtimeAkka.Gateway.Http;

/// <summary>
/// Who may use the server. A token, where there is one, is needed for everything but the page, its description and the health checks. A
/// page of another origin is refused everywhere; without a token also a host name that is not this machine's, which a page of another
/// origin could have pointed to it.
/// </summary>
/// <param name="Token">The token; null: none is needed.</param>
/// <param name="Origins">Origins that may use it besides its own, such as <c>https://voice.example.com</c>.</param>
public sealed record Access(string? Token, IReadOnlyList<string> Origins)
{
    private readonly byte[]? _hash = Token is null ? null : SHA256.HashData(Encoding.UTF8.GetBytes(Token));

    /// <summary>Why a request is refused; null: it is not.</summary>
    public AccessRefusal? Check(string host, string? origin, bool needsToken, string? authorization, string? parameter)
    {
        if (Token is null && !IsThisMachine(host)) return AccessRefusal.Host;
        if (origin is { Length: > 0 } && !IsOwn(origin, host)) return AccessRefusal.Origin;
        return needsToken && _hash is not null && !IsToken(Bearer(authorization) ?? parameter) ? AccessRefusal.Token : null;
    }

    /// <summary>Whether a host name is surely of this machine.</summary>
    public static bool IsThisMachine(string host)
    {
        var name = Uri.TryCreate($"http://{host}", UriKind.Absolute, out var uri) ? uri.Host.Trim('[', ']') : "";
        return name.Equals("localhost", StringComparison.OrdinalIgnoreCase)
            || (IPAddress.TryParse(name, out var address) && IPAddress.IsLoopback(address));
    }

    // Behind a proxy that ends TLS the scheme differs, the authority does not.
    private bool IsOwn(string origin, string host) =>
        Origins.Contains(origin, StringComparer.OrdinalIgnoreCase)
        || (Uri.TryCreate(origin, UriKind.Absolute, out var page) && page.Scheme is "http" or "https"
            && Uri.TryCreate($"{page.Scheme}://{host}", UriKind.Absolute, out var own)
            && page.Authority.Equals(own.Authority, StringComparison.OrdinalIgnoreCase));

    private static string? Bearer(string? authorization) =>
        authorization?.StartsWith("Bearer ", StringComparison.OrdinalIgnoreCase) == true ? authorization["Bearer ".Length..].Trim() : null;

    // In constant time: hashes have one length.
    private bool IsToken(string? given) =>
        given is not null && CryptographicOperations.FixedTimeEquals(SHA256.HashData(Encoding.UTF8.GetBytes(given)), _hash);

    /// <summary>Shows no secret.</summary>
    public override string ToString() => Token is null ? "open" : "token";
}

/// <summary>Why a request is refused.</summary>
public enum AccessRefusal
{
    /// <summary>Its host name may be anybody's.</summary>
    Host,
    /// <summary>A page of another origin sends it.</summary>
    Origin,
    /// <summary>It has no token, or another one.</summary>
    Token,
}
