using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using RealtimeAkka.Hearing;
using RealtimeAkka.Hosting.Pages;
using RealtimeAkka.Lab;
using static RealtimeAkka.Hosting.Pages.HtmlPage;

namespace RealtimeAkka.Hosting.Lab;

/// <summary>What the page says beside the figures.</summary>
/// <param name="Title">What was measured, such as the name of the golden set.</param>
/// <param name="At">When.</param>
public sealed record LabPageFacts(string Title, DateTimeOffset At)
{
    /// <summary>The prompts by variant, as far as they are known.</summary>
    public ImmutableDictionary<string, string> Prompts { get; init; } = ImmutableDictionary<string, string>.Empty;

    /// <summary>The address of a turn's sound; null: it cannot be heard.</summary>
    public Func<GoldenTurn, LabSound?> Sound { get; init; } = _ => null;
}

/// <summary>
/// The figures as one HTML file that needs nothing else: no server, no other address, no script but its own, which only filters turns.
/// Words are text and never markup.
/// </summary>
public static class LabPage
{
    // A text of more is shown in a box of its own.
    private const int LongText = 1200;

    /// <summary>Writes the page into a file that its owner alone can read, all of it or nothing.</summary>
    public static void Write(string path, LabFigures figures, LabPageFacts facts) => HtmlPage.Write(path, Html(figures, facts));

    /// <summary>The page.</summary>
    public static string Html(LabFigures figures, LabPageFacts facts)
    {
        var html = new StringBuilder(64 * 1024);
        var page = new HtmlPage("prompt lab", facts.Title, facts.At, ["base.css", "report.css", "lab.css"], "lab.js");
        var languages = string.Join(", ", figures.Turns.Select(turn => turn.Language).OfType<string>().Distinct());
        var counted = $"{Counted(figures.Turns.Length, "turn")}{(languages.Length > 0 ? $" in {Text(languages)}" : "")}, "
            + $"{Counted(figures.Variants.Length, "variant")}, {Counted(figures.Results.Length, "transcript")}";
        html.Append(page.Begin()).Append(CultureInfo.InvariantCulture, $"""
            <div class="head"><h1>{Text(facts.Title)}</h1>
            <p>{counted}, each compared with what was said.</p></div>

            """);
        Findings(html, figures);
        Variants(html, figures, facts);
        html.Append("<div class=\"plots\">").Append(LabPlots.WerByTurn(figures)).Append(LabPlots.CostAgainstWer(figures))
            .Append("</div>\n");
        Comparisons(html, figures);
        Turns(html, figures, facts);
        return html.Append(page.End($"""
            <p>WER: wrong, missing and added words over the words that were said; CER: the same by character. Difference: the second
            variant less the first; interval: 95 %, paired bootstrap by turn (BCa, {PairedBootstrap.DefaultSamples} samples). A verdict also
            needs the studentized test at 5 % / 3.</p>
            """)).ToString();
    }

    /// <summary>The class of a variant's colour.</summary>
    public static string Colour(LabFigures figures, string variant) => string.Create(CultureInfo.InvariantCulture,
        $"v{figures.Variants.Select(one => one.Name).ToList().IndexOf(variant) % LabPlots.Colours}");

    /// <summary>A variant's name with its colour.</summary>
    public static string Swatch(LabFigures figures, string variant) =>
        $"<span class=\"swatch {Colour(figures, variant)}\"><bdi>{Text(variant)}</bdi></span>";

