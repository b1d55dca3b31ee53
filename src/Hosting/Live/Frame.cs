using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using Spectre.Console;

namespace RealtimeAkka.Hosting.Live;

/// <summary>A piece of a line: what stands from a column on, counted from 0.</summary>
public readonly record struct Piece(int Column, ImmutableArray<Span> Text)
{
    /// <summary>The column after it.</summary>
    public int End => Column + ScreenText.Width(Text);
}

/// <summary>
/// A whole screen. A line is drawn piece by piece, each at its column: where a terminal draws a character wider or narrower than it is
/// counted, the frame around it stays whole.
/// </summary>
public sealed class Frame(int width, int height)
{
    private readonly List<Piece>[] _lines = [.. Enumerable.Range(0, Math.Max(0, height)).Select(_ => new List<Piece>())];

    /// <summary>Columns.</summary>
    public int Width => width;

    /// <summary>Lines.</summary>
    public int Height => _lines.Length;

    /// <summary>The pieces of a line, in the order of their columns.</summary>
    public IReadOnlyList<Piece> this[int line] => _lines[line];

    /// <summary>Writes a row from a column on, cut to <paramref name="cells"/>; nothing outside of the screen is written.</summary>
    public void Put(int line, int column, int cells, IReadOnlyList<Span> row)
    {
        cells = Math.Min(cells, width - column);
        if (line < 0 || line >= Height || cells <= 0) return;
        _lines[line].Add(new Piece(column, ScreenText.Fit(row, cells)));
    }

    /// <summary>A frame with a title and rows inside; rows beyond its height are left out.</summary>
    public void Panel(Area area, string title, IReadOnlyList<ImmutableArray<Span>> rows, Tone tone = Tone.Title)
    {
        if (area.Width < 4 || area.Height < 2) return;
        var name = ScreenText.Cut([new Span($" {title} ", tone)], area.Width - 3);
        var rest = area.Width - 3 - ScreenText.Width(name);
        Put(area.Top, area.Left, area.Width, [Border("╭─"), .. name, Border(new string('─', rest) + "╮")]);
        for (var row = 0; row < area.Inside; row++)
        {
            Put(area.Top + 1 + row, area.Left, 2, [Border("│ ")]);
            Put(area.Top + 1 + row, area.Left + 2, area.Width - 4, row < rows.Count ? rows[row] : []);
            Put(area.Top + 1 + row, area.Left + area.Width - 2, 2, [Border(" │")]);
        }
        Put(area.Top + area.Height - 1, area.Left, area.Width, [Border($"╰{new string('─', area.Width - 2)}╯")]);
    }

    /// <summary>The lines as a terminal takes them: each begins at its first column and leaves no style behind.</summary>
    public ImmutableArray<string> Lines(bool colors)
    {
        var lines = ImmutableArray.CreateBuilder<string>(Height);
        foreach (var pieces in _lines)
        {
            var text = new StringWriter(new StringBuilder(), CultureInfo.InvariantCulture);
            var writer = new AnsiWriter(text, new AnsiCapabilities
            {
                Ansi = true, ColorSystem = colors ? ColorSystem.Standard : ColorSystem.NoColors, Links = false, AlternateBuffer = true,
            });
            foreach (var piece in pieces)
            {
                writer.CursorHorizontalAbsolute(piece.Column + 1);
                foreach (var (words, tone) in piece.Text) writer.Write(words, StyleOf(tone));
            }
            lines.Add(text.ToString());
        }
        return lines.MoveToImmutable();
    }

    // The sixteen colours that every terminal has and people choose themselves; what matters is also in words or underlined.
    private static Style StyleOf(Tone tone) => tone switch
    {
        Tone.Dim => new Style(decoration: Decoration.Dim),
        Tone.Strong => new Style(decoration: Decoration.Bold),
        Tone.Border => new Style(Color.Grey),
        Tone.Title => new Style(Color.Teal, decoration: Decoration.Bold),
        Tone.Good => new Style(Color.Green),
        Tone.Warning => new Style(Color.Olive),
        Tone.Bad => new Style(Color.Maroon, decoration: Decoration.Bold),
        Tone.Different => new Style(Color.Olive, decoration: Decoration.Bold | Decoration.Underline),
        Tone.Key => new Style(Color.Teal, decoration: Decoration.Bold),
        Tone.Assistant => new Style(Color.Teal),
        _ => Style.Plain,
    };

    private static Span Border(string text) => new(text, Tone.Border);
}

/// <summary>A part of the screen.</summary>
public readonly record struct Area(int Left, int Top, int Width, int Height)
{
    /// <summary>Rows inside its frame.</summary>
    public int Inside => Math.Max(0, Height - 2);

    /// <summary>Cells inside its frame.</summary>
    public int Cells => Math.Max(0, Width - 4);
}
