using System.Collections.Immutable;
using RealtimeAkka.Actors.Sessions;
using RealtimeAkka.Protocol;

namespace RealtimeAkka.Cluster.Tenants;

/// <summary>
/// What one node has spent for a tenant on one day (UTC), in all, in US dollars. The sum only grows, so that the greater of two is the newer
/// one: a report that comes twice or too late changes nothing.
/// </summary>
public readonly record struct DaySum(DateOnly Day, decimal Usd)
{
    /// <summary>The first day of the month of a day.</summary>
    public static DateOnly MonthOf(DateOnly day) => new(day.Year, day.Month, 1);
}

/// <summary>A process of a node. The id belongs to the node's data directory, the process to one start of the program.</summary>
/// <param name="Id">Whose sums these are.</param>
/// <param name="Process">The address of the process in the cluster, with its incarnation.</param>
public readonly record struct NodeProcess(NodeId Id, string Process);

/// <summary>A message to a tenant, which sharding delivers by the tenant's name.</summary>
public interface ITenantMessage
{
    /// <summary>The tenant.</summary>
    TenantId Tenant { get; }
}

/// <summary>Owned by TenantActor; all of them cross the network.</summary>
public static class TenantMessages
{
    /// <summary>May this call begin? Answered with <see cref="Admission"/>.</summary>
    public sealed record Admit(TenantId Tenant, NodeProcess Node, SessionId Call) : ITenantMessage;

    /// <summary>Whether a call may begin; null: it may.</summary>
    public sealed record Admission(SessionId Call, CallRefusal? Refusal, Standing Standing);

    /// <summary>
    /// What a node has spent, and which calls it has no more. Sent again until it is answered with a <see cref="Standing"/> of the same
    /// number.
    /// </summary>
    public sealed record Report(
        TenantId Tenant, NodeProcess Node, long Number, ImmutableArray<DaySum> Spent, ImmutableArray<SessionId> Left) : ITenantMessage;

    /// <summary>
    /// Where the tenant stands, for one node. <c>Number</c>: the report that is answered. <c>OthersToday</c>, <c>OthersInMonth</c>: what all
    /// other nodes have spent by their reports. <c>Granted</c>: what this node may spend in the month in all; null: there is no budget.
    /// </summary>
    public sealed record Standing(
        TenantId Tenant, long Number, DateOnly Today, decimal OthersToday, decimal OthersInMonth, decimal? Granted);

    /// <summary>Answered with <see cref="View"/>.</summary>
    public sealed record GetView(TenantId Tenant) : ITenantMessage;

    /// <summary>A tenant for a reader.</summary>
    public sealed record View(TenantId Tenant, int Calls, decimal TodayUsd, decimal MonthUsd, decimal LeasedUsd);
}
