namespace RealtimeAkka.Hosting.Sessions;

/// <summary>A row of figures as one line of small bars.</summary>
public static class Sparkline
{
    private const string Bars = "▁▂▃▄▅▆▇█";

    /// <summary>A bar for each figure, from 0 to the largest; a blank where there is none.</summary>
    public static string Of(IReadOnlyList<double?> figures) => string.Concat(
        figures.Select(figure => figure is not { } height ? ' '
            : Bars[(int)Math.Round(Math.Clamp(height / Math.Max(figures.Max() ?? 0, double.Epsilon), 0, 1) * (Bars.Length - 1))]));
}
