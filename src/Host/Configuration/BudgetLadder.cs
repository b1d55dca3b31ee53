using System.Collections.Immutable;
using System.Globalization;
using RealtimeAkka.Actors.Ledger;
using RealtimeAkka.Protocol.Messages;

namespace RealtimeAkka.Host.Configuration;

/// <summary>Reads the thresholds of a budget, each with its step: <c>50% last:5, 80% last, 100% off, 120% end</c>.</summary>
public static class BudgetLadder
{
    /// <summary>
    /// The thresholds in rising order; null if the text is malformed, or if a threshold is not above the one before it or its step does
    /// not allow less. A first step of <c>full</c> changes nothing and is dropped.
    /// </summary>
    public static ImmutableArray<BudgetRung>? Parse(string text)
    {
        var rungs = ImmutableArray.CreateBuilder<BudgetRung>();
        foreach (var part in text.Split(',', StringSplitOptions.TrimEntries))
        {
            if (Rung(part) is not { } rung) return null;
            if (rungs.Count > 0 && (rung.Fraction <= rungs[^1].Fraction || !AllowsLess(rung.Step, rungs[^1].Step))) return null;
            rungs.Add(rung);
        }
        if (rungs[0].Step is BudgetStep.Narrow { Scope: ContextScope.Full }) rungs.RemoveAt(0);
        return rungs.ToImmutable();
    }

    /// <summary>The same thresholds for a session whose requests show <paramref name="context"/>: no step shows more than that.</summary>
    public static ImmutableArray<BudgetRung> Within(this ImmutableArray<BudgetRung> ladder, ContextScope context) =>
        [.. ladder.Select(rung => rung.Step is BudgetStep.Narrow narrow && context.IsNarrowerThan(narrow.Scope) ? rung with { Step = new BudgetStep.Narrow(context) } : rung)];

    private static BudgetRung? Rung(string text) =>
        text.Split('%', 2, StringSplitOptions.TrimEntries) is [var percent, var step]
        && decimal.TryParse(percent, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var part) && part <= 1000
        && Step(step) is { } follows
            ? new BudgetRung(part / 100, follows)
            : null;

    private static BudgetStep? Step(string text) => text switch
    {
        "off" => new BudgetStep.Off(),
        "end" => new BudgetStep.End(),
        _ => ContextScope.Parse(text) is { } scope and not ContextScope.None ? new BudgetStep.Narrow(scope) : null,
    };

    private static bool AllowsLess(BudgetStep step, BudgetStep before) => (step, before) switch
    {
        (BudgetStep.Narrow a, BudgetStep.Narrow b) => a.Scope.IsNarrowerThan(b.Scope),
        (BudgetStep.Narrow, _) => false,
        (BudgetStep.Off, _) => before is BudgetStep.Narrow,
        _ => before is not BudgetStep.End,
    };
}
