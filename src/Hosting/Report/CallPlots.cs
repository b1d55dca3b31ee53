using System.Globalization;
using System.Text;
using RealtimeAkka.Hosting.Pages;
using static RealtimeAkka.Hosting.Pages.SvgPlot;

namespace RealtimeAkka.Hosting.Report;

/// <summary>The timeline and the plots of a call's page, as SVG that is coloured by the page's style.</summary>
internal static class CallPlots
{
    /// <summary>Parts of the waveform in a row of the timeline.</summary>
    public const int Columns = 720;

    // Of the timeline: its area, and the lanes of both voices.
    private const double From = 78, To = 1160, Caller = 42, Assistant = 94, Half = 22, Bottom = 126;

    /// <summary>The rows of the timeline; <paramref name="wave"/>: both voices, null: not recorded.</summary>
    public static string Timeline(CallReport report, CallWave? wave)
    {
        var html = new StringBuilder();
        foreach (var row in report.Timeline) html.Append(Row(row, wave));
        return html.ToString();
    }

    /// <summary>The latency of both transcripts by turn.</summary>
    public static string Latency(CallReport report)
    {
        if (report.Numbers.IsEmpty) return "";
        var (oob, asr) = (report.OobLatency, report.AsrLatency);
        var top = NiceTop(oob.Values.Concat(asr.Values).OfType<double>().DefaultIfEmpty(0).Max(), least: 100);
        return Bars(
            ("Time to each transcript", $"{Legend("oob", "Realtime model", oob)} {Legend("asr", "transcription model", asr)}",
                $"Time from the commit to both transcripts of {report.Numbers.Length} turns. Realtime model: {Words(oob)}; "
                + $"transcription model: {Words(asr)}."),
            report.Numbers, [new("Realtime model", "oob", oob.Values), new("transcription model", "asr", asr.Values)], top,
            CallText.Duration, ms => ms < 1000 ? $"{F(ms)} ms" : $"{F(ms / 1000)} s");
    }

    /// <summary>The running cost of both methods, and how many times as much one is of the other.</summary>
    public static string Cost(CallReport report)
    {
        const double right = 300, bottom = 200;
        var costs = report.Costs;
        if (costs.IsEmpty || costs[^1] is { Oob: 0, Asr: 0 }) return "";
        var last = costs[^1];
        var top = NiceTop((double)Math.Max(last.Oob, last.Asr), least: 0.000001);
        var times = report.Session.Summary.OobToAsr is { } factor ? CallText.Times(factor) : "";
        var svg = new SvgPlot(
            "Cost by turn", "running sum",
            $"Cost after {costs.Length} turns: Realtime transcripts {CallText.ShortUsd(last.Oob)}, built-in transcripts "
            + $"{CallText.ShortUsd(last.Asr)}{(times.Length > 0 ? $", {times} as much" : "")}.",
            440, 236);
        svg.Grid(right, bottom, top, usd => usd.ToString("$0.######", CultureInfo.InvariantCulture));
        double X(int index) => Left + (right - Left) * (index + 1) / costs.Length;
        double Y(decimal usd) => bottom - (bottom - Top) * (double)usd / top;
        string Line(Func<CostPoint, decimal> of) =>
            $"M{F(Left)} {F(bottom)}" + string.Concat(costs.Select((cost, i) => $"L{F(X(i))} {F(Y(of(cost)))}"));
        var (oob, asr) = (Line(cost => cost.Oob), Line(cost => cost.Asr));
        svg.Add($"<path class=\"area oob\" d=\"{oob}L{F(right)} {F(bottom)}Z\"/>");
        svg.Add($"<path class=\"line asr\" d=\"{asr}\"/><path class=\"line oob\" d=\"{oob}\"/>");
        for (var i = 0; i < costs.Length; i++)
        {
            if (costs.Length > 40 && i + 1 < costs.Length) continue;
            svg.Add($"<circle class=\"fill asr\" cx=\"{F(X(i))}\" cy=\"{F(Y(costs[i].Asr))}\" r=\"2.6\"/>");
            svg.Add($"<circle class=\"fill oob\" cx=\"{F(X(i))}\" cy=\"{F(Y(costs[i].Oob))}\" r=\"2.6\"/>");
        }
        // Two labels of two lines and the multiple between them: they stand in order, and inside the plot.
        var (upper, lower) = (Math.Min(Y(last.Oob), Y(last.Asr)), Math.Max(Y(last.Oob), Y(last.Asr)));
        svg.Add($"<path class=\"bracket\" d=\"M{F(right + 6)} {F(upper)}h4V{F(lower)}h-4\"/>");
        var high = Math.Clamp(upper + 4, Top + 6, bottom - 92);
        var low = Math.Clamp(lower - 8, high + 76, bottom - 10);
        var isOobAbove = last.Oob >= last.Asr;
        foreach (var (y, name, usd, isOob) in (ReadOnlySpan<(double, string, decimal, bool)>)
            [(isOobAbove ? high : low, "Realtime model", last.Oob, true), (isOobAbove ? low : high, "transcription", last.Asr, false)])
        {
            svg.Label($"end {(isOob ? "oob" : "asr")}", right + 18, y, name);
            svg.Label($"end {(isOob ? "oob" : "asr")}", right + 18, y + 14, CallText.ShortUsd(usd));
        }
        if (times.Length > 0) svg.Label("multiple", right + 18, (high + low) / 2 + 16, times);
        svg.Label("tick", Left, bottom + 17, "0");
        svg.Label("tick", right, bottom + 17, $"turn {report.Numbers[^1].ToString(CultureInfo.InvariantCulture)}", "end");
        return svg.End();
    }

