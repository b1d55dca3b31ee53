using System.Collections.Immutable;
using RealtimeAkka.Hearing;

namespace RealtimeAkka.Lab;

/// <summary>What a run of the lab found out, from its answers alone.</summary>
/// <param name="Turns">The golden turns, in the order of their first answers.</param>
/// <param name="Results">Every answer, measured.</param>
/// <param name="Variants">The figures of each variant, in the order of their first answers.</param>
/// <param name="Comparisons">Each pair of variants by each metric.</param>
public sealed record LabFigures(
    ImmutableArray<GoldenTurn> Turns, ImmutableArray<LabResult> Results, ImmutableArray<LabVariant> Variants,
    ImmutableArray<LabComparison> Comparisons)
{
    /// <summary>Measures answers and compares their variants.</summary>
    public static LabFigures Of(IEnumerable<VariantAnswer> answers, HearingSettings hearing) =>
        Of([.. answers.Select(answer => LabResult.Of(answer, hearing))]);

    /// <summary>Compares the variants of measured answers.</summary>
    public static LabFigures Of(ImmutableArray<LabResult> results)
    {
        ImmutableArray<LabVariant> variants =
            [.. results.GroupBy(result => result.Answer.Variant).Select(group => LabVariant.Of(group.Key, [.. group]))];
        var byVariant = results.ToLookup(result => result.Answer.Variant);
        var comparisons = ImmutableArray.CreateBuilder<LabComparison>();
        for (var a = 0; a < variants.Length; a++)
        {
            for (var b = a + 1; b < variants.Length; b++)
            {
                var (one, other) = (variants[a].Name, variants[b].Name);
                comparisons.AddRange(LabComparison.Of(one, byVariant[one], other, byVariant[other]));
            }
        }
        return new([.. results.Select(result => result.Answer.Turn).DistinctBy(Key)], results, variants, comparisons.ToImmutable());
    }

    /// <summary>What tells one golden turn from another.</summary>
    public static (string Audio, int Turn) Key(GoldenTurn turn) => (turn.Name, turn.Turn);
}

/// <summary>The figures of one variant. A figure is null where nothing is known of it.</summary>
/// <param name="Name">The variant.</param>
/// <param name="Turns">Golden turns that it was asked about.</param>
/// <param name="Answers">Its answers: turns times repeats.</param>
public sealed record LabVariant(string Name, int Turns, int Answers)
{
    /// <summary>Wrong words of all transcripts over the words of their references.</summary>
    public double? Wer { get; private init; }

    /// <summary>The same by grapheme clusters, without spaces.</summary>
    public double? Cer { get; private init; }

    /// <summary>Entities that are right.</summary>
    public int Right { get; private init; }

    /// <summary>Entities that are wrong.</summary>
    public int Wrong { get; private init; }

    /// <summary>The share of transcripts that are the reference to the letter.</summary>
    public double? Exact { get; private init; }

    /// <summary>Transcripts with words that nobody said.</summary>
    public int Hallucinated { get; private init; }

    /// <summary>Transcripts without words although somebody spoke.</summary>
    public int Empty { get; private init; }

    /// <summary>Answers without a transcript. They count in no other figure but the cost.</summary>
    public int Missing { get; private init; }

    /// <summary>US dollars per turn, cached tokens at their price; null: the cost of a transcript is not known.</summary>
    public decimal? UsdPerTurn { get; private init; }

    /// <summary>US dollars per turn if no token were cached.</summary>
    public decimal? ColdUsdPerTurn { get; private init; }

    /// <summary>The median latency in ms.</summary>
    public double? LatencyP50 { get; private init; }

    /// <summary>The latency in ms that 95 % of the answers stay below.</summary>
    public double? LatencyP95 { get; private init; }

    /// <summary>The figures of its results.</summary>
    public static LabVariant Of(string name, ImmutableArray<LabResult> results)
    {
        List<LabResult> heard = [.. results.Where(result => !result.IsMissing)];
        List<double> latencies = [.. heard.Select(result => result.Answer.LatencyMs).OfType<double>().Order()];
        return new(name, results.DistinctBy(result => LabFigures.Key(result.Answer.Turn)).Count(), results.Length)
        {
            Wer = Share(heard.Sum(result => result.Edits), heard.Sum(result => result.Units)),
            Cer = Share(heard.Sum(result => result.CharacterEdits), heard.Sum(result => result.Characters)),
            Right = heard.Sum(result => result.Right), Wrong = heard.Sum(result => result.Wrong),
            Exact = Share(heard.Count(result => result.IsExact), heard.Count),
            Hallucinated = heard.Count(result => result.IsHallucinated), Empty = heard.Count(result => result.IsEmpty),
            Missing = results.Length - heard.Count,
            UsdPerTurn = Mean(results, answer => answer.Usd), ColdUsdPerTurn = Mean(results, answer => answer.ColdUsd),
            LatencyP50 = Percentile(latencies, 0.5), LatencyP95 = Percentile(latencies, 0.95),
        };
    }

