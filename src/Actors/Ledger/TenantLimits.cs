namespace RealtimeAkka.Actors.Ledger;

/// <summary>What limits the calls of one tenant on all nodes together; null: no limit.</summary>
/// <param name="MaxCalls">Calls at once.</param>
/// <param name="PerDayUsd">US dollars that may be spent on one day (UTC).</param>
/// <param name="PerMonthUsd">US dollars that may be spent in one month (UTC).</param>
/// <param name="LeaseUsd">US dollars that a node may spend before it has to ask again.</param>
public sealed record TenantLimits(int? MaxCalls, decimal? PerDayUsd, decimal? PerMonthUsd, decimal LeaseUsd)
{
    /// <summary>Whether the tenant has a budget.</summary>
    public bool HasBudget => (PerDayUsd ?? PerMonthUsd) is not null;
}
