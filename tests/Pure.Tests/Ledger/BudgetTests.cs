using System.Collections.Immutable;
using RealtimeAkka.Actors.Ledger;
using RealtimeAkka.Protocol;
using RealtimeAkka.Protocol.Messages;
using RealtimeAkka.Protocol.Records;

namespace RealtimeAkka.Pure.Tests.Ledger;

public class BudgetTests
{
    private static readonly ImmutableArray<BudgetThreshold> Long =
    [
        new(0.5m, new BudgetStep.LimitContext(new ContextScope.Last(5))), new(0.8m, new BudgetStep.LimitContext(new ContextScope.Last(1))),
        new(1m, new BudgetStep.DisableRequests()), new(1.2m, new BudgetStep.EndSession()),
    ];

    [Theory]
    [InlineData(0.79, null)]
    [InlineData(0.80, "LimitContext")]
    [InlineData(0.99, "LimitContext")]
    [InlineData(1.00, "DisableRequests")]
    [InlineData(9.00, "DisableRequests")]
    public void A_budget_narrows_the_context_at_80_percent_and_stops_requests_at_100(double spent, string? step)
    {
        Assert.Equal(step, new Budget(1m).At((decimal)spent).Reached?.Step.GetType().Name);
        Assert.Null(new Budget(null).At((decimal)spent).Reached);
    }

    [Fact]
    public void The_budget_of_the_tenant_has_the_same_steps_and_the_worst_of_all_counts()
    {
        var budget = new Budget(LimitUsd: 10m) { Tenant = new TenantBudget(80m, 100m) };
        var (next, reached) = budget.At(1m);
        Assert.Equal((0.8m, 80m, 100m, true), (reached!.Fraction, reached.SpentUsd, reached.LimitUsd, reached.OfTheTenant));
        Assert.StartsWith("80 % of the tenant's budget is spent ($80", BudgetNotice.Spent(reached), StringComparison.Ordinal);
        Assert.Null(next.At(8m).Reached); // the same step
        Assert.False(next.At(10m).Reached!.OfTheTenant);
        Assert.True((next with { Tenant = new TenantBudget(100m, 100m) }).At(1m).Reached!.OfTheTenant);
    }

    [Fact]
    public void Each_step_is_taken_once_and_never_back()
    {
        var budget = new Budget(10m) { Thresholds = Long };
        List<string> steps = [];
        foreach (var total in new[] { 0m, 4.99m, 5m, 5m, 7.99m, 8m, 9.5m, 10m, 11m, 7m, 12m, 99m })
        {
            (budget, var reached) = budget.At(total);
            if (reached is not null)
                steps.Add(FormattableString.Invariant(
                    $"{reached.Fraction:0.0}: {reached.Step} at {reached.SpentUsd} of {reached.LimitUsd}"));
        }
        Assert.Equal(
            ["0.5: last:5 at 5 of 10", "0.8: last at 8 of 10", "1.0: off at 10 of 10", "1.2: end at 12 of 10"], steps);
    }

    [Fact]
    public void Of_several_steps_at_once_the_last_is_taken()
    {
        var (next, reached) = new Budget(10m) { Thresholds = Long }.At(11m);
        Assert.IsType<BudgetStep.DisableRequests>(reached?.Step);
        Assert.Null(next.At(11m).Reached);
    }

    [Fact]
    public void The_days_other_sessions_count_against_the_days_budget_only()
    {
        var budget = new Budget(LimitUsd: 10m, PerDayUsd: 100m) { SpentTodayUsd = 79m };
        Assert.Null(budget.At(0.99m).Reached);
        Assert.Equal(
            new SessionMessages.BudgetReached(0.8m, new BudgetStep.LimitContext(new ContextScope.Last(1)), 80m, 100m, OfTheDay: true),
            budget.At(1m).Reached);
        Assert.Equal(new SessionMessages.BudgetReached(1m, new BudgetStep.DisableRequests(), 10m, 10m, OfTheDay: false),
            budget.At(10m).Reached);
    }

    [Fact]
    public void A_day_that_is_spent_before_the_session_starts_stops_it_at_once() =>
        Assert.Equal(new SessionMessages.BudgetReached(1m, new BudgetStep.DisableRequests(), 5m, 5m, OfTheDay: true),
        (new Budget(null, 5m) { SpentTodayUsd = 5m }).At(0m).Reached);

    [Fact]
    public void A_budget_of_nothing_is_spent_at_once() => Assert.IsType<BudgetStep.DisableRequests>(new Budget(0m).At(0m).Reached?.Step);

    [Theory]
    [InlineData(0.8, "last", false, "budget_tight",
    "80 % of the budget is spent ($8.000000 of $10.000000): out-of-band requests see only their own turn from now on.")]
    [InlineData(0.5, "last:5", true, "budget_tight",
    "50 % of the day's budget is spent ($8.000000 of $10.000000): out-of-band requests see only the last 5 turns from now on.")]
    [InlineData(1.0, "off", false, "budget_spent",
    "The budget is spent ($8.000000 of $10.000000): no more out-of-band requests; turns go on with ASR only.")]
    [InlineData(1.25, "end", true, "budget_spent",
    "125 % of the day's budget is spent ($8.000000 of $10.000000): no more out-of-band requests, and the session ends.")]
    [InlineData(1.0, "end", true, "budget_spent",
    "The day's budget is spent ($8.000000 of $10.000000): no more out-of-band requests, and the session ends.")]
    public void A_step_is_one_notice_with_the_figures(double fraction, string step, bool day, string code, string message)
    {
        BudgetStep follows = step switch { "off" => new BudgetStep.DisableRequests(), "end" => new BudgetStep.EndSession(), _
            => new BudgetStep.LimitContext(ContextScope.Parse(step)!) };
        Assert.Equal(new Notice(NoticeLevel.Warning, code, message),
            BudgetNotice.For(new SessionMessages.BudgetReached((decimal)fraction, follows, 8m, 10m, day)));
    }
}