    /// <summary>The smallest of the ordered values that so many of them do not exceed (nearest rank); null: there is none.</summary>
    public static double? Percentile(IReadOnlyList<double> ordered, double share) =>
        ordered.Count == 0 ? null : ordered[Math.Clamp((int)Math.Ceiling(share * ordered.Count) - 1, 0, ordered.Count - 1)];

    private static double? Share(int part, int whole) => whole > 0 ? (double)part / whole : null;

    // A transcript of unknown cost makes the mean unknown; a request that failed may have cost nothing.
    private static decimal? Mean(ImmutableArray<LabResult> results, Func<VariantAnswer, decimal?> cost)
    {
        List<decimal> known = [.. results.Select(result => cost(result.Answer)).OfType<decimal>()];
        var isUnknown = known.Count == 0 || results.Any(result => !result.IsMissing && cost(result.Answer) is null);
        return isUnknown ? null : known.Sum() / results.Length;
    }
}

/// <summary>By what two variants are compared.</summary>
public enum LabMetric
{
    /// <summary>The word error rate; less is better.</summary>
    Wer,
    /// <summary>The share of entities that are right; more is better.</summary>
    Entities,
    /// <summary>US dollars per turn, as charged; less is better.</summary>
    Usd,
}

/// <summary>Which of two variants is better.</summary>
public enum LabVerdict
{
    /// <summary>The turns do not tell them apart.</summary>
    Same,
    /// <summary>The first one.</summary>
    A,
    /// <summary>The second one.</summary>
    B,
}

/// <summary>Two variants by one metric, over the golden turns that both have.</summary>
/// <param name="A">The first variant.</param>
/// <param name="B">The second variant.</param>
/// <param name="Metric">The metric.</param>
/// <param name="Turns">How many turns were compared.</param>
/// <param name="Estimate">The second one's figure less the first one's; null: there is nothing to compare.</param>
public sealed record LabComparison(string A, string B, LabMetric Metric, int Turns, PairedEstimate? Estimate)
{
    /// <summary>Which one is better.</summary>
    public LabVerdict Verdict => Estimate is not { IsDifferent: true } estimate ? LabVerdict.Same
        : (estimate.Difference > 0) == (Metric == LabMetric.Entities) ? LabVerdict.B : LabVerdict.A;

    /// <summary>The comparison by each metric.</summary>
    public static IEnumerable<LabComparison> Of(
        string a, IEnumerable<LabResult> ofA, string b, IEnumerable<LabResult> ofB, ulong seed = PairedBootstrap.DefaultSeed)
    {
        var others = ofB.ToLookup(result => LabFigures.Key(result.Answer.Turn));
        List<(LabResult[] A, LabResult[] B)> turns = [.. ofA.GroupBy(result => LabFigures.Key(result.Answer.Turn))
            .Select(group => (group.ToArray(), others[group.Key].ToArray()))];
        foreach (var metric in Enum.GetValues<LabMetric>())
        {
            List<PairedTurn> paired = [.. turns.Select(turn => Pair(turn.A, turn.B, metric)).OfType<PairedTurn>()];
            yield return new(a, b, metric, paired.Count, PairedBootstrap.Of(paired, seed));
        }
    }

    // The mean over the repeats of a turn, so that each turn counts once; null: one of the two has nothing of it.
    private static PairedTurn? Pair(LabResult[] a, LabResult[] b, LabMetric metric) =>
        Mean(a, metric) is var (figureA, ofA) && Mean(b, metric) is var (figureB, ofB) ? new(figureA, ofA, figureB, ofB) : null;

    private static (double Figure, double Of)? Mean(LabResult[] results, LabMetric metric)
    {
        List<(double Figure, double Of)> measured = [.. results.Select(result => Measure(result, metric)).OfType<(double, double)>()];
        return measured.Count == 0 ? null : (measured.Average(one => one.Figure), measured.Average(one => one.Of));
    }

    private static (double Figure, double Of)? Measure(LabResult result, LabMetric metric) => metric switch
    {
        LabMetric.Usd => result.Answer.Usd is { } usd ? ((double)usd, 1) : null,
        _ when result.IsMissing => null,
        LabMetric.Wer => (result.Edits, result.Units),
        _ => result.Entities.Length > 0 ? (result.Right, result.Entities.Length) : null,
    };
}
