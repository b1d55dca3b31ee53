using System.Collections.Immutable;

namespace RealtimeAkka.Hosting.Report;

/// <summary>What a span of the timeline is.</summary>
public enum SpanKind
{
    /// <summary>The caller spoke.</summary>
    Turn,
    /// <summary>The assistant was heard.</summary>
    Answer,
    /// <summary>The input was muted.</summary>
    Muted,
    /// <summary>There was no connection.</summary>
    Disconnected,
}

/// <summary>A span of the timeline.</summary>
/// <param name="Kind">What it is.</param>
/// <param name="FromMs">Its begin on the session's clock.</param>
/// <param name="ToMs">Its end.</param>
/// <param name="Turn">The turn it belongs to; null: none.</param>
/// <param name="Words">What is said in it, or why it is.</param>
public sealed record TimelineSpan(SpanKind Kind, long FromMs, long ToMs, int? Turn, string Words)
{
    /// <summary>The caller interrupted it at its end.</summary>
    public bool IsInterrupted { get; init; }

    /// <summary>It goes on in the next row.</summary>
    public bool IsCut { get; init; }
}

/// <summary>A row of the timeline, as a line of text.</summary>
/// <param name="FromMs">Its begin.</param>
/// <param name="ToMs">Its end; the last row may reach beyond the call.</param>
/// <param name="Ticks">Round times in it.</param>
/// <param name="Spans">What is in it, cut at its ends.</param>
public sealed record TimelineRow(long FromMs, long ToMs, ImmutableArray<long> Ticks, ImmutableArray<TimelineSpan> Spans);

/// <summary>The timeline of a call in rows of equal length, at most <see cref="MaxRows"/>.</summary>
public static class CallTimeline
{
    /// <summary>Rows of the longest call.</summary>
    public const int MaxRows = 12;

    // In seconds. One row shows up to a minute.
    private const int Single = 60;
    private static readonly int[] Lengths = [30, 60, 120, 300, 600, 1800, 3600, 3 * 3600, 6 * 3600, 12 * 3600, 24 * 3600];
    private static readonly int[] Steps = [1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 1800, 3600, 2 * 3600, 6 * 3600, 12 * 3600];
    private const int MaxTicks = 12;
    private const long Day = 24 * 3600 * 1000L;

    /// <summary>The rows of a call of this length.</summary>
    public static ImmutableArray<TimelineRow> Rows(long lengthMs, IReadOnlyList<TimelineSpan> spans)
    {
        var length = Math.Max(1000, spans.Select(span => span.ToMs).Append(lengthMs).Max());
        var row = length <= Single * 1000 ? length : RowMs(length);
        var step = Steps.FirstOrDefault(step => row / (step * 1000L) <= MaxTicks) * 1000L;
        if (step == 0) step = (row / (MaxTicks * Day) + 1) * Day;
        var rows = ImmutableArray.CreateBuilder<TimelineRow>();
        for (var from = 0L; from < length && rows.Count < MaxRows; from += row)
        {
            var (begin, end) = (from, from + row);
            rows.Add(new(
                begin, end, [.. Ticks(begin, end, step)],
                [
                    .. spans.Where(span => span.FromMs < end && (span.ToMs > begin || (span.ToMs == span.FromMs && span.FromMs >= begin)))
                        .Select(span => span with
                        {
                            FromMs = Math.Max(span.FromMs, begin), ToMs = Math.Min(span.ToMs, end), IsCut = span.ToMs > end,
                        }),
                ]));
        }
        return rows.ToImmutable();
    }

    private static long RowMs(long length)
    {
        foreach (var seconds in Lengths)
        {
            if ((length + seconds * 1000L - 1) / (seconds * 1000L) <= MaxRows) return seconds * 1000L;
        }
        return (length + MaxRows - 1) / MaxRows;
    }

    private static IEnumerable<long> Ticks(long from, long to, long step)
    {
        for (var tick = (from + step - 1) / step * step; tick < to; tick += step) yield return tick;
    }
}
