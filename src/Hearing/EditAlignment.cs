using System.Buffers;

namespace RealtimeAkka.Hearing;

/// <summary>What an alignment does with a token.</summary>
public enum Edit
{
    /// <summary>Both texts have it.</summary>
    Equal,
    /// <summary>The other text has another one in its place.</summary>
    Substitute,
    /// <summary>Only the hypothesis has it.</summary>
    Insert,
    /// <summary>Only the reference has it.</summary>
    Delete,
}

/// <summary>One step of an alignment.</summary>
/// <param name="Edit">What is done.</param>
/// <param name="Reference">Index of the reference's token, or of the next one if there is none.</param>
/// <param name="Hypothesis">Index of the hypothesis's token, or of the next one if there is none.</param>
public readonly record struct AlignedToken(Edit Edit, int Reference, int Hypothesis);

/// <summary>
/// Aligns two token sequences with as few edits as possible (Levenshtein distance by dynamic programming). Sequences longer than
/// <see cref="Window"/> tokens are aligned window by window, half a window at a time: the result is minimal unless one text is shifted
/// against the other by more than half a window, memory is fixed and time is linear.
/// </summary>
public static class EditAlignment
{
    /// <summary>Tokens of each text that are aligned exactly; beyond that a window of <see cref="Step"/> * 2 moves along.</summary>
    public const int Window = 1024;

    private const int Step = 128;

    // Among alignments with equally few edits the one whose substituted words are most alike is shown; worth it for a spoken turn only.
    private const int MaxCompared = 96;
    private const int Unit = 1024, MaxPenalty = 8;

    /// <summary>The alignment, in order. <paramref name="unlike"/>: how different two tokens are, 0 to 8; null: all alike.</summary>
    public static List<AlignedToken> Align(ReadOnlySpan<int> reference, ReadOnlySpan<int> hypothesis, Func<int, int, int>? unlike = null)
    {
        var path = new List<AlignedToken>(Math.Max(reference.Length, hypothesis.Length));
        var tail = 0;
        while (tail < Math.Min(reference.Length, hypothesis.Length) && reference[^(tail + 1)] == hypothesis[^(tail + 1)]) tail++;
        var (rows, columns) = (reference.Length - tail, hypothesis.Length - tail);
        var moves = ArrayPool<byte>.Shared.Rent((Math.Min(rows, Window) + 1) * (Math.Min(columns, Window) + 1));

        for (var (i, j) = (0, 0); i < rows || j < columns;)
        {
            if (i < rows && j < columns && reference[i] == hypothesis[j])
            {
                path.Add(new(Edit.Equal, i++, j++));
                continue;
            }
            var isRest = rows - i <= Window && columns - j <= Window;
            var window = isRest ? Window : 2 * Step;
            var (height, width) = (Math.Min(window, rows - i), Math.Min(window, columns - j));
            var isShort = height <= MaxCompared && width <= MaxCompared;
            var (row, column) = Fill(
                reference.Slice(i, height), hypothesis.Slice(j, width), i, j, isShort ? unlike : null, isRest, moves.AsSpan());
            var start = path.Count;
            Trace(moves, width + 1, row, column, i, j, path);
            // What stands near the end of a window may be aligned otherwise once more of the text is seen.
            if (!isRest && path.FindIndex(start, step => step.Reference - i >= Step || step.Hypothesis - j >= Step) is var late and > 0)
                path.RemoveRange(late, path.Count - late);
            var last = path[^1];
            (i, j) = (last.Reference + (last.Edit == Edit.Insert ? 0 : 1), last.Hypothesis + (last.Edit == Edit.Delete ? 0 : 1));
        }
        ArrayPool<byte>.Shared.Return(moves);
        for (var i = 0; i < tail; i++) path.Add(new(Edit.Equal, rows + i, columns + i));
        return path;
    }

