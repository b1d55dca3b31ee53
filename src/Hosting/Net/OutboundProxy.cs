using System.Net;

namespace RealtimeAkka.Hosting.Net;

/// <summary>
/// The proxy of the environment (<c>HTTPS_PROXY</c>, <c>NO_PROXY</c>, ...), but never for this machine: a server on loopback cannot be
/// reached through it, and it would read the key and the audio.
/// </summary>
public sealed class OutboundProxy : IWebProxy
{
    private OutboundProxy() { }

    /// <summary>The shared instance.</summary>
    public static OutboundProxy Instance { get; } = new();

    /// <inheritdoc/>
    public ICredentials? Credentials
    {
        get => HttpClient.DefaultProxy.Credentials;
        set => HttpClient.DefaultProxy.Credentials = value;
    }

    /// <inheritdoc/>
    public Uri? GetProxy(Uri destination) => IsBypassed(destination) ? null : HttpClient.DefaultProxy.GetProxy(destination);

    /// <inheritdoc/>
    public bool IsBypassed(Uri host) => host.IsLoopback || HttpClient.DefaultProxy.IsBypassed(host);

    /// <summary>The proxy for an address as it is shown, without user and password; null: none.</summary>
    public static string? DisplayText(Uri destination) => Instance.GetProxy(destination)?.GetComponents(
        UriComponents.SchemeAndServer, UriFormat.UriEscaped);
}
