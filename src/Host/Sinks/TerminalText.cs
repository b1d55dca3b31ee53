using System.Text;
using DiffPlex;

namespace RealtimeAkka.Host.Sinks;

/// <summary>Text for a terminal: control characters from outside are replaced, and words that differ are marked.</summary>
/// <param name="Colors">Whether words may be marked with colors.</param>
public sealed record TerminalText(bool Colors)
{
    private const string Mark = "\e[33;1m";
    private const string Reset = "\e[0m";
    private static readonly char[] WordSeparators = [' ', '\n', '\t', '.', ',', ';', ':', '!', '?', '-', '"'];

    /// <summary>With colors for a terminal; without for a pipe, a dumb terminal or if <c>NO_COLOR</c> is set.</summary>
    public static TerminalText For(bool redirected) => new(
        !redirected && string.IsNullOrEmpty(Environment.GetEnvironmentVariable("NO_COLOR"))
        && Environment.GetEnvironmentVariable("TERM") is not ("dumb" or null));

    /// <summary>The text with control characters replaced; line breaks and tabs stay.</summary>
    public static string Safe(string text)
    {
        if (!text.AsSpan().ContainsAnyInRange('\0', '\x1f') && !text.AsSpan().ContainsAnyInRange('\x7f', '\x9f') && !text.Any(IsDirection))
            return text;
        var safe = new StringBuilder(text.Length);
        foreach (var c in text) safe.Append(c is '\n' or '\t' ? c : char.IsControl(c) || IsDirection(c) ? '\uFFFD' : c);
        return safe.ToString();
    }

    /// <summary>Both texts, safe, with the words marked that the other one does not have.</summary>
    public (string Left, string Right) Differences(string left, string right)
    {
        (left, right) = (Safe(left), Safe(right));
        if (!Colors) return (left, right);

        var diff = new Differ().CreateWordDiffs(left, right, ignoreWhitespace: true, ignoreCase: true, WordSeparators);
        return (
            Marked(diff.PiecesOld, diff.DiffBlocks.Select(block => (block.DeleteStartA, block.DeleteCountA))),
            Marked(diff.PiecesNew, diff.DiffBlocks.Select(block => (block.InsertStartB, block.InsertCountB))));
    }

    private static string Marked(IReadOnlyList<string> pieces, IEnumerable<(int Start, int Count)> blocks)
    {
        var marked = blocks.SelectMany(block => Enumerable.Range(block.Start, block.Count)).ToHashSet();
        return string.Concat(
            pieces.Select((piece, i) => marked.Contains(i) && piece.Any(char.IsLetterOrDigit) ? Mark + piece + Reset : piece));
    }

    // Characters that change the direction of text can make a line read differently from what it says.
    private static bool IsDirection(char c) => c is (>= '\u202A' and <= '\u202E') or (>= '\u2066' and <= '\u2069');
}
