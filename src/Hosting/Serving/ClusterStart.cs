using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using RealtimeAkka.Cluster;
using RealtimeAkka.Gateway.Calls;
using RealtimeAkka.Hosting.Configuration;

namespace RealtimeAkka.Hosting.Serving;

/// <summary>
/// Opens the cluster's files. The assemblies of the cluster are loaded with the first call, so that nothing else may refer to them.
/// </summary>
internal static class ClusterStart
{
    private const string PasswordVariable = "REALTIME_AKKA_TLS_PASSWORD", JournalVariable = "REALTIME_AKKA_CLUSTER_POSTGRES";

    /// <summary>The node; null: the plan has no cluster. Throws <see cref="ConfigException"/> with what is wrong.</summary>
    public static ICluster? Open(RunPlan plan, DateTimeOffset now) => plan.Cluster is { } cluster ? Open(plan, cluster, now) : null;

    /// <summary>These are the node's calls; before the host starts.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    public static void Show(ICluster cluster, NodeCalls calls) => ((ClusterNode)cluster).Calls = calls;

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static ICluster Open(RunPlan plan, ClusterPlan cluster, DateTimeOffset now)
    {
        var settings = new ClusterSettings(
            cluster.Node, cluster.Host, cluster.Port, cluster.PublicHost, cluster.Seeds,
            Path.Combine(plan.Data.Directory!, "cluster"), Journal(cluster),
            cluster.Certificate is var (file, authority) ? new TlsFiles(file, EnvironmentVariable.Read(PasswordVariable), authority) : null,
            plan.Tenant.Limits, [.. plan.Session.Ledger.Budget.Thresholds.Select(threshold => threshold.Fraction)]);
        try
        {
            return ClusterNode.Open(settings, now);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or CryptographicException)
        {
            throw new ConfigException($"The cluster's files cannot be used: {e.Message.TrimEnd('.')}.", e);
        }
    }

    private static JournalSettings Journal(ClusterPlan cluster) => cluster.Journal is { } path
        ? new JournalSettings(IsPostgres: false, $"Data Source={path};Default Timeout=30")
        : new JournalSettings(IsPostgres: true, EnvironmentVariable.Read(JournalVariable)
            ?? throw new ConfigException(
                $"cluster.journal is postgres: set {JournalVariable} to how it is reached, such as \"Host=...;Username=...\"."));
}
