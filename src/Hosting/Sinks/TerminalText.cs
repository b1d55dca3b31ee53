using System.Globalization;
using System.Text;
using RealtimeAkka.Hearing;

namespace RealtimeAkka.Hosting.Sinks;

/// <summary>Text for a terminal: what comes from outside cannot command it or forge a line, and words that differ are marked.</summary>
/// <param name="Colors">Whether words may be marked with colors.</param>
public sealed record TerminalText(bool Colors)
{
    // About ten minutes of speech; of a longer text nobody looks for the marks.
    private const int MaxCompared = 10_000;

    private const string Mark = "\e[33;1m";
    private const string Reset = "\e[0m";

    /// <summary>With colors for a terminal; without for a pipe, a dumb terminal or if <c>NO_COLOR</c> is set.</summary>
    public static TerminalText For(bool redirected) => new(
        !redirected && string.IsNullOrEmpty(Environment.GetEnvironmentVariable("NO_COLOR"))
        && Environment.GetEnvironmentVariable("TERM") is not ("dumb" or null));

    /// <summary>The text with control characters and characters that show nothing replaced; line breaks and tabs stay.</summary>
    public static string Safe(string text)
    {
        StringBuilder? safe = null;
        for (var i = 0; i < text.Length; i++)
        {
            if (!IsUnsafe(text, i)) continue;
            safe ??= new StringBuilder(text);
            safe[i] = '\uFFFD';
        }
        return safe?.ToString() ?? text;
    }

    /// <summary>The text on one line, safe; each line break is a blank.</summary>
    public static string Line(string text) => Safe(text.ReplaceLineEndings(" ")).Trim();

    /// <summary>
    /// The text, safe, with every line after the first indented, and the first one if it looks like a heading: words from outside
    /// cannot pass for lines of this program.
    /// </summary>
    public static string Block(string text)
    {
        var lines = Safe(text.ReplaceLineEndings("\n")).Replace("\n", "\n  ", StringComparison.Ordinal);
        return lines.StartsWith("===", StringComparison.Ordinal) || lines.StartsWith("[client]", StringComparison.Ordinal)
            ? "  " + lines : lines;
    }

    /// <summary>
    /// Both texts as blocks (<see cref="Block"/>), with the words marked that the other one does not have; without marks if one is too
    /// long to be compared while a caller waits.
    /// </summary>
    public (string Left, string Right) Differences(string left, string right)
    {
        (left, right) = (Block(left), Block(right));
        if (!Colors) return (left, right);

        var (different, others) = DifferentWords(left, right);
        return (Marked(left, different), Marked(right, others));
    }

    /// <summary>
    /// Where each text has words that the other does not have, in order and apart; none if one is too long to be compared while a caller
    /// waits.
    /// </summary>
    public static (IReadOnlyList<Range> Left, IReadOnlyList<Range> Right) DifferentWords(string left, string right)
    {
        if (left.Length > MaxCompared || right.Length > MaxCompared) return ([], []);
        var comparison = TranscriptComparison.Of(left, right);
        return (
            Apart(comparison.Reference, comparison.Path.Where(step => step.Edit is Edit.Substitute or Edit.Delete)
                .Select(step => step.Reference)),
            Apart(comparison.Hypothesis, comparison.Path.Where(step => step.Edit is Edit.Substitute or Edit.Insert)
                .Select(step => step.Hypothesis)));
    }

    /// <summary>A part of a text, marked if words may be. It must be safe by now.</summary>
    public string Marked(string part) => Colors ? Mark + part + Reset : part;

    private static List<Range> Apart(IReadOnlyList<Word> words, IEnumerable<int> different)
    {
        List<Range> places = [];
        foreach (var word in different.Select(index => words[index]))
        {
            // Two words may be read from one place: "$5" is 5 and dollars.
            if (places.Count == 0 || word.Start >= places[^1].End.Value) places.Add(word.Start..word.End);
        }
        return places;
    }

    private static string Marked(string text, IReadOnlyList<Range> different)
    {
        var marked = new StringBuilder(text.Length + 64);
        var at = 0;
        foreach (var place in different)
        {
            marked.Append(text, at, place.Start.Value - at).Append(Mark).Append(text.AsSpan(place)).Append(Reset);
            at = place.End.Value;
        }
        return marked.Append(text, at, text.Length - at).ToString();
    }

    // Characters that show nothing, change the direction of text or break a line can make it read differently from what it says.
    private static bool IsUnsafe(string text, int i) => text[i] switch
    {
        '\n' or '\t' => false,
        (>= ' ' and <= '~') or (>= '\u00A0' and < '\u00AD') or (> '\u00AD' and < '\u0600') => false,
        '\u200C' or '\u200D' => i == 0 || i + 1 == text.Length || !IsJoined(text[i - 1]) || !IsJoined(text[i + 1]),
        var c => char.GetUnicodeCategory(c) is UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.LineSeparator
            or UnicodeCategory.ParagraphSeparator,
    };

    // Persian, Indic scripts and emoji need the joiners between two of their characters; no Latin, Greek or Cyrillic word does.
    private static bool IsJoined(char c) => c > '\u0590' && char.GetUnicodeCategory(c) != UnicodeCategory.Format;
}
