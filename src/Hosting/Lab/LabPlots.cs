using System.Collections.Immutable;
using System.Globalization;
using RealtimeAkka.Hosting.Pages;
using RealtimeAkka.Lab;
using static RealtimeAkka.Hosting.Pages.SvgPlot;

namespace RealtimeAkka.Hosting.Lab;

/// <summary>The plots of the page, as SVG that is coloured by the page's style.</summary>
public static class LabPlots
{
    /// <summary>How many variants have a colour of their own.</summary>
    public const int Colours = 6;

    private const double LabelGap = 8, CharacterWidth = 7;

    /// <summary>The word error rate of each turn, a bar for each variant; repeats are averaged.</summary>
    public static string WerByTurn(LabFigures figures)
    {
        if (figures.Turns.Length == 0) return "";
        var rates = figures.Results.Where(result => result.Wer is not null)
            .ToLookup(result => (LabFigures.Key(result.Answer.Turn), result.Answer.Variant), result => result.Wer!.Value);
        // More words than were said is more than can be shown; the figure itself is in the turn below.
        var top = SvgPlot.NiceTop(Math.Min(1, rates.Select(group => group.Average()).DefaultIfEmpty(0).Max()), least: 0.1);
        return SvgPlot.Bars(
            ("WER by turn", string.Join(' ', figures.Variants.Select(variant => LabPage.Swatch(figures, variant.Name))),
                $"Word error rate of {figures.Turns.Length} turns by variant; the figures are in the turns below."),
            [.. Enumerable.Range(1, figures.Turns.Length)],
            [
                .. figures.Variants.Select(variant => new BarSeries(
                    variant.Name, LabPage.Colour(figures, variant.Name),
                    [
                        .. figures.Turns.Select(turn => (LabFigures.Key(turn), variant.Name))
                            .Select(key => rates.Contains(key) ? rates[key].Average() : (double?)null),
                    ])),
            ],
            top, rate => LabText.Percent(rate), Tick);
    }

    /// <summary>Cost per turn against the word error rate, a point for each variant: what is better stands lower and to the left.</summary>
    public static string CostAgainstWer(LabFigures figures)
    {
        const double right = 424, bottom = 200;
        ImmutableArray<LabVariant> known = [.. figures.Variants.Where(variant => variant is { Wer: not null, UsdPerTurn: not null })];
        if (known.IsEmpty) return "";
        var top = SvgPlot.NiceTop(known.Max(variant => variant.Wer!.Value), least: 0.02);
        var most = SvgPlot.NiceTop((double)known.Max(variant => variant.UsdPerTurn!.Value), least: 0.000001);
        var svg = new SvgPlot(
            "Cost against WER", "Lower left is better.",
            "Cost per turn and word error rate of each variant; the figures are in the table above.", 440, 236);
        svg.Grid(right, bottom, top, Tick);
        foreach (var share in (double[])[0, 0.5, 1])
        {
            var usd = (most * share).ToString("$0.######", CultureInfo.InvariantCulture);
            svg.Label("tick", Left + (right - Left) * share, bottom + 17, usd, share == 0 ? "start" : share < 1 ? "middle" : "end");
        }
        svg.Label("tick", right, bottom + 32, "cost per turn", "end");
        List<double> taken = [];
        foreach (var variant in known.OrderBy(variant => variant.Wer))
        {
            var x = Left + (right - Left) * (double)variant.UsdPerTurn!.Value / most;
            var y = bottom - (bottom - Top) * variant.Wer!.Value / top;
            var name = variant.Name.Length <= 24 ? variant.Name : variant.Name[..23] + "…";
            var isLeft = x + LabelGap + name.Length * CharacterWidth > right;
            // Labels of neighbours stand above each other, and above the axis.
            var label = Math.Min(y + 4, bottom - 6);
            while (taken.Exists(other => Math.Abs(other - label) < 14)) label -= 14;
            taken.Add(label);
            svg.Add($"""
                <circle class="fill {LabPage.Colour(figures, variant.Name)}" cx="{F(x)}" cy="{F(y)}" r="5.5">
                <title>{HtmlPage.Text(variant.Name)}: {LabText.Percent(variant.Wer)}, {LabText.Usd(variant.UsdPerTurn)}</title></circle>
                """);
            svg.Label("name", isLeft ? x - LabelGap - 3 : x + LabelGap + 3, label, name, isLeft ? "end" : "start");
        }
        return svg.End();
    }

    /// <summary>The interval of a comparison beside 0, on the scale of its metric.</summary>
    public static string Interval(LabFigures figures, LabComparison comparison)
    {
        const double middle = 80, reach = 74;
        if (comparison.Estimate is not { } estimate) return "";
        var most = figures.Comparisons.Where(other => other.Metric == comparison.Metric && other.Estimate is not null)
            .Max(other => Math.Max(Math.Abs(other.Estimate!.Low), Math.Abs(other.Estimate.High)));
        double At(double value) => most > 0 ? middle + reach * value / most : middle;
        var (low, high) = (F(At(estimate.Low)), F(At(estimate.High)));
        return string.Create(CultureInfo.InvariantCulture, $"""
            <svg class="interval{(estimate.IsDifferent ? " shown" : "")}" viewBox="0 0 160 18" width="160" height="18" aria-hidden="true">
            <path class="zero" d="M{middle} 0V18"/><path class="range" d="M{low} 9H{high}M{low} 5V13M{high} 5V13"/>
            <circle cx="{F(At(estimate.Difference))}" cy="9" r="3.5"/></svg>
            """);
    }

    private static string Tick(double share) => LabText.Percent(share).Replace(".0 ", " ", StringComparison.Ordinal);
}