    private static string Legend(string colour, string name, Latencies latencies) =>
        $"<span class=\"swatch {colour}\">{name}</span> <b>{(latencies.Median is { } median ? CallText.Duration(median) : "-")}</b>";

    private static string Words(Latencies latencies) => latencies is { Median: { } median, P95: { } p95 }
        ? $"half within {CallText.Duration(median)}, 95 % within {CallText.Duration(p95)}" : "none";

    private static string Row(TimelineRow row, CallWave? wave)
    {
        var svg = new StringBuilder();
        double X(double ms) => From + (To - From) * (ms - row.FromMs) / (row.ToMs - row.FromMs);
        svg.Add($"""
            <svg class="row-of-time" viewBox="0 0 1172 {F(Bottom + 2)}" role="group"
             aria-label="From {CallText.Tick(row.FromMs)} to {CallText.Tick(row.ToMs)}"
             data-from="{F(row.FromMs / 1000.0)}" data-to="{F(row.ToMs / 1000.0)}" data-x="{F(From)} {F(To)}">
            <g aria-hidden="true"><path class="lane" d="M{F(From)} {F(Caller)}H{F(To)}M{F(From)} {F(Assistant)}H{F(To)}"/>
            <text class="who-speaks" x="0" y="{F(Caller + 4)}">Caller</text>
            <text class="who-speaks" x="0" y="{F(Assistant + 4)}">Assistant</text>
            """);
        foreach (var tick in row.Ticks)
        {
            svg.Add($"<path class=\"grid\" d=\"M{F(X(tick))} 15V{F(Bottom)}\"/>");
            var anchor = tick == row.FromMs ? "start" : "middle";
            svg.Add($"<text x=\"{F(X(tick))}\" y=\"10\" text-anchor=\"{anchor}\">{CallText.Tick(tick)}</text>");
        }
        svg.Append("</g>\n");
        foreach (var span in row.Spans.OrderByDescending(span => span.Kind == SpanKind.Disconnected))
            svg.Append(Span(span, X));
        if (wave is not null)
        {
            svg.Add($"<path class=\"voice asr\" d=\"{Wave(wave.Caller, wave.PartMs, row, X, Caller)}\"/>");
            svg.Add($"<path class=\"voice oob\" d=\"{Wave(wave.Assistant, wave.PartMs, row, X, Assistant)}\"/>");
        }
        foreach (var span in row.Spans.Where(span => span.Kind is SpanKind.Turn or SpanKind.Answer))
            svg.Append(Label(span, X(span.FromMs), X(span.ToMs) - X(span.FromMs), wave is not null));
        svg.Add($"<path class=\"playhead\" d=\"M0 15V{F(Bottom)}\" visibility=\"hidden\"/>");
        return svg.Append("</svg>\n").ToString();
    }