    private static void Findings(StringBuilder html, LabFigures figures)
    {
        if (figures.Comparisons.IsEmpty) return;
        html.Append("<section class=\"findings\" aria-label=\"Findings\">\n");
        foreach (var pair in figures.Comparisons.GroupBy(comparison => (comparison.A, comparison.B)))
        {
            html.Append(CultureInfo.InvariantCulture,
                $"<article><h2>{Swatch(figures, pair.Key.A)} and {Swatch(figures, pair.Key.B)}</h2>\n<ul>");
            foreach (var finding in LabText.Findings(figures, pair.Key.A, pair.Key.B))
                html.Append(CultureInfo.InvariantCulture, $"<li{(finding.IsShown ? " class=\"shown\"" : "")}>{Text(finding.Text)}</li>");
            html.Append("</ul></article>\n");
        }
        html.Append("</section>\n");
    }

    private static void Variants(StringBuilder html, LabFigures figures, LabPageFacts facts)
    {
        html.Append("""
            <section aria-labelledby="variants"><h2 id="variants">Variants</h2>
            <div class="scroll" tabindex="0" role="region" aria-label="Figures of the variants"><table>
            <thead><tr><th scope="col">Variant</th><th scope="col">WER</th><th scope="col">CER</th><th scope="col">Entities right</th>
            <th scope="col">Exact</th><th scope="col">Made up</th><th scope="col">Empty</th><th scope="col">Missing</th>
            <th scope="col">Cost per turn</th><th scope="col">Uncached</th>
            <th scope="col">Latency p50</th><th scope="col">p95</th></tr></thead>
            <tbody>

            """);
        var all = figures.Variants;
        foreach (var variant in all)
        {
            html.Append(CultureInfo.InvariantCulture, $"<tr><th scope=\"row\">{Swatch(figures, variant.Name)}</th>");
            Cell(LabText.Percent(variant.Wer), variant.Wer, all.Min(one => one.Wer));
            Cell(LabText.Percent(variant.Cer), variant.Cer, all.Min(one => one.Cer));
            Cell(LabText.Entities(variant), variant.Wrong, variant.Right + variant.Wrong == 0 ? null : all.Min(one => one.Wrong));
            Cell(LabText.Percent(variant.Exact), variant.Exact, all.Max(one => one.Exact));
            Cell(Number(variant.Hallucinated), null, null);
            Cell(Number(variant.Empty), null, null);
            Cell(Number(variant.Missing), null, null);
            Cell(LabText.Usd(variant.UsdPerTurn), (double?)variant.UsdPerTurn, (double?)all.Min(one => one.UsdPerTurn));
            Cell(LabText.Usd(variant.ColdUsdPerTurn), (double?)variant.ColdUsdPerTurn, (double?)all.Min(one => one.ColdUsdPerTurn));
            Cell(LabText.Milliseconds(variant.LatencyP50), variant.LatencyP50, all.Min(one => one.LatencyP50));
            Cell(LabText.Milliseconds(variant.LatencyP95), variant.LatencyP95, all.Min(one => one.LatencyP95));
            html.Append("</tr>\n");
        }
        html.Append("</tbody></table></div>\n");
        if (all.Length > 1)
            html.Append("<p class=\"note\">The best of each column is bold. Whether that is more than chance is said below.</p>\n");
        foreach (var variant in all)
        {
            if (!facts.Prompts.TryGetValue(variant.Name, out var prompt)) continue;
            html.Append(CultureInfo.InvariantCulture,
                $"<details><summary>Prompt of {Text(variant.Name)}</summary><pre tabindex=\"0\">{Text(prompt)}</pre></details>\n");
        }
        html.Append("</section>\n");

        void Cell(string text, double? value, double? best) => html.Append(CultureInfo.InvariantCulture,
            $"<td{(all.Length > 1 && value is not null && value == best ? " class=\"best\"" : "")}>{Text(text)}</td>");
    }

    private static void Comparisons(StringBuilder html, LabFigures figures)
    {
        if (figures.Comparisons.IsEmpty) return;
        html.Append("""
            <section aria-labelledby="compared"><h2 id="compared">Is it more than chance?</h2>
            <div class="scroll" tabindex="0" role="region" aria-label="Comparisons of the variants"><table class="compared">
            <thead><tr><th scope="col">Pair</th><th scope="col">By</th><th scope="col">Turns</th>
            <th scope="col">Difference (95 % interval)</th><th scope="col">0 and the interval</th><th scope="col">Verdict</th></tr></thead>

            """);
        foreach (var pair in figures.Comparisons.GroupBy(comparison => (comparison.A, comparison.B)))
        {
            var isFirst = true;
            html.Append("<tbody>");
            foreach (var comparison in pair)
            {
                var (a, b) = (Swatch(figures, comparison.A), Swatch(figures, comparison.B));
                var verdict = comparison.Verdict switch
                {
                    LabVerdict.A => $"{a} is better", LabVerdict.B => $"{b} is better",
                    _ => "<span class=\"soft\">no difference shown</span>",
                };
                html.Append("<tr>");
                if (isFirst)
                    html.Append(CultureInfo.InvariantCulture, $"<th scope=\"rowgroup\" rowspan=\"{pair.Count()}\">{b} against {a}</th>");
                isFirst = false;
                html.Append(CultureInfo.InvariantCulture, $"""
                    <td>{LabText.Name(comparison.Metric)}</td><td>{comparison.Turns}</td><td>{Text(LabText.Difference(comparison))}</td>
                    <td>{LabPlots.Interval(figures, comparison)}</td><td>{verdict}</td></tr>

                    """);
            }
            html.Append("</tbody>\n");
        }
        html.Append("</table></div></section>\n");
    }

    private static void Turns(StringBuilder html, LabFigures figures, LabPageFacts facts)
    {
        html.Append("""
            <section aria-labelledby="turns"><div class="titled"><h2 id="turns">Turn by turn</h2>
            <div class="filter" role="group" aria-label="Which turns are shown" hidden>
            <button type="button" data-show="all" aria-pressed="true">All</button>
            <button type="button" data-show="wrong" aria-pressed="false">With mistakes</button>
            <button type="button" data-show="split" aria-pressed="false">Where variants differ</button></div></div>
            <p class="note">In the variants' words, <mark>marked</mark> words were not said so, and <del>struck out</del> ones are missing.
            Right: every word; exact: to the letter.</p>
            <ol class="turns">

            """);
        var byTurn = figures.Results.ToLookup(result => LabFigures.Key(result.Answer.Turn));
        var number = 0;
        foreach (var turn in figures.Turns) Turn(html, figures, facts, turn, [.. byTurn[LabFigures.Key(turn)]], ++number);
        html.Append("</ol></section>\n");
    }

    private static void Turn(
        StringBuilder html, LabFigures figures, LabPageFacts facts, GoldenTurn turn, ImmutableArray<LabResult> results, int number)
    {
        var isWrong = results.Any(result => result.IsMissing || result.Edits > 0 || result.Wrong > 0);
        var isSplit = results.Select(result => (result.Edits, result.Wrong, result.IsMissing)).Distinct().Count() > 1;
        html.Append(CultureInfo.InvariantCulture, $"""
            <li id="turn-{number}" class="turn"{(isWrong ? " data-wrong" : "")}{(isSplit ? " data-split" : "")}><header><h3>{number}</h3>
            <p class="name">{Text(turn.Name)}{(turn.Turn > 1 ? $", turn {Number(turn.Turn)}" : "")}</p>
            """);
        if (turn.Language is not null) html.Append(CultureInfo.InvariantCulture, $"<span class=\"chip\">{Text(turn.Language)}</span>");
        foreach (var entity in turn.Entities)
            html.Append(CultureInfo.InvariantCulture, $"<span class=\"chip\"><bdi>{Text(entity)}</bdi></span>");
        html.Append("</header>\n").Append(Sound(facts.Sound(turn), number));
        var said = turn.Reference.Length == 0 ? "<p class=\"text none\">nothing</p>"
            : Words(Text(turn.Reference), turn, turn.Reference.Length);
        Row(html, "<span class=\"who said\">Said</span>", said, "");
        // Repeats that wrote the same are one row.
        foreach (var same in results.GroupBy(result => (result.Answer.Variant, result.Answer.Text)))
        {
            var (result, count) = (same.First(), same.Count());
            var chips = new StringBuilder();
            if (result.IsHallucinated) chips.Append("<span class=\"chip wrong\">made up</span>");
            foreach (var entity in result.Entities.Where(entity => !entity.IsRight))
                chips.Append(CultureInfo.InvariantCulture, $"<span class=\"chip wrong\">misheard <bdi>{Text(entity.Text)}</bdi></span>");
            var text = result switch
            {
                { Comparison: null } => $"<p class=\"text none\">no transcript: {Text(result.Answer.Error ?? "not known why")}</p>",
                { Answer.Text: "" } => "<p class=\"text none\">nothing</p>",
                _ => Words(Marked(result), turn, result.Answer.Text!.Length),
            };
            var figure = result switch
            {
                { IsMissing: true } => "",
                { IsExact: true } => "<span class=\"ok\">exact</span>",
                { Edits: 0, Wrong: 0 } => "<span class=\"ok\">right</span>",
                _ => $"<span>{LabText.Percent(result.Wer)}</span>",
            };
            var repeats = count > 1 ? $" <span class=\"soft\">{Number(count)}x</span>" : "";
            Row(
                html, $"<span class=\"who\">{Swatch(figures, result.Answer.Variant)}{repeats}</span>",
                text + (chips.Length > 0 ? $"<p class=\"chips\">{chips}</p>" : ""), figure);
        }
        html.Append("</li>\n");
    }

    private static void Row(StringBuilder html, string who, string text, string figures) => html.Append(CultureInfo.InvariantCulture,
        $"<div class=\"row\">{who}<div>{text}</div><span class=\"figures\">{figures}</span></div>\n");

    private static string Words(string escaped, GoldenTurn turn, int length)
    {
        var language = turn.Language is { } code ? $" lang=\"{Text(code)}\"" : "";
        return length <= LongText ? $"<p class=\"text\" dir=\"auto\"{language}>{escaped}</p>"
            : $"<p class=\"text long\" dir=\"auto\" tabindex=\"0\"{language}>{escaped}</p>";
    }

    private static string Sound(LabSound? sound, int number) => sound switch
    {
        LabSound.Embedded embedded => $"<audio controls preload=\"metadata\" aria-label=\"Sound of turn {Number(number)}\" "
            + $"src=\"data:audio/wav;base64,{Convert.ToBase64String(embedded.Wav)}\"></audio>\n",
        LabSound.Link link => $"<p class=\"sound\"><a href=\"{Text(link.Address)}\">Sound of turn {Number(number)}</a></p>\n",
        _ => "",
    };

    // The words of a transcript with those marked that were not said, and the missing ones struck out.
    private static string Marked(LabResult result)
    {
        var (text, reference, comparison) = (result.Answer.Text!, result.Answer.Turn.Reference, result.Comparison!);
        var html = new StringBuilder(text.Length + 64);
        var at = 0;
        foreach (var step in comparison.Path)
        {
            if (step.Edit == Edit.Equal) continue;
            if (step.Edit == Edit.Delete)
            {
                var place = step.Hypothesis < comparison.Hypothesis.Count ? comparison.Hypothesis[step.Hypothesis].Start : text.Length;
                if (place > at) html.Append(Text(text[at..place]));
                at = Math.Max(at, place);
                if (html.Length > 0 && html[^1] != ' ') html.Append(' ');
                html.Append(CultureInfo.InvariantCulture, $"<del>{Text(comparison.Reference[step.Reference].In(reference))}</del>");
                if (at < text.Length && text[at] != ' ') html.Append(' ');
                continue;
            }
            var word = comparison.Hypothesis[step.Hypothesis];
            if (word.Start < at) continue; // two words may be read from one place: "$5" is 5 and dollars
            html.Append(Text(text[at..word.Start])).Append(CultureInfo.InvariantCulture, $"<mark>{Text(word.In(text))}</mark>");
            at = word.End;
        }
        return html.Append(Text(text[at..])).ToString();
    }

    private static string Counted(int count, string what) => $"{Number(count)} {what}{(count == 1 ? "" : "s")}";

    private static string Number(int number) => number.ToString(CultureInfo.InvariantCulture);
}
