using System.Net;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace RealtimeAkka.Gateway.Telephone;

/// <summary>
/// Who may use the paths for Twilio: who signs the request with the account's auth token. Without one only this machine may.
/// </summary>
/// <param name="telephone">The settings of telephone calls.</param>
/// <param name="addresses">Where the server listens.</param>
public sealed class TwilioAccess(TelephoneSettings telephone, IReadOnlyList<IPEndPoint> addresses)
{
    /// <summary>The path that answers what to do with a call, and that of the stream of its sound.</summary>
    public const string Voice = "/twilio/voice", Stream = "/calls/twilio";

    /// <summary>Whether a path is for Twilio and its requests are signed.</summary>
    public bool IsSigned(PathString path) => telephone.Twilio is not null && (path == Voice || path == Stream);

    /// <summary>Why a request is refused; null: it is not.</summary>
    public string? Check(HttpRequest request, IEnumerable<KeyValuePair<string, string>> form) => telephone.Twilio is { } signature
        ? signature.IsValid(Addresses(request), form, request.Headers["X-Twilio-Signature"]) ? null
            : "the signature is missing or wrong (TWILIO_AUTH_TOKEN, telephone.origin)"
        : addresses.All(address => IPAddress.IsLoopback(address.Address)) ? null
        : "TWILIO_AUTH_TOKEN is not set, and without it only this machine is served";

    /// <summary>The address of the stream, as Twilio reaches it.</summary>
    public string StreamAddress(HttpRequest request) => telephone.Origin is { } origin
        ? $"{(origin.Scheme == Uri.UriSchemeHttps ? "wss" : "ws")}://{origin.Authority}{Stream}"
        : $"{(Http.Access.IsThisMachine(request.Host.Value ?? "") ? "ws" : "wss")}://{request.Host}{Stream}";

    // What Twilio asked for: a proxy that ends TLS changes the scheme, and a configured origin is what is known best.
    private IEnumerable<string> Addresses(HttpRequest request)
    {
        var target = request.HttpContext.Features.Get<IHttpRequestFeature>()?.RawTarget ?? request.Path + request.QueryString;
        string[] schemes = telephone.Origin is { } known
            ? known.Scheme == Uri.UriSchemeHttps ? ["https", "wss"] : ["http", "ws"] : ["https", "wss", "http", "ws"];
        var authority = telephone.Origin?.Authority ?? request.Host.Value;
        return schemes.Select(scheme => $"{scheme}://{authority}{target}");
    }
}
