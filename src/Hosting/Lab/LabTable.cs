using System.Globalization;
using RealtimeAkka.Hosting.Sinks;
using RealtimeAkka.Lab;
using Spectre.Console;

namespace RealtimeAkka.Hosting.Lab;

/// <summary>The figures as text: tables with lines and colours on a terminal, plain ones elsewhere.</summary>
/// <param name="output">Where it is written.</param>
/// <param name="isTerminal">Whether that is a terminal.</param>
public sealed class LabTable(TextWriter output, bool isTerminal)
{
    // The page shows all turns; on a terminal the first ones say enough.
    private const int MaxTurns = 10;

    private static readonly (string Name, Func<LabVariant, string> Of)[] Figures =
    [
        ("turns", variant => Count(variant.Turns)),
        ("word error rate", variant => LabText.Percent(variant.Wer)),
        ("character error rate", variant => LabText.Percent(variant.Cer)),
        ("entities right", LabText.Entities),
        ("exact", variant => LabText.Percent(variant.Exact)),
        ("made up", variant => Count(variant.Hallucinated)),
        ("empty", variant => Count(variant.Empty)),
        ("missing", variant => Count(variant.Missing)),
        ("cost per turn", variant => LabText.Usd(variant.UsdPerTurn)),
        ("uncached", variant => LabText.Usd(variant.ColdUsdPerTurn)),
        ("latency p50, p95", LabText.Latency),
    ];

    private readonly TerminalText _text = TerminalText.For(redirected: !isTerminal);

    /// <summary>Writes the variants side by side, what their comparison comes to, and the turns with mistakes.</summary>
    public void Write(LabFigures figures)
    {
        Rows(
            ["", .. figures.Variants.Select(variant => variant.Name)],
            Figures.Select(figure => (string[])[figure.Name, .. figures.Variants.Select(figure.Of)]), lastIsText: false);
        foreach (var pair in figures.Comparisons.GroupBy(comparison => (comparison.A, comparison.B)))
        {
            output.WriteLine();
            foreach (var finding in LabText.Findings(figures, pair.Key.A, pair.Key.B)) output.WriteLine(TerminalText.Line(finding.Text));
            Rows(
                [$"{pair.Key.B} against {pair.Key.A}", "difference (95 %)", "verdict"],
                pair.Select(comparison => (string[])
                    [LabText.Name(comparison.Metric), LabText.Difference(comparison), LabText.Verdict(comparison)]),
                lastIsText: true);
        }
        Turns(figures);
    }

    private static string Count(int count) => count.ToString(CultureInfo.InvariantCulture);

    // The first column is text, the others are figures, except for a last one that is text.
    private void Rows(string[] columns, IEnumerable<string[]> rows, bool lastIsText)
    {
        List<string[]> safe = [.. rows.Prepend(columns).Select(row => Array.ConvertAll(row, TerminalText.Line))];
        var align = $"l{new string('r', columns.Length - (lastIsText ? 2 : 1))}{(lastIsText ? "l" : "")}";
        if (!_text.Colors)
        {
            foreach (var line in TextTable.Lines(safe, align)) output.WriteLine(line);
            return;
        }
        var table = new Table { Border = TableBorder.Rounded };
        for (var i = 0; i < columns.Length; i++)
            table.AddColumn(new TableColumn(new Text(safe[0][i], new Style(decoration: Decoration.Bold)))
                { Alignment = align[i] == 'r' ? Justify.Right : Justify.Left });
        foreach (var row in safe.Skip(1)) table.AddRow(row.Select(cell => new Text(cell)));
        Console().Write(table);
    }

    private IAnsiConsole Console()
    {
        var console = AnsiConsole.Create(
            new AnsiConsoleSettings { Out = new AnsiConsoleOutput(output), Ansi = AnsiSupport.Yes, Interactive = InteractionSupport.No });
        // Where nothing says how wide the screen is, it is as wide as most.
        console.Profile.Width = System.Console.IsOutputRedirected || System.Console.WindowWidth <= 0 ? 100 : System.Console.WindowWidth;
        return console;
    }

    private void Turns(LabFigures figures)
    {
        var byTurn = figures.Results.ToLookup(result => LabFigures.Key(result.Answer.Turn));
        List<GoldenTurn> wrong = [.. figures.Turns.Where(turn => byTurn[LabFigures.Key(turn)].Any(HasMistake))];
        foreach (var turn in wrong.Take(MaxTurns))
        {
            output.WriteLine();
            output.WriteLine(TerminalText.Line($"=== {turn.Name}, turn {turn.Turn} ==="));
            output.WriteLine($"said: {(turn.Reference.Length > 0 ? TerminalText.Line(turn.Reference) : "<nothing>")}");
            foreach (var result in byTurn[LabFigures.Key(turn)].Where(HasMistake).DistinctBy(one => (one.Answer.Variant, one.Answer.Text)))
                output.WriteLine($"{TerminalText.Line(result.Answer.Variant)}: {Shown(result)}{Misheard(result)}");
        }
        if (wrong.Count <= MaxTurns) return;
        output.WriteLine();
        output.WriteLine($"{wrong.Count - MaxTurns} more turns have mistakes; --html FILE shows all.");
    }

    private static bool HasMistake(LabResult result) => result.IsMissing || result.Edits > 0 || result.Wrong > 0;

    private string Shown(LabResult result) => result.Answer.Text switch
    {
        null => $"<{TerminalText.Line(result.Answer.Error ?? "no transcript")}>",
        "" => "<empty>",
        var text => _text.Differences(TerminalText.Line(result.Answer.Turn.Reference), TerminalText.Line(text)).Right,
    };

    private static string Misheard(LabResult result)
    {
        var wrong = string.Join(", ", result.Entities.Where(entity => !entity.IsRight).Select(entity => entity.Text));
        return wrong.Length == 0 ? "" : $"  [misheard: {TerminalText.Line(wrong)}]";
    }
}
