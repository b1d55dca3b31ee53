using System.Collections.Immutable;
using RealtimeAkka.Actors.Ledger;

namespace RealtimeAkka.Cluster;

/// <summary>How this process is a node of the cluster.</summary>
/// <param name="Node">Its name for readers.</param>
/// <param name="Host">The address where it listens for other nodes.</param>
/// <param name="Port">The port there.</param>
/// <param name="PublicHost">The name by which other nodes reach it.</param>
/// <param name="Seeds">HOST:PORT of nodes that it asks to be let in; the first may begin a cluster. Empty: it begins one of its own.</param>
/// <param name="Directory">The data directory of this node alone.</param>
/// <param name="Journal">Where the tenants are kept.</param>
/// <param name="Tls">What proves that a node is one of the cluster; null: nothing, which only loopback may do without.</param>
/// <param name="Limits">The limits of every tenant.</param>
/// <param name="Thresholds">The fractions of a budget at which something follows, the lowest first.</param>
public sealed record ClusterSettings(
    string Node, string Host, int Port, string PublicHost, IReadOnlyList<string> Seeds, string Directory, JournalSettings Journal,
    TlsFiles? Tls, TenantLimits Limits, ImmutableArray<decimal> Thresholds);

/// <summary>The database of the tenants: SQLite or PostgreSQL. It may hold a password and is never shown.</summary>
/// <param name="IsPostgres">PostgreSQL, which several machines share; else SQLite, which several processes of one machine may.</param>
/// <param name="ConnectionString">How it is reached.</param>
public sealed record JournalSettings(bool IsPostgres, string ConnectionString)
{
    /// <summary>Shows no secret.</summary>
    public override string ToString() => IsPostgres ? "postgres" : "sqlite";
}

/// <summary>The files for TLS between nodes.</summary>
/// <param name="Certificate">A PKCS#12 file with the node's certificate and its key.</param>
/// <param name="Password">Its password; null: none.</param>
/// <param name="Authority">A PEM file with the certificate of the authority that signs the nodes' certificates, and no others.</param>
public sealed record TlsFiles(string Certificate, string? Password, string Authority)
{
    /// <summary>Shows no secret.</summary>
    public override string ToString() => Certificate;
}
