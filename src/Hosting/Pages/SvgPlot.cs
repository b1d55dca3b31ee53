using System.Globalization;
using System.Text;

namespace RealtimeAkka.Hosting.Pages;

/// <summary>A series of bars: a name, the class of its colour, and a value for each group; null: none.</summary>
/// <param name="Name">Its name, any text.</param>
/// <param name="Colour">The class of its colour.</param>
/// <param name="Values">One for each group.</param>
public sealed record BarSeries(string Name, string Colour, IReadOnlyList<double?> Values);

/// <summary>A plot as SVG that is coloured by the page's style.</summary>
public sealed class SvgPlot
{
    /// <summary>Where the area of a plot begins.</summary>
    public const double Left = 52, Top = 14;

    private readonly StringBuilder _svg = new();

    /// <summary>Begins a plot; <paramref name="legend"/> is HTML, <paramref name="description"/> is any text for a screen reader.</summary>
    public SvgPlot(string title, string legend, string description, int width, int height) => Add($"""
        <figure><figcaption><h2>{HtmlPage.Text(title)}</h2><p class="legend">{legend}</p></figcaption>
        <svg role="img" aria-label="{HtmlPage.Text(description)}" viewBox="0 0 {width} {height}">
        """);

    /// <summary>Bars side by side in numbered groups; <paramref name="format"/>: a value as text.</summary>
    /// <param name="plot">The title, the legend (HTML) and the description.</param>
    /// <param name="groups">The number of each group.</param>
    /// <param name="series">At least one.</param>
    /// <param name="top">The value at the top.</param>
    /// <param name="format">A value as text.</param>
    /// <param name="tick">A value on the axis as text.</param>
    public static string Bars(
        (string Title, string Legend, string Description) plot, IReadOnlyList<int> groups, IReadOnlyList<BarSeries> series, double top,
        Func<double, string> format, Func<double, string> tick)
    {
        const double right = 748, bottom = 210;
        var slot = (right - Left) / groups.Count;
        var width = Math.Min(16, slot * 0.76 / series.Count);
        var svg = new SvgPlot(plot.Title, plot.Legend, plot.Description, 760, 236);
        svg.Grid(right, bottom, top, tick);
        var step = Math.Max(1, (groups.Count + 23) / 24);
        for (var i = 0; i < groups.Count; i++)
        {
            var middle = Left + slot * (i + 0.5);
            if (i % step == 0) svg.Label("tick", middle, bottom + 17, groups[i].ToString(CultureInfo.InvariantCulture), "middle");
            for (var v = 0; v < series.Count; v++)
            {
                if (series[v].Values[i] is not { } value) continue;
                // A bar of nothing is a line on the axis: it was measured.
                var height = Math.Max(1.5, (bottom - Top) * Math.Min(value / top, 1));
                var x = middle + (v - series.Count / 2.0) * width;
                svg.Add($"""
                    <rect class="fill {series[v].Colour}" data-turn="{groups[i]}"
                     x="{F(x + 0.5)}" y="{F(bottom - height)}" width="{F(Math.Max(0.8, width - 1))}" height="{F(height)}">
                    <title>Turn {groups[i]}, {HtmlPage.Text(series[v].Name)}: {HtmlPage.Text(format(value))}</title></rect>
                    """);
            }
        }
        return svg.End();
    }

    /// <summary>Adds SVG.</summary>
    public void Add(FormattableString svg) => _svg.Append(svg.ToString(CultureInfo.InvariantCulture));

    /// <summary>Adds the axis with its lines at 0, the half and the top.</summary>
    public void Grid(double right, double bottom, double top, Func<double, string> label)
    {
        foreach (var share in (double[])[0, 0.5, 1])
        {
            var y = bottom - (bottom - Top) * share;
            Add($"<path class=\"grid\" d=\"M{F(Left)} {F(y)}H{F(right)}\"/>");
            Label("tick", Left - 7, y + 4, label(top * share), "end");
        }
    }

    /// <summary>Adds a text.</summary>
    public void Label(string kind, double x, double y, string text, string anchor = "start") =>
        Add($"<text class=\"{kind}\" x=\"{F(x)}\" y=\"{F(y)}\" text-anchor=\"{anchor}\">{HtmlPage.Text(text)}</text>");

    /// <summary>The whole figure.</summary>
    public string End() => _svg.Append("</svg></figure>\n").ToString();

    /// <summary>A coordinate.</summary>
    public static string F(double value) => value.ToString("0.##", CultureInfo.InvariantCulture);

    /// <summary>The next round figure above: 1, 2, 2.5 or 5 times a power of ten, and at least <paramref name="least"/>.</summary>
    public static double NiceTop(double value, double least)
    {
        value = Math.Max(value, least);
        var power = Math.Pow(10, Math.Floor(Math.Log10(value) + 1e-9));
        return ((double[])[1, 2, 2.5, 5, 10]).Select(step => step * power).First(step => step >= value * (1 - 1e-9));
    }
}
