using System.Globalization;
using RealtimeAkka.Lab;

namespace RealtimeAkka.Hosting.Lab;

/// <summary>A sentence about two variants.</summary>
/// <param name="Text">The sentence.</param>
/// <param name="IsShown">The turns show a difference that is more than chance.</param>
public readonly record struct LabFinding(string Text, bool IsShown);

/// <summary>Figures of the lab in words.</summary>
public static class LabText
{
    /// <summary>A share in percent, with one decimal place; a dash: not known.</summary>
    public static string Percent(double? share) =>
        share is { } known ? (known * 100).ToString("0.0", CultureInfo.InvariantCulture) + " %" : "-";

    /// <summary>A difference of shares in percentage points.</summary>
    public static string Points(double share) => (share * 100).ToString("+0.0;-0.0;0.0", CultureInfo.InvariantCulture);

    /// <summary>US dollars, six places; a dash: not known.</summary>
    public static string Usd(decimal? usd) => usd is { } known ? "$" + known.ToString("F6", CultureInfo.InvariantCulture) : "-";

    /// <summary>A difference of US dollars.</summary>
    public static string UsdDifference(double usd) => usd.ToString("+$0.000000;-$0.000000;$0.000000", CultureInfo.InvariantCulture);

    /// <summary>Milliseconds; a dash: not known.</summary>
    public static string Milliseconds(double? ms) => ms is { } known ? known.ToString("0", CultureInfo.InvariantCulture) + " ms" : "-";

    /// <summary>Right entities of all; a dash: there are none.</summary>
    public static string Entities(LabVariant variant) =>
        variant.Right + variant.Wrong == 0 ? "-" : $"{variant.Right}/{variant.Right + variant.Wrong}";

    /// <summary>The name of a metric in a table.</summary>
    public static string Name(LabMetric metric) => metric switch
    {
        LabMetric.Wer => "word error rate", LabMetric.Entities => "entities right", _ => "cost per turn",
    };

    /// <summary>A difference and its interval, in the metric's unit.</summary>
    public static string Difference(LabComparison comparison) => comparison.Estimate is not { } estimate ? "-"
        : comparison.Metric == LabMetric.Usd
            ? $"{UsdDifference(estimate.Difference)} ({UsdDifference(estimate.Low)} to {UsdDifference(estimate.High)})"
            : $"{Points(estimate.Difference)} points ({Points(estimate.Low)} to {Points(estimate.High)})";

    /// <summary>The latencies that 50 % and 95 % of the answers stay below.</summary>
    public static string Latency(LabVariant variant) =>
        variant.LatencyP50 is null ? "-" : $"{Milliseconds(variant.LatencyP50)}, {Milliseconds(variant.LatencyP95)}";

    /// <summary>Who is better, by name.</summary>
    public static string Verdict(LabComparison comparison) => comparison.Verdict switch
    {
        LabVerdict.A => $"{comparison.A} is better", LabVerdict.B => $"{comparison.B} is better", _ => "no difference shown",
    };

    /// <summary>What a pair of variants comes to: one sentence about its words, one about its entities, one about its cost.</summary>
    public static IEnumerable<LabFinding> Findings(LabFigures figures, string a, string b)
    {
        var (one, other) = (figures.Variants.First(variant => variant.Name == a), figures.Variants.First(variant => variant.Name == b));
        foreach (var comparison in figures.Comparisons.Where(comparison => comparison.A == a && comparison.B == b))
        {
            var isShown = comparison.Verdict != LabVerdict.Same;
            var sentence = comparison.Metric switch
            {
                LabMetric.Wer => Words(one, other, isShown),
                LabMetric.Entities => Misheard(one, other, isShown),
                _ => Cost(one, other, isShown),
            };
            if (sentence is not null) yield return new(sentence, isShown);
        }
    }

    private static string? Words(LabVariant a, LabVariant b, bool isShown)
    {
        if (a.Wer is not { } one || b.Wer is not { } other) return null;
        var (better, worse) = one <= other ? (a, b) : (b, a);
        return Math.Abs(one - other) < 0.00005 ? $"{a.Name} and {b.Name} have the same word error rate, {Percent(one)}."
            : isShown ? $"{better.Name} has fewer words wrong than {worse.Name}: {Percent(better.Wer)} instead of {Percent(worse.Wer)}."
            : $"By their words {a.Name} and {b.Name} cannot be told apart: {Percent(one)} and {Percent(other)} wrong.";
    }

    private static string? Misheard(LabVariant a, LabVariant b, bool isShown)
    {
        var (ofA, ofB) = (a.Right + a.Wrong, b.Right + b.Wrong);
        if (ofA == 0 || ofB == 0) return null;
        if (a.Wrong == 0 && b.Wrong == 0) return $"{a.Name} and {b.Name} have every entity right.";
        if ((long)a.Wrong * ofB == (long)b.Wrong * ofA) return $"{a.Name} and {b.Name} mishear the same share of entities, {Of(b)}.";
        var (better, worse) = (double)a.Wrong / ofA < (double)b.Wrong / ofB ? (a, b) : (b, a);
        var than = better.Wrong == 0 ? $"{better.Name} none" : $"{better.Name} {better.Wrong}";
        return $"{worse.Name} mishears {Of(worse)} entities, {than}{(isShown ? "" : "; on so few turns that can be chance")}.";

        static string Of(LabVariant variant) =>
            string.Create(CultureInfo.InvariantCulture, $"{variant.Wrong} of {variant.Right + variant.Wrong}");
    }

    private static string? Cost(LabVariant a, LabVariant b, bool isShown)
    {
        if (a.UsdPerTurn is not { } one || b.UsdPerTurn is not { } other) return null;
        if (one == other) return $"{a.Name} and {b.Name} cost the same, {Usd(one)} per turn.";
        var (cheap, dear) = one < other ? (a, b) : (b, a);
        var costs = $"{Usd(cheap.UsdPerTurn)} per turn instead of {Usd(dear.UsdPerTurn)}";
        return !isShown ? $"By their cost {a.Name} and {b.Name} cannot be told apart: {Usd(one)} and {Usd(other)} per turn."
            : cheap.UsdPerTurn == 0 ? $"{cheap.Name} costs nothing: {costs}."
            : $"{cheap.Name} costs {Ratio((double)(cheap.UsdPerTurn!.Value / dear.UsdPerTurn!.Value))} {dear.Name}: {costs}.";
    }

    private static string Ratio(double share) => share switch
    {
        >= 0.995 => "almost as much as",
        >= 0.48 and <= 0.52 => "half of",
        >= 0.1 => string.Create(CultureInfo.InvariantCulture, $"{(1 - share) * 100:0} % less than"),
        _ => string.Create(CultureInfo.InvariantCulture, $"1/{1 / share:0} of"),
    };
}
