using System.Net.Security;
using System.Security.Cryptography.X509Certificates;

namespace RealtimeAkka.Cluster;

/// <summary>
/// The certificate of a node, and the rule for those of others: both sides show one that the cluster's own authority has signed. Which host
/// it names does not matter; whoever has one is a node.
/// </summary>
public sealed class NodeCertificate : IDisposable
{
    private readonly X509Certificate2 _authority;

    private NodeCertificate(X509Certificate2 own, X509Certificate2 authority) => (Own, _authority) = (own, authority);

    /// <summary>The certificate with its key.</summary>
    public X509Certificate2 Own { get; }

    /// <summary>
    /// Reads the files. Throws <see cref="IOException"/> or <see cref="System.Security.Cryptography.CryptographicException"/>, also if the
    /// node's own certificate would not be accepted.
    /// </summary>
    public static NodeCertificate Read(TlsFiles files)
    {
        var certificate = new NodeCertificate(
            X509CertificateLoader.LoadPkcs12FromFile(files.Certificate, files.Password),
            X509CertificateLoader.LoadCertificateFromFile(files.Authority));
        if (!certificate.Own.HasPrivateKey) throw new IOException($"{files.Certificate} has no private key");
        if (!certificate.IsNode(certificate.Own))
            throw new IOException($"{files.Certificate} is not signed by {files.Authority}, or has expired");
        return certificate;
    }

    /// <summary>Whether the other side is a node.</summary>
    public bool Accepts(X509Certificate2? other, SslPolicyErrors errors) =>
        other is not null && !errors.HasFlag(SslPolicyErrors.RemoteCertificateNotAvailable) && IsNode(other);

    /// <inheritdoc/>
    public void Dispose()
    {
        Own.Dispose();
        _authority.Dispose();
    }

    private bool IsNode(X509Certificate2 other)
    {
        using var chain = new X509Chain();
        chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        chain.ChainPolicy.CustomTrustStore.Add(_authority);
        // The authority is the cluster's own: a certificate that must not be used any more is replaced together with it.
        chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
        chain.ChainPolicy.DisableCertificateDownloads = true;
        return chain.Build(other);
    }
}
