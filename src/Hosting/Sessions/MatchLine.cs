using System.Text;
using RealtimeAkka.Hosting.Sinks;
using Spectre.Console.Rendering;

namespace RealtimeAkka.Hosting.Sessions;

/// <summary>The line of a match as it is shown: safe, as wide as there is room, with the match in it and marked.</summary>
public static class MatchLine
{
    private const string Cut = "…";

    /// <summary>The line in at most so many <paramref name="columns"/>; null: all of it.</summary>
    public static string Of(TranscriptMatch match, TerminalText text, int? columns)
    {
        // Replaces character by character, so that the places stay.
        var safe = TerminalText.Safe(match.Line).Replace('\t', ' ');
        var (from, to) = columns is { } room ? Window(safe, match.Places[0], room) : (0, safe.Length);
        var line = new StringBuilder(from > 0 ? Cut : "");
        var at = from;
        foreach (var (start, end) in match.Places.Where(place => place.End > from && place.Start < to))
        {
            var (first, last) = (Math.Max(start, at), Math.Min(end, to));
            line.Append(safe, at, first - at).Append(text.Marked(safe[first..last]));
            at = last;
        }
        return line.Append(safe, at, to - at).Append(to < safe.Length ? Cut : "").ToString();
    }

    // The match with as much of the line on both sides as there is room for.
    private static (int From, int To) Window(string line, (int Start, int End) match, int room)
    {
        if (Columns(line) <= room) return (0, line.Length);
        var (from, to) = (match.Start, match.Start);
        for (var left = room - 2 * Cut.Length; left > 0;)
        {
            var before = left;
            if (to < line.Length && Next(line, to) is var next && Columns(next) <= left)
                (left, to) = (left - Columns(next), to + next.Length);
            if (to >= match.End && from > 0 && Previous(line, from) is var previous && Columns(previous) <= left)
                (left, from) = (left - Columns(previous), from - previous.Length);
            if (left == before) break;
        }
        return (from, to);
    }

    private static string Next(string line, int at) => line.Substring(at, char.IsHighSurrogate(line[at]) && at + 1 < line.Length ? 2 : 1);

    private static string Previous(string line, int at) =>
        at > 1 && char.IsLowSurrogate(line[at - 1]) ? line.Substring(at - 2, 2) : line.Substring(at - 1, 1);

    // A Chinese character takes two columns.
    private static int Columns(string text) => new Segment(text).CellCount();
}
