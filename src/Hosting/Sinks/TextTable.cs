using System.Text;

namespace RealtimeAkka.Hosting.Sinks;

/// <summary>Aligned columns, each as wide as its widest cell.</summary>
public static class TextTable
{
    /// <summary>
    /// The rows as lines. <paramref name="align"/> has a letter per column: <c>l</c> or <c>r</c>. <paramref name="gap"/> is the number
    /// of blanks between two columns.
    /// </summary>
    public static IEnumerable<string> Lines(IReadOnlyList<string[]> rows, string align, int gap = 2)
    {
        var widths = align.Select((_, column) => rows.Max(row => row[column].Length)).ToArray();
        foreach (var row in rows)
        {
            var line = new StringBuilder();
            for (var column = 0; column < align.Length; column++)
            {
                if (column > 0) line.Append(' ', gap);
                line.Append(align[column] == 'r' ? row[column].PadLeft(widths[column]) : row[column].PadRight(widths[column]));
            }
            yield return line.ToString().TrimEnd();
        }
    }
}