    /// <summary>The number of edits in the alignment of two sequences.</summary>
    public static int Distance(ReadOnlySpan<int> reference, ReadOnlySpan<int> hypothesis)
    {
        var head = reference.CommonPrefixLength(hypothesis);
        var tail = 0;
        while (tail < Math.Min(reference.Length, hypothesis.Length) - head && reference[^(tail + 1)] == hypothesis[^(tail + 1)]) tail++;
        reference = reference[head..^tail];
        hypothesis = hypothesis[head..^tail];
        if (reference.Length > Window || hypothesis.Length > Window) return TranscriptComparison.Edits(Align(reference, hypothesis));

        Span<int> costs = stackalloc int[Window + 1];
        costs = costs[..(hypothesis.Length + 1)];
        for (var j = 0; j < costs.Length; j++) costs[j] = j;
        for (var i = 0; i < reference.Length; i++)
        {
            var diagonal = costs[0];
            costs[0] = i + 1;
            for (var j = 1; j < costs.Length; j++)
            {
                var above = costs[j];
                costs[j] = reference[i] == hypothesis[j - 1] ? diagonal : 1 + Math.Min(diagonal, Math.Min(above, costs[j - 1]));
                diagonal = above;
            }
        }
        return costs[^1];
    }

    // The best move into each cell, and the cell where the best path ends: the last one if this is the rest of both texts, else any at the
    // window's lower or right edge.
    private static (int Row, int Column) Fill(
        ReadOnlySpan<int> reference, ReadOnlySpan<int> hypothesis, int firstRow, int firstColumn, Func<int, int, int>? unlike, bool isRest,
        Span<byte> moves)
    {
        const int gap = Unit + MaxPenalty;
        var width = hypothesis.Length + 1;
        Span<int> costs = stackalloc int[Window + 1];
        costs = costs[..width];
        for (var j = 0; j < width; j++) (costs[j], moves[j]) = (j * gap, (byte)Edit.Insert);
        var best = (Cost: costs[^1], Row: 0, Column: width - 1);
        for (var i = 1; i <= reference.Length; i++)
        {
            var token = reference[i - 1];
            var row = moves.Slice(i * width, width);
            var diagonal = costs[0];
            costs[0] = i * gap;
            row[0] = (byte)Edit.Delete;
            for (var j = 1; j < costs.Length; j++)
            {
                var above = costs[j];
                if (token == hypothesis[j - 1])
                {
                    (costs[j], row[j]) = (diagonal, (byte)Edit.Equal);
                }
                else
                {
                    var substitute = diagonal + (unlike is null ? gap : Unit + unlike(firstRow + i - 1, firstColumn + j - 1));
                    var (delete, insert) = (above + gap, costs[j - 1] + gap);
                    (costs[j], row[j]) = substitute <= delete && substitute <= insert ? (substitute, (byte)Edit.Substitute)
                        : delete <= insert ? (delete, (byte)Edit.Delete) : (insert, (byte)Edit.Insert);
                }
                diagonal = above;
            }
            if (costs[^1] < best.Cost) best = (costs[^1], i, width - 1);
        }
        if (isRest || reference.IsEmpty || hypothesis.IsEmpty) return (reference.Length, hypothesis.Length);
        for (var j = 0; j < width; j++)
        {
            if (costs[j] < best.Cost) best = (costs[j], reference.Length, j);
        }
        return (best.Row, best.Column);
    }

    private static void Trace(ReadOnlySpan<byte> moves, int width, int i, int j, int firstRow, int firstColumn, List<AlignedToken> path)
    {
        var start = path.Count;
        while (i > 0 || j > 0)
        {
            var edit = i == 0 ? Edit.Insert : j == 0 ? Edit.Delete : (Edit)moves[i * width + j];
            if (edit != Edit.Insert) i--;
            if (edit != Edit.Delete) j--;
            path.Add(new(edit, firstRow + i, firstColumn + j));
        }
        path.Reverse(start, path.Count - start);
    }
}
