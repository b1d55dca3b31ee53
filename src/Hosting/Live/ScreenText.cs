using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using RealtimeAkka.Hosting.Sinks;
using Wcwidth;

namespace RealtimeAkka.Hosting.Live;

/// <summary>What a piece of text on the screen is, which decides its colour.</summary>
public enum Tone
{
    /// <summary>As the terminal writes.</summary>
    Plain,
    /// <summary>Of less interest.</summary>
    Dim,
    /// <summary>Of more interest.</summary>
    Strong,
    /// <summary>A frame.</summary>
    Border,
    /// <summary>The title of a frame.</summary>
    Title,
    /// <summary>In order.</summary>
    Good,
    /// <summary>To be looked at.</summary>
    Warning,
    /// <summary>Wrong.</summary>
    Bad,
    /// <summary>A word that the other transcript does not have.</summary>
    Different,
    /// <summary>A key.</summary>
    Key,
    /// <summary>The assistant's words.</summary>
    Assistant,
}

/// <summary>A piece of text in one tone.</summary>
public readonly record struct Span(string Text, Tone Tone = Tone.Plain);

/// <summary>
/// Text for a screen whose cells are counted. It knows the width of each character as terminals draw it (East Asian wide characters take
/// two cells, combining marks none), and never divides what belongs together.
/// </summary>
public static class ScreenText
{
    /// <summary>Stands where text is left out.</summary>
    public const string Ellipsis = "…";

    // No language stacks more marks on a letter; a thousand of them would paint over the lines around.
    private const int MaxMarks = 4;

    private const int FirstRegional = 0x1F1E6, LastRegional = 0x1F1FF;

    /// <summary>
    /// The text on one line, at most <paramref name="max"/> characters of it. Nothing in it can move the cursor, and every character takes
    /// the cells that <see cref="Width(string)"/> counts: what terminals draw in different widths (joined emoji, flags, variation
    /// selectors, characters without a meaning) is taken apart, replaced or left out.
    /// </summary>
    public static string Safe(string? text, int max = 4_000)
    {
        if (string.IsNullOrEmpty(text)) return "";
        var isCut = text.Length > max;
        var safe = new StringBuilder(Math.Min(text.Length, max));
        var marks = MaxMarks; // none without a letter before it
        foreach (var rune in TerminalText.Line(isCut ? text[..max] : text).EnumerateRunes())
        {
            var width = Width(rune);
            if (rune.Value is >= FirstRegional and <= LastRegional) safe.Append((char)('A' + rune.Value - FirstRegional));
            else if (rune.Value == '\t') safe.Append(' ');
            else if (width > 0) safe.Append(IsDrawn(rune) ? rune.ToString() : "\uFFFD");
            else if (marks++ < MaxMarks && IsMark(rune)) safe.Append(rune.ToString());
            if (width > 0) marks = 0;
        }
        return isCut ? safe.Append(Ellipsis).ToString() : safe.ToString();
    }

    /// <summary>Cells that a text takes on a terminal.</summary>
    public static int Width(string text)
    {
        var width = 0;
        foreach (var rune in text.EnumerateRunes()) width += Width(rune);
        return width;
    }

    /// <summary>Cells of a row.</summary>
    public static int Width(IEnumerable<Span> row) => row.Sum(span => Width(span.Text));

    /// <summary>The beginning of a row, in at most <paramref name="width"/> cells; an ellipsis stands for the rest.</summary>
    public static ImmutableArray<Span> Cut(IReadOnlyList<Span> row, int width)
    {
        if (Width(row) <= width) return [.. row];
        if (width <= 0) return [];
        List<Cell> cells = [];
        var left = width - 1;
        foreach (var cell in Cells(row).TakeWhile(cell => cell.Width <= left))
        {
            cells.Add(cell);
            left -= cell.Width;
        }
        return [.. Spans(cells), new Span(Ellipsis, Tone.Dim)];
    }

