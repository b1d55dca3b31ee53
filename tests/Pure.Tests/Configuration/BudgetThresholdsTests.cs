using RealtimeAkka.Actors.Ledger;
using RealtimeAkka.Hosting.Configuration;
using RealtimeAkka.Protocol.Messages;

namespace RealtimeAkka.Pure.Tests.Configuration;

public class BudgetThresholdsTests
{
    [Theory]
    [InlineData("80% last, 100% off", "0.8 last | 1 off")]
    [InlineData("0% full, 33.3 % last:5,50%last:2, 80% last, 100% off, 120% end", "0.333 last:5 | 0.5 last:2 | 0.8 last | 1 off | 1.2 end")]
    [InlineData("100% end", "1 end")]
    [InlineData("100% full", "")]
    public void A_ladder_is_read_rung_by_rung(string text, string rungs) => Assert.Equal(rungs, Words(BudgetThresholds.Parse(text)!.Value));

    [Theory]
    [InlineData("")]
    [InlineData("off")]
    [InlineData("80 last")]
    [InlineData("-1% off")]
    [InlineData("1001% off")]
    [InlineData("80% stop")]
    [InlineData("80% none")]
    [InlineData("80% last,")]
    [InlineData("80% last, 80% off")]
    [InlineData("80% last, 70% off")]
    [InlineData("50% last, 80% last:2")]
    [InlineData("50% last, 80% last")]
    [InlineData("50% last, 80% full")]
    [InlineData("50% off, 80% last")]
    [InlineData("50% end, 80% off")]
    [InlineData("50% end, 80% end")]
    public void What_does_not_come_later_and_allow_less_is_no_ladder(string text) => Assert.Null(BudgetThresholds.Parse(text));

    [Fact]
    public void No_rung_shows_more_than_the_session_asks_with()
    {
        var ladder = BudgetThresholds.Parse("50% last:5, 60% last:2, 80% last, 100% off")!.Value;
        Assert.Equal("0.5 last:3 | 0.6 last:2 | 0.8 last | 1 off", Words(ladder.Within(new ContextScope.Last(3))));
        Assert.Equal<IEnumerable<BudgetThreshold>>(ladder, ladder.Within(new ContextScope.Full()));
    }

    [Fact]
    public void What_the_user_wrote_is_planned()
    {
        var budget = Planned.By(Shipped.Set("budget.per-day", "5"), Shipped.Set("budget.ladder", "50% last:4, 100% off, 150% end"),
            Shipped.Set("out-of-band.context", "last:2")).Session.Ledger.Budget;
        Assert.Equal((null, 5m), (budget.LimitUsd, budget.PerDayUsd));
        Assert.Equal("0.5 last:2 | 1 off | 1.5 end", Words(budget.Thresholds));
        Assert.Equal("0.8 last | 1 end", Words(Planned.By(Shipped.Set("budget.end-session", "on")).Session.Ledger.Budget.Thresholds));
    }

    [Theory]
    [InlineData("budget.ladder", "80% less", "such as '50% last:5, 80% last, 100% off'")]
    [InlineData("budget.per-day", "much", "US dollars such as 0.50, or none")]
    public void A_wrong_budget_says_what_is_right(string key, string value, string expected) =>
        Assert.Contains(expected, Assert.Throws<ConfigException>(() => Planned.By(Shipped.Set(key, value))).Message,
        StringComparison.Ordinal);

    [Fact]
    public void A_days_budget_needs_the_folders_of_the_day() =>
        Assert.Contains("--data none",
        Assert.Throws<ConfigException>(() => Planned.By(Shipped.Set("budget.per-day", "5"), Shipped.Set("data.directory", "none"))).Message,
        StringComparison.Ordinal);

    private static string Words(IEnumerable<BudgetThreshold> ladder) =>
        string.Join(" | ", ladder.Select(rung => FormattableString.Invariant($"{rung.Fraction:0.###} {Words(rung.Step)}")));

    private static string Words(BudgetStep step) =>
        step switch { BudgetStep.LimitContext narrow => $"{narrow.Scope}", BudgetStep.DisableRequests => "off", _ => "end" };
}
