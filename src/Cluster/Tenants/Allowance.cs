using System.Collections.Immutable;
using RealtimeAkka.Actors.Ledger;
using RealtimeAkka.Protocol;

namespace RealtimeAkka.Cluster.Tenants;

/// <summary>
/// One tenant on one node: what the node's calls have spent, and what they may spend by the tenant's last answer. Sums only grow, so a
/// report may be sent as often as needed. Without an answer calls go on until the lease is spent; then the budget counts as spent.
/// </summary>
/// <param name="Tenant">The tenant.</param>
/// <param name="Limits">Its limits.</param>
/// <param name="Thresholds">The fractions of a budget at which something follows, the lowest first.</param>
public sealed record Allowance(TenantId Tenant, TenantLimits Limits, ImmutableArray<decimal> Thresholds)
{
    /// <summary>Between two reports; while money is short, every tick may bring one.</summary>
    public static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    // An answer that takes longer counts as none, and the report is sent again.
    private static readonly TimeSpan AnswerLimit = TimeSpan.FromSeconds(2);

    /// <summary>What was spent on each day of the month (UTC), in US dollars.</summary>
    public ImmutableSortedDictionary<DateOnly, decimal> Spent { get; init; } = ImmutableSortedDictionary<DateOnly, decimal>.Empty;

    /// <summary>The calls of the tenant on this node, with what each has spent.</summary>
    public ImmutableDictionary<SessionId, decimal> Calls { get; private init; } = ImmutableDictionary<SessionId, decimal>.Empty;

    // Calls that are over, which the tenant may not know yet.
    private ImmutableHashSet<SessionId> Left { get; init; } = [];
    private DateOnly Month { get; init; } // the first day of the month that counts; the first day of all: no charge has come yet
    private bool HasNews { get; init; }
    private long Number { get; init; }
    private Report? Open { get; init; } // not answered yet
    private TimeSpan SentAt { get; init; } = TimeSpan.FromDays(-1);
    private TenantMessages.Standing? Standing { get; init; }
    private decimal Granted { get; init; }
    private bool IsRefused { get; init; } // the last answer granted nothing
    private int Passed { get; init; } // thresholds

    /// <summary>No call is left, and the tenant knows everything.</summary>
    public bool IsSettled => Calls.IsEmpty && IsReported;

    /// <summary>The tenant knows everything.</summary>
    public bool IsReported => !HasNews && Open is null;

    private decimal MonthUsd => Spent.Values.Sum();

    /// <summary>US dollars that the calls may still spend of the last grant; below 0 by what a charge was more than that.</summary>
    public decimal LeftUsd => Granted - MonthUsd;

    /// <summary>A sum that a journal holds, before the first call.</summary>
    public Allowance Recover(DateOnly day, decimal usd) => this with { Spent = Spent.SetItem(day, usd), HasNews = true };

    /// <summary>The tenant has admitted a call.</summary>
    public Allowance Enter(SessionId call) => this with { Calls = Calls.Add(call, 0) };

    /// <summary>A call is over, or does not begin although the tenant may have admitted it.</summary>
    public Allowance Leave(SessionId call) => this with { Calls = Calls.Remove(call), Left = Left.Add(call), HasNews = true };

    /// <summary>A call has spent so much in all; <c>Usd</c>: what of it is new.</summary>
    public (Allowance Next, decimal Usd) Charge(SessionId call, decimal totalUsd, DateOnly today)
    {
        if (!Calls.TryGetValue(call, out var before) || totalUsd <= before) return (this, 0);
        var next = On(today);
        var usd = totalUsd - before;
        return (next with
        {
            Calls = Calls.SetItem(call, totalUsd), Spent = next.Spent.SetItem(today, next.Spent.GetValueOrDefault(today) + usd),
            HasNews = true,
        }, usd);
    }

    /// <summary>The report that is to be sent now; null: none is due.</summary>
    public (Allowance Next, TenantMessages.Report? Report) Send(NodeProcess node, TimeSpan now)
    {
        var isShort = Limits.HasBudget && LeftUsd < Limits.LeaseUsd / 2;
        var isDue = Open is not null ? now - SentAt >= AnswerLimit : HasNews && (isShort || now - SentAt >= Pause);
        if (!isDue) return (this, null);
        var open = new Report(Number + 1, MonthUsd, Left, Open?.Since ?? now);
        return (this with { Number = open.Number, Open = open, SentAt = now, HasNews = false },
            new TenantMessages.Report(
                Tenant, node, open.Number, [.. Spent.Select(sum => new DaySum(sum.Key, sum.Value))], [.. Left]));
    }

    /// <summary>The tenant has answered a report, or admitted or refused a call (number 0).</summary>
    public Allowance On(TenantMessages.Standing standing)
    {
        var next = this with { Standing = standing };
        if (standing.Granted is { } granted && IsSameMonth(standing.Today)) next = next with { Granted = Math.Max(granted, Granted) };
        if (Open is not { } open || open.Number != standing.Number) return next;
        return next with { Open = null, Left = Left.Except(open.Left), IsRefused = next.Granted <= open.MonthUsd };
    }

    /// <summary>Where the budget stands, the worse of day and month; null: there is none.</summary>
    public TenantBudget? Budget(DateOnly today, TimeSpan now)
    {
        var isToday = Standing?.Today == today;
        var day = Limits.PerDayUsd is { } perDay
            ? new TenantBudget((isToday ? Standing!.OthersToday : 0) + Spent.GetValueOrDefault(today), perDay) : (TenantBudget?)null;
        var month = Limits.PerMonthUsd is { } perMonth ? new TenantBudget((Standing?.OthersInMonth ?? 0) + MonthUsd, perMonth)
            : (TenantBudget?)null;
        var worse = (day?.Fraction ?? -1) > (month?.Fraction ?? -1) ? day : month;
        var isUnanswered = Open is { } open && now - open.Since >= AnswerLimit;
        return worse is { Fraction: < 1 } && LeftUsd <= 0 && (IsRefused || isUnanswered)
            ? worse.Value with { SpentUsd = worse.Value.LimitUsd } : worse;
    }

    /// <summary>What the calls are to be told of the budget; null: nothing new.</summary>
    public (Allowance Next, TenantBudget? Tell) Judge(DateOnly today, TimeSpan now)
    {
        var budget = Budget(today, now);
        var passed = budget is { Fraction: var fraction } ? Thresholds.Count(threshold => fraction >= threshold) : 0;
        return passed == Passed ? (this, null) : (this with { Passed = passed }, passed > Passed ? budget : null);
    }

    // A lease goes on in the new month with what is left of it, as the tenant counts it too.
    private Allowance On(DateOnly today)
    {
        var first = DaySum.MonthOf(today);
        if (first <= Month) return this;
        var spent = Spent.Where(sum => sum.Key >= first).ToImmutableSortedDictionary();
        return this with { Month = first, Spent = spent, Granted = spent.Values.Sum() + Math.Max(0, LeftUsd) };
    }

    private bool IsSameMonth(DateOnly today) => Month == default || DaySum.MonthOf(today) == Month;

    private sealed record Report(long Number, decimal MonthUsd, ImmutableHashSet<SessionId> Left, TimeSpan Since);
}
