using RealtimeAkka.Protocol.Messages;
using RealtimeAkka.Protocol.Records;

namespace RealtimeAkka.Actors.Ledger;

/// <summary>The notice for a budget threshold that is reached, in words and figures.</summary>
public static class BudgetNotice
{
    /// <summary>The notice of a threshold: <c>budget_tight</c>, or <c>budget_spent</c> from 100 % on.</summary>
    public static Notice For(SessionMessages.BudgetReached m) => new(
        NoticeLevel.Warning, m.Fraction >= 1 ? "budget_spent" : "budget_tight", $"{Spent(m)}: {Consequence(m.Step)}.");

    /// <summary>How much of which budget is spent.</summary>
    public static string Spent(SessionMessages.BudgetReached m)
    {
        var budget = m.OfTheTenant ? "the tenant's budget" : m.OfTheDay ? "the day's budget" : "the budget";
        var part = m.Fraction == 1 ? $"{char.ToUpperInvariant(budget[0])}{budget[1..]}"
            : FormattableString.Invariant($"{m.Fraction * 100:0.##} % of {budget}");
        return FormattableString.Invariant($"{part} is spent (${m.SpentUsd:0.000000} of ${m.LimitUsd:0.000000})");
    }

    private static string Consequence(BudgetStep step) => step switch
    {
        BudgetStep.LimitContext { Scope: ContextScope.Last { Turns: 1 } } => "out-of-band requests see only their own turn from now on",
        BudgetStep.LimitContext { Scope: ContextScope.Last { Turns: var turns } }
            => $"out-of-band requests see only the last {turns} turns from now on",
        BudgetStep.LimitContext => "out-of-band requests still see the whole conversation",
        BudgetStep.DisableRequests => "no more out-of-band requests; turns go on with ASR only",
        _ => "no more out-of-band requests, and the session ends",
    };
}
