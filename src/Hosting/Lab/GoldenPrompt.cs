using System.Globalization;
using RealtimeAkka.Hosting.Sinks;
using Spectre.Console;

namespace RealtimeAkka.Hosting.Lab;

/// <summary>Asks a person on the terminal what was said in turns whose transcripts differ.</summary>
public sealed class GoldenPrompt
{
    private readonly IAnsiConsole _console;
    private readonly int _count;
    private int _number;

    private GoldenPrompt(IAnsiConsole console, int count) => (_console, _count) = (console, count);

    /// <summary>Asks about so many turns; null: there is no terminal to ask on.</summary>
    public static GoldenPrompt? OnTerminal(int count) =>
        Console.IsInputRedirected || Console.IsOutputRedirected ? null : new(AnsiConsole.Console, count);

    /// <summary>What was said in a turn.</summary>
    public GoldenCorrection Ask(GoldenDraft draft)
    {
        _number++;
        var (oob, asr) = (Shown(draft.Oob), Shown(draft.Asr));
        var (left, right) = TerminalText.For(redirected: false).Differences(oob, asr);
        _console.WriteLine();
        var seconds = (draft.ToMs - draft.FromMs) / 1000.0;
        var title = string.Create(CultureInfo.InvariantCulture, $"Turn {draft.Turn} ({_number} of {_count}), {seconds:0.0} s");
        _console.Write(new Rule(title) { Justification = Justify.Left });
        // The marks are escape sequences of our own; the words have none.
        Console.Out.WriteLine($"model     {left}");
        Console.Out.WriteLine($"built-in  {right}");

        List<(string Label, Func<string?> Reference)> choices = [];
        if (draft.Oob is { Length: > 0 }) choices.Add(("The model's words are right", () => draft.Oob));
        if (draft.Asr is { Length: > 0 }) choices.Add(("The built-in words are right", () => draft.Asr));
        choices.Add(("Write what was said", () => _console.Prompt(new TextPrompt<string>("What was said:"))));
        choices.Add(("Nobody spoke", () => ""));
        choices.Add(("Leave this turn out", () => null));
        var choice = _console.Prompt(new SelectionPrompt<int>().Title("Which is it?").AddChoices(Enumerable.Range(0, choices.Count))
            .UseConverter(index => choices[index].Label));
        return new(draft.Turn, choices[choice].Reference(), null, null);
    }

    private static string Shown(string? text) => text switch { null => "<none>", "" => "<empty>", _ => TerminalText.Line(text) };
}
