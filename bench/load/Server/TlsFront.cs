using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace RealtimeAkka.Bench.Load.Server;

/// <summary>Takes TLS connections on loopback and passes what is in them on to a server without TLS.</summary>
internal static class TlsFront
{
    /// <summary>Starts; the certificate, made for this run, is written to <paramref name="file"/>. Returns the address.</summary>
    public static Uri Start(Uri server, string file)
    {
        var certificate = Certificate();
        File.WriteAllText(file, certificate.ExportCertificatePem());
        var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start(4096);
        _ = AcceptAsync(listener, server, certificate);
        return new UriBuilder(server) { Scheme = "wss", Host = "localhost", Port = ((IPEndPoint)listener.LocalEndpoint).Port }.Uri;
    }

    private static X509Certificate2 Certificate()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=localhost", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName("localhost");
        request.CertificateExtensions.Add(names.Build());
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        var now = TimeProvider.System.GetUtcNow();
        return request.CreateSelfSigned(now.AddDays(-1), now.AddDays(1));
    }

    private static async Task AcceptAsync(TcpListener listener, Uri server, X509Certificate2 certificate)
    {
        while (true) _ = ServeAsync(await listener.AcceptTcpClientAsync().ConfigureAwait(false), server, certificate);
    }

    private static async Task ServeAsync(TcpClient client, Uri server, X509Certificate2 certificate)
    {
        try
        {
            using var outer = client;
            using var inner = new TcpClient { NoDelay = outer.NoDelay = true };
            await inner.ConnectAsync(server.Host, server.Port).ConfigureAwait(false);
            await using var tls = new SslStream(outer.GetStream());
            await tls.AuthenticateAsServerAsync(certificate).ConfigureAwait(false);
            await Task.WhenAny(tls.CopyToAsync(inner.GetStream()), inner.GetStream().CopyToAsync(tls)).ConfigureAwait(false);
        }
        catch (Exception e) when (e is IOException or SocketException or System.Security.Authentication.AuthenticationException)
        {
            await Console.Error.WriteLineAsync(e.Message).ConfigureAwait(false);
        }
    }
}
