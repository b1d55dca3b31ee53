using System.Net;
using RealtimeAkka.Actors.Ledger;
using RealtimeAkka.Protocol;

namespace RealtimeAkka.Hosting.Configuration;

/// <summary>Whom the calls of <c>serve</c> belong to.</summary>
/// <param name="Default">The tenant of a call that names none.</param>
/// <param name="Limits">The limits of every tenant, which hold in a cluster.</param>
public sealed record TenantPlan(TenantId Default, TenantLimits Limits);

/// <summary>How <c>serve</c> is a node of a cluster.</summary>
/// <param name="Node">Its name for readers.</param>
/// <param name="Host">The address where it listens for other nodes.</param>
/// <param name="Port">The port there.</param>
/// <param name="PublicHost">The name by which other nodes reach it.</param>
/// <param name="Seeds">HOST:PORT of nodes that it asks to be let in; empty: it begins a cluster.</param>
/// <param name="Journal">A file of SQLite; null: PostgreSQL.</param>
/// <param name="Certificate">A PKCS#12 file with the node's certificate and key, and the PEM file of its authority; null: no TLS.</param>
public sealed record ClusterPlan(
    string Node, string Host, int Port, string PublicHost, IReadOnlyList<string> Seeds, string? Journal,
    (string File, string Authority)? Certificate)
{
    /// <summary>The plan; null: there is no cluster. Throws <see cref="ConfigException"/> for an invalid setting.</summary>
    public static ClusterPlan? Read(StrictConfig c, string? data)
    {
        var host = c.Identifier("cluster.host");
        var publicHost = c.Text("cluster.public-host") is "default" ? host : c.Identifier("cluster.public-host");
        var port = c.Count("cluster.port", 1, 65535);
        var seeds = SeedsOf(c);
        var certificate = CertificateOf(c);
        var node = c.Text("cluster.node") is "default" ? Environment.MachineName : c.Identifier("cluster.node");
        var journal = c.Text("cluster.journal");
        if (!c.Flag("cluster.enabled"))
        {
            if (TenantPlan(c).Limits is { MaxCalls: null, HasBudget: false }) return null;
            throw new ConfigException(
                "tenant.max-calls, tenant.per-day and tenant.per-month need cluster.enabled = on; a cluster of one node will do.");
        }
        if (data is null) throw c.Error("cluster.enabled", "off where nothing is recorded (--data none): a node keeps its charges there");
        if (certificate is null && (!IsLoopback(host) || !IsLoopback(publicHost)))
            throw new ConfigException(
                $"cluster.host {host} is reached by other machines, so TLS is needed: set cluster.tls.certificate and cluster.tls.authority, or stay on 127.0.0.1.");
        if (journal == "default" && seeds.Any(seed => seed != $"{publicHost}:{port}"))
            throw c.Error("cluster.journal", "what all nodes share: postgres, or the path of one file for nodes on one machine");
        return new ClusterPlan(
            node, host, port, publicHost, seeds,
            journal switch { "postgres" => null, "default" => Path.Combine(data, "cluster", "tenants.db"), _ => c.Path("cluster.journal") },
            certificate);
    }

    /// <summary>Whom calls belong to. Throws <see cref="ConfigException"/> for an invalid setting.</summary>
    public static TenantPlan TenantPlan(StrictConfig c) => new(
        TenantId.Read(c.Text("tenant.default")) ?? throw c.Error("tenant.default", TenantId.Form),
        new TenantLimits(
            c.CountOrNone("tenant.max-calls", 1, 1_000_000), c.UsdOrNone("tenant.per-day"), c.UsdOrNone("tenant.per-month"),
            c.UsdOrNone("budget.lease") is > 0 and var lease ? lease : throw c.Error("budget.lease", "US dollars above 0, such as 1.00")));

    private static bool IsLoopback(string host) =>
        host == "localhost" || (IPAddress.TryParse(host, out var address) && IPAddress.IsLoopback(address));

    private static string[] SeedsOf(StrictConfig c)
    {
        const string key = "cluster.seeds";
        var seeds = (c.TextOrNone(key) ?? "").Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        return Array.TrueForAll(seeds, seed => Uri.TryCreate($"akka://realtime@{seed}", UriKind.Absolute, out var uri)
            && uri is { Port: > 0, AbsolutePath: "/" or "" } && seed.EndsWith($":{uri.Port}", StringComparison.Ordinal))
            ? seeds : throw c.Error(key, "HOST:PORT of nodes, separated by commas, or none");
    }

    private static (string, string)? CertificateOf(StrictConfig c) =>
        (c.TextOrNone("cluster.tls.certificate"), c.TextOrNone("cluster.tls.authority")) switch
        {
            (null, null) => null,
            (null, _) => throw c.Error("cluster.tls.certificate", "a PKCS#12 file, since cluster.tls.authority is set"),
            (_, null) => throw c.Error("cluster.tls.authority", "a PEM file, since cluster.tls.certificate is set"),
            _ => (c.Path("cluster.tls.certificate"), c.Path("cluster.tls.authority")),
        };
}
