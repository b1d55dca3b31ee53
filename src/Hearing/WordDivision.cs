using System.Buffers;
using System.Runtime.InteropServices;

namespace RealtimeAkka.Hearing;

/// <summary>
/// Takes edits out of an alignment where both sides have the same letters, divided into words in another way: "e mail" and "email",
/// "A B C D" and "ABCD".
/// </summary>
public static class WordDivision
{
    /// <summary>
    /// The alignment with such words equal: each token of a joined run has an <see cref="Edit.Equal"/> step. Adjacent edits of more than
    /// <paramref name="limit"/> words on a side are looked at as a whole only.
    /// </summary>
    public static List<AlignedToken> Ignore(List<AlignedToken> path, List<Word> reference, List<Word> hypothesis, int limit)
    {
        if (!path.Exists(step => step.Edit != Edit.Equal)) return path;
        var result = new List<AlignedToken>(path.Count);
        for (var i = 0; i < path.Count;)
        {
            var end = i;
            while (end < path.Count && path[end].Edit != Edit.Equal) end++;
            if (end > i) Region(CollectionsMarshal.AsSpan(path)[i..end], reference, hypothesis, limit, result);
            if (end < path.Count) result.Add(path[end]);
            i = end + 1;
        }
        // Words that are equal may be needed for a join: "Fern, F-E-R-N" and "Fern" differ in one word.
        var edits = TranscriptComparison.Edits(result);
        if (edits < 2 || reference.Count > limit || hypothesis.Count > limit) return result;
        var whole = new List<AlignedToken>();
        return Realign(reference, 0, reference.Count, hypothesis, 0, hypothesis.Count, whole, edits) ? whole : result;
    }

    private static void Region(
        ReadOnlySpan<AlignedToken> edits, List<Word> reference, List<Word> hypothesis, int limit, List<AlignedToken> result)
    {
        var (row, column, last) = (edits[0].Reference, edits[0].Hypothesis, edits[^1]);
        var rows = last.Reference + (last.Edit == Edit.Insert ? 0 : 1) - row;
        var columns = last.Hypothesis + (last.Edit == Edit.Delete ? 0 : 1) - column;
        if (rows == 0 || columns == 0 || rows + columns == 2)
        {
            result.AddRange(edits);
        }
        else if (rows > limit || columns > limit)
        {
            var before = result.Count;
            var at = (Row: row, Column: column);
            while (Join(reference, at.Row, hypothesis, at.Column, row + rows, column + columns) is { } join)
            {
                AddJoined(result, at.Row, join.Row - at.Row, at.Column, join.Column - at.Column);
                at = join;
            }
            if (at == (row + rows, column + columns)) return;
            result.RemoveRange(before, result.Count - before);
            result.AddRange(edits);
        }
        else if (!Realign(reference, row, rows, hypothesis, column, columns, result, before: Math.Max(rows, columns)))
        {
            result.AddRange(edits);
        }
    }

    // The edits of the rest of the region, from each of its places on; a join costs nothing. False: it takes no fewer edits than before.
    private static bool Realign(
        List<Word> reference, int row, int rows, List<Word> hypothesis, int column, int columns, List<AlignedToken> result, int before)
    {
        var width = columns + 1;
        var cells = ArrayPool<Cell>.Shared.Rent((rows + 1) * width);
        for (var i = rows; i >= 0; i--)
        {
            for (var j = columns; j >= 0; j--)
            {
                ref var cell = ref cells[i * width + j];
                if (i == rows || j == columns)
                {
                    cell = new(rows - i + columns - j, Join: 0);
                    continue;
                }
                var (below, right) = (cells[(i + 1) * width + j].Cost, cells[i * width + j + 1].Cost);
                cell = new(1 + Math.Min(cells[(i + 1) * width + j + 1].Cost, Math.Min(below, right)), Join: 0);
                if (Join(reference, row + i, hypothesis, column + j, row + rows, column + columns) is not { } join) continue;
                var to = (join.Row - row) * width + join.Column - column;
                if (cells[to].Cost <= cell.Cost) cell = new(cells[to].Cost, to);
            }
        }
        var isBetter = cells[0].Cost < before;
        if (isBetter) Trace(cells, row, rows, column, columns, result);
        ArrayPool<Cell>.Shared.Return(cells);
        return isBetter;
    }

    private static void Trace(ReadOnlySpan<Cell> cells, int row, int rows, int column, int columns, List<AlignedToken> result)
    {
        var width = columns + 1;
        for (var (i, j) = (0, 0); i < rows || j < columns;)
        {
            var (cost, join) = cells[i * width + j];
            if (join > 0)
            {
                var (toRow, toColumn) = (join / width, join % width);
                AddJoined(result, row + i, toRow - i, column + j, toColumn - j);
                (i, j) = (toRow, toColumn);
            }
            else if (i < rows && j < columns && cost == 1 + cells[(i + 1) * width + j + 1].Cost)
            {
                result.Add(new(Edit.Substitute, row + i++, column + j++));
            }
            else if (i < rows && cost == 1 + cells[(i + 1) * width + j].Cost)
            {
                result.Add(new(Edit.Delete, row + i++, column + j));
            }
            else
            {
                result.Add(new(Edit.Insert, row + i, column + j++));
            }
        }
    }

    // Cost: the edits of the rest of the region. Join: the place in the table where the words of a join end; 0: none begins here.
    private readonly record struct Cell(int Cost, int Join);

    // The shortest runs of words from these places on that are the same letters; null if there are none.
    private static (int Row, int Column)? Join(
        List<Word> reference, int row, List<Word> hypothesis, int column, int rows, int columns)
    {
        var (one, other) = (0, 0); // places within the words
        while (row < rows && column < columns)
        {
            var (left, right) = (reference[row].Key, hypothesis[column].Key);
            if (left[one++] != right[other++]) return null;
            if (one == left.Length) (row, one) = (row + 1, 0);
            if (other == right.Length) (column, other) = (column + 1, 0);
            if (one == 0 && other == 0) return (row, column);
        }
        return null;
    }

    // So many words on one side are as many on the other: the longer side's surplus belongs to the last word of the shorter one.
    private static void AddJoined(List<AlignedToken> result, int row, int rows, int column, int columns)
    {
        for (var i = 0; i < Math.Max(rows, columns); i++)
            result.Add(new(Edit.Equal, row + Math.Min(i, rows - 1), column + Math.Min(i, columns - 1)));
    }
}
