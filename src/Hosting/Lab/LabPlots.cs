using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using RealtimeAkka.Lab;

namespace RealtimeAkka.Hosting.Lab;

/// <summary>The plots of the page, as SVG that is coloured by the page's style.</summary>
public static class LabPlots
{
    /// <summary>How many variants have a colour of their own.</summary>
    public const int Colours = 6;

    private const double Left = 52, Top = 14, LabelGap = 8, CharacterWidth = 7;

    /// <summary>The word error rate of each turn, a bar for each variant; repeats are averaged.</summary>
    public static string WerByTurn(LabFigures figures)
    {
        const double right = 748, bottom = 210;
        var (turns, variants) = (figures.Turns.Length, figures.Variants.Length);
        if (turns == 0) return "";
        var rates = figures.Results.Where(result => result.Wer is not null)
            .ToLookup(result => (LabFigures.Key(result.Answer.Turn), result.Answer.Variant), result => result.Wer!.Value);
        // More words than were said is more than can be shown; the figure itself is in the turn below.
        var top = NiceTop(Math.Min(1, rates.Select(group => group.Average()).DefaultIfEmpty(0).Max()), least: 0.1);
        var slot = (right - Left) / turns;
        var width = Math.Min(16, slot * 0.76 / variants);
        var svg = Begin(
            "WER by turn", string.Join(' ', figures.Variants.Select(variant => LabPage.Swatch(figures, variant.Name))),
            $"Word error rate of {turns} turns by variant; the figures are in the turns below.", 760, 236);
        Grid(svg, right, bottom, top, share => LabText.Percent(share).Replace(".0 ", " ", StringComparison.Ordinal));
        var step = Math.Max(1, (turns + 23) / 24);
        for (var i = 0; i < turns; i++)
        {
            var middle = Left + slot * (i + 0.5);
            if (i % step == 0) Label(svg, "tick", middle, bottom + 17, Number(i + 1), "middle");
            for (var v = 0; v < variants; v++)
            {
                var name = figures.Variants[v].Name;
                if (!rates.Contains((LabFigures.Key(figures.Turns[i]), name))) continue;
                var rate = rates[(LabFigures.Key(figures.Turns[i]), name)].Average();
                // A turn without a mistake is a line on the axis: it was measured.
                var height = Math.Max(1.5, (bottom - Top) * Math.Min(rate / top, 1));
                var x = middle + (v - variants / 2.0) * width;
                svg.Append(CultureInfo.InvariantCulture, $"""
                    <rect class="fill {LabPage.Colour(figures, name)}" data-turn="{i + 1}"
                     x="{F(x + 0.5)}" y="{F(bottom - height)}" width="{F(Math.Max(0.8, width - 1))}" height="{F(height)}">
                    <title>Turn {i + 1}, {LabPage.Text(name)}: {LabText.Percent(rate)}</title></rect>
                    """);
            }
        }
        return End(svg);
    }

    /// <summary>Cost per turn against the word error rate, a point for each variant: what is better stands lower and to the left.</summary>
    public static string CostAgainstWer(LabFigures figures)
    {
        const double right = 424, bottom = 200;
        ImmutableArray<LabVariant> known = [.. figures.Variants.Where(variant => variant is { Wer: not null, UsdPerTurn: not null })];
        if (known.IsEmpty) return "";
        var top = NiceTop(known.Max(variant => variant.Wer!.Value), least: 0.02);
        var most = NiceTop((double)known.Max(variant => variant.UsdPerTurn!.Value), least: 0.000001);
        var svg = Begin(
            "Cost against WER", "Lower left is better.",
            "Cost per turn and word error rate of each variant; the figures are in the table above.", 440, 236);
        Grid(svg, right, bottom, top, share => LabText.Percent(share).Replace(".0 ", " ", StringComparison.Ordinal));
        foreach (var share in (double[])[0, 0.5, 1])
        {
            var usd = (most * share).ToString("$0.######", CultureInfo.InvariantCulture);
            Label(svg, "tick", Left + (right - Left) * share, bottom + 17, usd, share == 0 ? "start" : share < 1 ? "middle" : "end");
        }
        Label(svg, "tick", right, bottom + 32, "cost per turn", "end");
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
            svg.Append(CultureInfo.InvariantCulture, $"""
                <circle class="fill {LabPage.Colour(figures, variant.Name)}" cx="{F(x)}" cy="{F(y)}" r="5.5">
                <title>{LabPage.Text(variant.Name)}: {LabText.Percent(variant.Wer)}, {LabText.Usd(variant.UsdPerTurn)}</title></circle>
                """);
            Label(svg, "name", isLeft ? x - LabelGap - 3 : x + LabelGap + 3, label, name, isLeft ? "end" : "start");
        }
        return End(svg);
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

    /// <summary>The next round figure above: 1, 2, 2.5 or 5 times a power of ten, and at least <paramref name="least"/>.</summary>
    public static double NiceTop(double value, double least)
    {
        value = Math.Max(value, least);
        var power = Math.Pow(10, Math.Floor(Math.Log10(value) + 1e-9));
        return ((double[])[1, 2, 2.5, 5, 10]).Select(step => step * power).First(step => step >= value * (1 - 1e-9));
    }

    private static StringBuilder Begin(string title, string legend, string description, int width, int height) =>
        new StringBuilder().Append(CultureInfo.InvariantCulture, $"""
            <figure><figcaption><h2>{title}</h2><p class="legend">{legend}</p></figcaption>
            <svg role="img" aria-label="{description}" viewBox="0 0 {width} {height}">
            """);

    private static string End(StringBuilder svg) => svg.Append("</svg></figure>\n").ToString();

    private static void Grid(StringBuilder svg, double right, double bottom, double top, Func<double, string> label)
    {
        foreach (var share in (double[])[0, 0.5, 1])
        {
            var y = bottom - (bottom - Top) * share;
            svg.Append(CultureInfo.InvariantCulture, $"<path class=\"grid\" d=\"M{Left} {F(y)}H{F(right)}\"/>");
            Label(svg, "tick", Left - 7, y + 4, label(top * share), "end");
        }
    }

    private static void Label(StringBuilder svg, string kind, double x, double y, string text, string anchor) => svg.Append(
        CultureInfo.InvariantCulture,
        $"<text class=\"{kind}\" x=\"{F(x)}\" y=\"{F(y)}\" text-anchor=\"{anchor}\">{LabPage.Text(text)}</text>");

    private static string F(double value) => value.ToString("0.##", CultureInfo.InvariantCulture);

    private static string Number(int number) => number.ToString(CultureInfo.InvariantCulture);
}
