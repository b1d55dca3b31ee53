using RealtimeAkka.Lab;

namespace RealtimeAkka.Pure.Tests.Lab;

public class LabFiguresTests
{
    [Fact]
    public void The_rate_of_a_variant_is_that_of_all_its_words_and_not_the_mean_of_its_turns()
    {
        var (shorter, longer) = (Answers.Turn("one", 1), Answers.Turn("one two three", 2));
        var figures = LabFigures.Of([Answers.Of("a", shorter, "two"), Answers.Of("a", longer, "one two three")], Answers.Shipped);
        Assert.Equal(0.25, figures.Variants[0].Wer);
        Assert.Equal((2, 2, 0.5), (figures.Variants[0].Turns, figures.Variants[0].Answers, figures.Variants[0].Exact));
    }

    [Fact]
    public void What_failed_is_counted_and_changes_no_rate()
    {
        var figures = LabFigures.Of(
            [Answers.Of("a", Answers.Turn("one", 1), null), Answers.Of("a", Answers.Turn("two", 2), "two", 0.02m)], Answers.Shipped);
        var variant = figures.Variants[0];
        Assert.Equal((1, 0.0, 0.01m, 0.02m), (variant.Missing, variant.Wer, variant.UsdPerTurn, variant.ColdUsdPerTurn));
    }

    [Fact]
    public void The_cost_of_a_transcript_that_is_not_known_makes_the_mean_unknown() =>
        Assert.Null(LabFigures.Of(
            [Answers.Of("a", Answers.Turn("one", 1), "one", 0.01m), Answers.Of("a", Answers.Turn("two", 2), "two")], Answers.Shipped)
            .Variants[0].UsdPerTurn);

    [Fact]
    public void Words_in_silence_count_as_added_ones()
    {
        var figures = LabFigures.Of(
            [Answers.Of("a", Answers.Turn("", 1), "thank you"), Answers.Of("a", Answers.Turn("one two", 2), "one two")], Answers.Shipped);
        Assert.Equal((1.0, 1), (figures.Variants[0].Wer, figures.Variants[0].Hallucinated));
    }

    [Theory]
    [InlineData(0.5, 3)]
    [InlineData(0.95, 5)]
    [InlineData(0.2, 1)]
    [InlineData(0.21, 2)]
    public void A_percentile_is_a_value_that_was_measured(double share, double expected) =>
        Assert.Equal(expected, LabVariant.Percentile([1, 2, 3, 4, 5], share));

    [Fact]
    public void Every_pair_is_compared_by_every_metric_in_the_order_of_the_answers()
    {
        var turn = Answers.Turn("one", 1);
        string[] variants = ["c", "a", "b"];
        var figures = LabFigures.Of(variants.Select(variant => Answers.Of(variant, turn, "one")), Answers.Shipped);
        Assert.Equal(
            [("c", "a"), ("c", "b"), ("a", "b")], figures.Comparisons.Select(one => (one.A, one.B)).Distinct());
        Assert.Equal([LabMetric.Wer, LabMetric.Entities, LabMetric.Usd], figures.Comparisons.Take(3).Select(one => one.Metric));
        // Neither entities nor costs: there is nothing to compare.
        Assert.Equal([0.0, null, null], figures.Comparisons.Take(3).Select(one => one.Estimate?.Difference));
        Assert.All(figures.Comparisons, one => Assert.Equal(LabVerdict.Same, one.Verdict));
    }

    [Fact]
    public void Only_turns_that_both_have_are_compared_and_repeats_of_a_turn_are_one()
    {
        var turns = Enumerable.Range(1, 10).Select(i => Answers.Turn("one two", i)).ToList();
        var figures = LabFigures.Of(
            [
                .. turns.SelectMany(turn => new[] { Answers.Of("a", turn, "one two"), Answers.Of("a", turn, "one", repeat: 2) }),
                .. turns.Take(8).Select(turn => Answers.Of("b", turn, turn.Turn == 1 ? null : "one two")),
            ],
            Answers.Shipped);
        var wer = figures.Comparisons[0];
        Assert.Equal((7, -0.25), (wer.Turns, wer.Estimate!.Difference));
        Assert.Equal((20, 10, 8), (figures.Variants[0].Answers, figures.Variants[0].Turns, figures.Variants[1].Turns));
    }

    [Fact]
    public void Less_is_better_of_wrong_words_and_dollars_and_more_of_right_entities()
    {
        var turns = Enumerable.Range(1, 30).Select(i => Answers.Turn($"the code is 4{i}7", i, "en", $"4{i}7")).ToList();
        var figures = LabFigures.Of(
            [
                .. turns.Select(turn => Answers.Of("a", turn, turn.Reference, 0.02m + turn.Turn * 0.0001m)),
                .. turns.Select(turn => Answers.Of("b", turn, turn.Turn % 2 == 0 ? "the code is 999" : turn.Reference, 0.01m)),
            ],
            Answers.Shipped);
        Assert.Equal([LabVerdict.A, LabVerdict.A, LabVerdict.B], figures.Comparisons.Select(one => one.Verdict));
        Assert.Equal([1, -1, -1], figures.Comparisons.Select(one => Math.Sign(one.Estimate!.Difference)));
        Assert.All(figures.Comparisons, one => Assert.InRange(one.Estimate!.Difference, one.Estimate.Low, one.Estimate.High));
    }

    [Fact]
    public void Who_mishears_three_of_twenty_entities_and_costs_half_is_said_to_do_so()
    {
        var turns = Enumerable.Range(1, 20).Select(i => Answers.Turn($"the code is 4{i}7", i, "en", $"4{i}7")).ToList();
        var figures = LabFigures.Of(
            [
                .. turns.Select(turn => Answers.Of("long", turn, turn.Reference, 0.02m + turn.Turn * 0.0002m)),
                .. turns.Select(turn => Answers.Of(
                    "short", turn, turn.Turn % 7 == 3 ? "the code is 999" : turn.Reference, 0.01m + turn.Turn * 0.0001m)),
            ],
            Answers.Shipped);
        Assert.Equal((17, 3), (figures.Variants[1].Right, figures.Variants[1].Wrong));
        var findings = Hosting.Lab.LabText.Findings(figures, "long", "short").Select(finding => finding.Text).ToList();
        Assert.StartsWith("short mishears 3 of 20 entities, long none", findings[1], StringComparison.Ordinal);
        Assert.StartsWith("short costs half of long: $0.011050 per turn instead of $0.022100", findings[2], StringComparison.Ordinal);
        Assert.Equal(LabVerdict.B, figures.Comparisons[2].Verdict);
    }
}
