namespace RealtimeAkka.Protocol;

/// <summary>The budget that all calls of a tenant share: US dollars that are spent or can no more be had, of how many.</summary>
public readonly record struct TenantBudget(decimal SpentUsd, decimal LimitUsd)
{
    /// <summary>The part that is spent; 1 is all of it.</summary>
    public decimal Fraction => LimitUsd > 0 ? SpentUsd / LimitUsd : 1;
}
