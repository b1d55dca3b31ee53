using System.Collections.Immutable;
using RealtimeAkka.Actors.Ledger;
using RealtimeAkka.Protocol;

namespace RealtimeAkka.Cluster.Tenants;

/// <summary>What the tenants of a node's calls need.</summary>
/// <param name="Limits">The limits of every tenant.</param>
/// <param name="Thresholds">The fractions of a budget at which something follows, the lowest first.</param>
/// <param name="Clock">The time.</param>
/// <param name="Tell">Tells a call where its tenant's budget stands.</param>
public sealed record AllowanceSettings(
    TenantLimits Limits, ImmutableArray<decimal> Thresholds, TimeProvider Clock, Action<SessionId, TenantBudget> Tell);
