using System.Collections.Immutable;
using System.Globalization;

namespace RealtimeAkka.Lab;

/// <summary>What a variant must reach for a build to pass; null: that is not asked.</summary>
/// <param name="MaxWer">The highest word error rate over all turns, as a fraction.</param>
/// <param name="MinEntities">The lowest share of entities that are right, as a fraction.</param>
/// <param name="MaxUsdPerTurn">The highest cost of a turn on average, in US dollars.</param>
public sealed record LabBars(double? MaxWer, double? MinEntities, decimal? MaxUsdPerTurn)
{
    /// <summary>What a variant misses, with the turns that it is due to, the worst first.</summary>
    /// <param name="Variant">The variant.</param>
    /// <param name="What">What it misses, in words.</param>
    /// <param name="Turns">The turns, in words.</param>
    public sealed record Miss(string Variant, string What, ImmutableArray<string> Turns);

    /// <summary>
    /// Everything that the variants miss. The built-in transcription is a comparison and need not pass. A turn without a transcript always
    /// fails, and so does a cost that is not known where a limit of it is set.
    /// </summary>
    public IEnumerable<Miss> Misses(LabFigures figures)
    {
        var results = figures.Results.ToLookup(result => result.Answer.Variant);
        return figures.Variants.Where(variant => variant.Name != VariantAnswer.Asr)
            .SelectMany(variant => Misses(variant, [.. results[variant.Name]]));
    }

    private IEnumerable<Miss> Misses(LabVariant variant, ImmutableArray<LabResult> results)
    {
        if (variant.Missing > 0)
            yield return new(variant.Name, $"{variant.Missing} of {variant.Answers} transcripts did not come",
                [.. results.Where(result => result.IsMissing).Select(result => $"{Place(result)}: {result.Answer.Error}")]);

        if (variant.Wer > MaxWer)
            yield return new(variant.Name, Invariant($"the word error rate is {variant.Wer:0.0000}, above {MaxWer}"),
                [.. results.Where(result => result.Edits > 0).OrderByDescending(result => result.Edits)
                    .Select(result => Invariant($"{Place(result)}: {result.Wer:0.00}"))]);

        var entities = variant.Right + variant.Wrong;
        if (entities > 0 && (double)variant.Right / entities < MinEntities)
            yield return new(variant.Name,
                Invariant($"{variant.Right} of {entities} entities are right: {(double)variant.Right / entities:0.0000}, below {MinEntities}"),
                [.. results.Where(result => result.Wrong > 0).OrderByDescending(result => result.Wrong)
                    .Select(result => $"{Place(result)}: {Misheard(result)}")]);

        if (MaxUsdPerTurn is not { } most) yield break;
        if (variant.UsdPerTurn is not { } usd)
            yield return new(variant.Name, "the cost of a turn is not known",
                [.. results.Where(result => result.Answer.Usd is null).Select(Place)]);
        else if (usd > most)
            yield return new(variant.Name, Invariant($"a turn costs ${usd:0.000000}, above ${most}"),
                [.. results.Where(result => result.Answer.Usd > most).OrderByDescending(result => result.Answer.Usd)
                    .Select(result => Invariant($"{Place(result)}: ${result.Answer.Usd:0.000000}"))]);
    }

    private static string Misheard(LabResult result) =>
        string.Join(", ", result.Entities.Where(entity => !entity.IsRight).Select(entity => entity.Text));

    private static string Place(LabResult result) =>
        $"{result.Answer.Turn.Name} turn {result.Answer.Turn.Turn}{(result.Answer.Repeat > 1 ? $", repeat {result.Answer.Repeat}" : "")}";

    private static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