    private static string Span(TimelineSpan span, Func<double, double> x)
    {
        var (from, to) = (x(span.FromMs), x(span.ToMs));
        var width = Math.Max(2, to - from);
        var times = $"{CallText.Position(span.FromMs)} to {CallText.Position(span.ToMs)}";
        if (span.Kind == SpanKind.Disconnected)
        {
            var why = HtmlPage.Text($"No connection, {times}{(span.Words.Length > 0 ? $": {span.Words}" : "")}");
            return $"<g class=\"gap\"><rect x=\"{F(from)}\" y=\"15\" width=\"{F(width)}\" height=\"{F(Bottom - 15)}\"/>"
                + $"<title>{why}</title></g>\n";
        }
        if (span.Kind == SpanKind.Muted)
        {
            return $"<g class=\"muted\"><rect x=\"{F(from)}\" y=\"{F(Caller + Half - 1)}\" width=\"{F(width)}\" height=\"4\"/>"
                + $"<title>Input muted, {times}</title></g>\n";
        }
        var isTurn = span.Kind == SpanKind.Turn;
        var middle = isTurn ? Caller : Assistant;
        var what = (isTurn ? $"Turn {span.Turn}" : $"Answer to turn {span.Turn}") + (span.IsInterrupted ? ", interrupted" : "");
        var name = HtmlPage.Text($"{what}, {times}: {Short(span.Words, 300)}");
        var svg = new StringBuilder();
        svg.Add($"""
            <a href="#turn-{span.Turn}" class="{(isTurn ? "spoken" : "answered")}" aria-label="{name}" data-at="{F(span.FromMs / 1000.0)}">
            <title>{name}</title>
            <rect x="{F(from)}" y="{F(middle - Half)}" width="{F(width)}" height="{F(2 * Half)}" rx="5"/>
            """);
        if (span is { IsInterrupted: true, IsCut: false })
            svg.Add($"<path class=\"cut\" d=\"M{F(from + width)} {F(middle - Half)}v{F(2 * Half)}m-4 {F(-2 * Half)}h8l-4 6z\"/>");
        return svg.Append("</a>\n").ToString();
    }

    // The turn's number above the waveform; where there is none, there is room for words.
    private static string Label(TimelineSpan span, double x, double width, bool hasWave)
    {
        var middle = span.Kind == SpanKind.Turn ? Caller : Assistant;
        var fit = hasWave ? 0 : (int)((width - 14) / 6.4);
        var svg = new StringBuilder();
        if (span.Kind == SpanKind.Turn && width > 14)
            svg.Add($"<text class=\"number\" x=\"{F(x + 5)}\" y=\"{F(middle - Half + 12)}\" aria-hidden=\"true\">{span.Turn}</text>");
        if (fit >= 4)
        {
            var words = HtmlPage.Text(Short(span.Words, fit));
            svg.Add($"<text class=\"said\" x=\"{F(x + 6)}\" y=\"{F(middle + 9)}\" aria-hidden=\"true\">{words}</text>\n");
        }
        return svg.ToString();
    }

    // A line for each part that is not silent, up and down from the middle of the lane.
    private static string Wave(IReadOnlyList<byte> parts, double partMs, TimelineRow row, Func<double, double> x, double middle)
    {
        var path = new StringBuilder();
        for (var i = (int)(row.FromMs / partMs); i < parts.Count && i * partMs < row.ToMs; i++)
        {
            var at = (i + 0.5) * partMs;
            if (at < row.FromMs || at >= row.ToMs || parts[i] < 2) continue;
            // Speech is rarely near the loudest that a file can hold.
            var height = (Half - 2) * Math.Sqrt(Math.Min(1, parts[i] / 160.0));
            path.Add($"M{x(at):0.#} {middle - height:0.#}V{middle + height:0.#}");
        }
        return path.ToString();
    }

    // Cut between two characters.
    private static string Short(string text, int most)
    {
        text = text.ReplaceLineEndings(" ");
        if (text.Length <= most) return text;
        var end = char.IsHighSurrogate(text[most - 2]) ? most - 2 : most - 1;
        return text[..Math.Max(1, end)] + "…";
    }
}
