using System.Collections.Immutable;
using RealtimeAkka.Protocol;
using RealtimeAkka.Protocol.Messages;

namespace RealtimeAkka.Actors.Ledger;

/// <summary>The step taken once this fraction of a budget is spent (1 is all of it).</summary>
public sealed record BudgetThreshold(decimal Fraction, BudgetStep Step);

/// <summary>
/// The spending limit of a session (docs/contract.md 7.3), alone and together with the day's other sessions; null: no limit.
/// An immutable value: <see cref="At"/> gives the next budget and the step to take. Steps are never reversed.
/// </summary>
public sealed record Budget(decimal? LimitUsd, decimal? PerDayUsd = null)
{
    /// <summary>At 80 % out-of-band requests see only their own item, at 100 % they stop.</summary>
    public static ImmutableArray<BudgetThreshold> DefaultThresholds { get; } =
        [new(0.8m, new BudgetStep.LimitContext(new ContextScope.Last(1))), new(1m, new BudgetStep.DisableRequests())];

    /// <summary>Thresholds and their steps, the lowest fraction first.</summary>
    public ImmutableArray<BudgetThreshold> Thresholds { get; init; } = DefaultThresholds;

    /// <summary>US dollars that the day's other sessions had spent when this one started.</summary>
    public decimal SpentTodayUsd { get; init; }

    /// <summary>The budget of the session's tenant; null: it has none.</summary>
    public TenantBudget? Tenant { get; init; }

    private int Taken { get; init; }

    /// <summary>The next budget, and the step to take; null: none.</summary>
    public readonly record struct Step(Budget Next, SessionMessages.BudgetReached? Reached);

    /// <summary>This session has spent <paramref name="total"/> US dollars. Of thresholds passed at once, the last counts.</summary>
    public Step At(decimal total)
    {
        var session = (Spent: total, Limit: LimitUsd, OfTheDay: false);
        var day = (Spent: SpentTodayUsd + total, Limit: PerDayUsd, OfTheDay: true);
        var worse = ThresholdsBelow(day.Spent, day.Limit) > ThresholdsBelow(session.Spent, session.Limit) ? day : session;
        var isOfTenant = ThresholdsBelow(Tenant?.SpentUsd ?? 0, Tenant?.LimitUsd) > ThresholdsBelow(worse.Spent, worse.Limit);
        if (isOfTenant) worse = (Tenant!.Value.SpentUsd, Tenant.Value.LimitUsd, OfTheDay: false);
        var rungs = ThresholdsBelow(worse.Spent, worse.Limit);
        if (rungs <= Taken) return new(this, null);

        var (fraction, step) = Thresholds[rungs - 1];
        return new(this with { Taken = rungs },
            new SessionMessages.BudgetReached(fraction, step, worse.Spent, worse.Limit!.Value, worse.OfTheDay)
                { OfTheTenant = isOfTenant });
    }

    private int ThresholdsBelow(decimal spent, decimal? limit)
    {
        var rungs = 0;
        foreach (var rung in Thresholds)
        {
            if (spent >= rung.Fraction * limit) rungs++;
        }
        return rungs;
    }
}