    /// <summary>The row filled up with blanks, or cut, to exactly <paramref name="width"/> cells.</summary>
    public static ImmutableArray<Span> Fit(IReadOnlyList<Span> row, int width)
    {
        var cut = Cut(row, width);
        return Width(cut) is var taken && taken < width ? cut.Add(new Span(new string(' ', width - taken))) : cut;
    }

    /// <summary>
    /// The text in rows of at most <paramref name="width"/> cells, broken between words, between wide characters, and within a word only if
    /// it is longer than a row. At most <paramref name="max"/> rows, the last ones.
    /// </summary>
    public static IReadOnlyList<ImmutableArray<Span>> Wrap(IReadOnlyList<Span> text, int width, int max = int.MaxValue)
    {
        List<ImmutableArray<Span>> rows = [];
        if (width <= 0) return rows;
        List<Cell> row = [];
        var (taken, breakAt) = (0, 0); // cells in the row; how many of its characters may stay if it is broken
        foreach (var cell in Cells(text))
        {
            if (cell.IsBlank)
            {
                if (row.Count > 0 && taken < width)
                {
                    row.Add(cell);
                    taken++;
                }
                breakAt = row.Count;
                continue;
            }
            if (cell.Width == 2) breakAt = row.Count;
            while (taken + cell.Width > width && row.Count > 0)
            {
                var kept = breakAt > 0 ? breakAt : row.Count;
                rows.Add(Spans(row.Take(kept)));
                row.RemoveRange(0, kept);
                (taken, breakAt) = (row.Sum(next => next.Width), 0);
            }
            row.Add(cell.Width > width ? cell with { Text = Ellipsis, Width = 1 } : cell);
            taken += row[^1].Width;
            if (cell.Width == 2) breakAt = row.Count;
        }
        if (row.Count > 0) rows.Add(Spans(row));
        return rows.Count > max ? rows[^max..] : rows;
    }

    private static int Width(Rune rune) => Math.Max(0, UnicodeCalculator.GetWidth(rune));

    private static bool IsMark(Rune rune) => Rune.GetUnicodeCategory(rune) is UnicodeCategory.NonSpacingMark
        or UnicodeCategory.SpacingCombiningMark or UnicodeCategory.OtherLetter // vowels of Hangul that join the consonant before them
        && rune.Value is not (>= 0xFE00 and <= 0xFE0F or >= 0xE0100 and <= 0xE01EF);

    private static bool IsDrawn(Rune rune) => Rune.GetUnicodeCategory(rune) is not (UnicodeCategory.PrivateUse
        or UnicodeCategory.OtherNotAssigned or UnicodeCategory.Surrogate or UnicodeCategory.Control or UnicodeCategory.Format);

    // A character with the marks on it.
    private readonly record struct Cell(string Text, int Width, Tone Tone)
    {
        public bool IsBlank => Text == " ";
    }

    private static IEnumerable<Cell> Cells(IEnumerable<Span> row)
    {
        foreach (var (text, tone) in row)
        {
            var start = 0;
            var width = 0;
            var at = 0;
            foreach (var rune in text.EnumerateRunes())
            {
                var next = Width(rune);
                if (next > 0 && at > start)
                {
                    if (width > 0) yield return new Cell(text[start..at], width, tone);
                    (start, width) = (at, 0);
                }
                width += next;
                at += rune.Utf16SequenceLength;
            }
            if (width > 0) yield return new Cell(text[start..at], width, tone);
        }
    }

    private static ImmutableArray<Span> Spans(IEnumerable<Cell> cells)
    {
        var spans = ImmutableArray.CreateBuilder<Span>();
        foreach (var cell in cells)
        {
            if (spans.Count > 0 && spans[^1].Tone == cell.Tone) spans[^1] = spans[^1] with { Text = spans[^1].Text + cell.Text };
            else spans.Add(new Span(cell.Text, cell.Tone));
        }
        return spans.ToImmutable();
    }
}
