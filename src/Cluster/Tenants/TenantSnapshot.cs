using System.Collections.Immutable;
using RealtimeAkka.Actors.Ledger;
using RealtimeAkka.Protocol;

namespace RealtimeAkka.Cluster.Tenants;

/// <summary>The state of a tenant in the journal, which stands for all events before it.</summary>
public sealed record TenantSnapshot(DateOnly Month, ImmutableArray<TenantSnapshot.Node> Nodes)
{
    /// <summary>One node of it.</summary>
    public sealed record Node(
        NodeId Id, string Process, decimal Granted, ImmutableArray<DaySum> Spent, ImmutableArray<SessionId> Calls);

    /// <summary>The snapshot of a tenant.</summary>
    public static TenantSnapshot Of(Tenant tenant) => new(
        tenant.Month,
        [.. tenant.Nodes.Select(pair => new Node(
            pair.Key, pair.Value.Process, pair.Value.Granted, [.. pair.Value.Spent.Select(sum => new DaySum(sum.Key, sum.Value))],
            [.. pair.Value.Calls]))]);

    /// <summary>The tenant of the snapshot.</summary>
    public Tenant Restore(TenantId id, TenantLimits limits) => new(id, limits)
    {
        Month = Month,
        Nodes = Nodes.ToImmutableSortedDictionary(
            node => node.Id,
            node => new TenantNode(
                node.Process, node.Granted, node.Spent.ToImmutableSortedDictionary(sum => sum.Day, sum => sum.Usd), [.. node.Calls])),
    };
}
