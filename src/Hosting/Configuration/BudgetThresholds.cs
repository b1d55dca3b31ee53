using System.Collections.Immutable;
using System.Globalization;
using RealtimeAkka.Actors.Ledger;
using RealtimeAkka.Protocol.Messages;

namespace RealtimeAkka.Hosting.Configuration;

/// <summary>Reads the thresholds of a budget, each with its step: <c>50% last:5, 80% last, 100% off, 120% end</c>.</summary>
public static class BudgetThresholds
{
    /// <summary>
    /// The thresholds in rising order; null if the text is malformed, or if a threshold is not above the one before it or its step does
    /// not allow less. A first step of <c>full</c> changes nothing and is dropped.
    /// </summary>
    public static ImmutableArray<BudgetThreshold>? Parse(string text)
    {
        var rungs = ImmutableArray.CreateBuilder<BudgetThreshold>();
        foreach (var part in text.Split(',', StringSplitOptions.TrimEntries))
        {
            if (Threshold(part) is not { } rung) return null;
            if (rungs.Count > 0 && (rung.Fraction <= rungs[^1].Fraction || !AllowsLess(rung.Step, rungs[^1].Step))) return null;
            rungs.Add(rung);
        }
        if (rungs[0].Step is BudgetStep.LimitContext { Scope: ContextScope.Full }) rungs.RemoveAt(0);
        return rungs.ToImmutable();
    }

    /// <summary>The same thresholds for a session whose requests show <paramref name="context"/>: no step shows more than that.</summary>
    public static ImmutableArray<BudgetThreshold> Within(this ImmutableArray<BudgetThreshold> ladder, ContextScope context) =>
        [.. ladder.Select(rung => rung.Step is BudgetStep.LimitContext narrow && context.IsNarrowerThan(narrow.Scope)
        ? rung with { Step = new BudgetStep.LimitContext(context) } : rung)];

    private static BudgetThreshold? Threshold(string text) =>
        text.Split('%', 2, StringSplitOptions.TrimEntries) is [var percent, var step]
        && decimal.TryParse(percent, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var part) && part <= 1000
        && Step(step) is { } follows
            ? new BudgetThreshold(part / 100, follows)
            : null;

    private static BudgetStep? Step(string text) => text switch
    {
        "off" => new BudgetStep.DisableRequests(),
        "end" => new BudgetStep.EndSession(),
        _ => ContextScope.Parse(text) is { } scope and not ContextScope.None ? new BudgetStep.LimitContext(scope) : null,
    };

    private static bool AllowsLess(BudgetStep step, BudgetStep before) => (step, before) switch
    {
        (BudgetStep.LimitContext a, BudgetStep.LimitContext b) => a.Scope.IsNarrowerThan(b.Scope),
        (BudgetStep.LimitContext, _) => false,
        (BudgetStep.DisableRequests, _) => before is BudgetStep.LimitContext,
        _ => before is not BudgetStep.EndSession,
    };
}
