using System.Collections.Immutable;
using RealtimeAkka.Protocol;

namespace RealtimeAkka.Cluster.Tenants;

/// <summary>What has happened to a tenant: the journal holds these, and its state is what they add up to.</summary>
public abstract record TenantEvent
{
    private TenantEvent() { }

    /// <summary>A call has its place.</summary>
    public sealed record Admitted(NodeProcess Node, SessionId Call) : TenantEvent;

    /// <summary>A node has spent these sums by now, and has these calls no more.</summary>
    public sealed record Reported(NodeProcess Node, ImmutableArray<DaySum> Spent, ImmutableArray<SessionId> Left) : TenantEvent;

    /// <summary>A node may spend this much in the month in all, in US dollars.</summary>
    public sealed record Granted(NodeProcess Node, decimal Usd) : TenantEvent;

    /// <summary>A process is gone: its calls have ended, and what it has not spent of its lease is free again.</summary>
    public sealed record Gone(NodeProcess Node) : TenantEvent;

    /// <summary>A month begins: what was spent before does not count any more; a lease goes on with what is left of it.</summary>
    public sealed record MonthBegan(DateOnly First) : TenantEvent;
}
