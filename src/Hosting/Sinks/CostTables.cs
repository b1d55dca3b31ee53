using System.Globalization;
using RealtimeAkka.Actors.Ledger;
using RealtimeAkka.Protocol.Records;

namespace RealtimeAkka.Hosting.Sinks;

/// <summary>The two tables of the cookbook: usage and cost of each turn, out of band and by the transcription model.</summary>
public sealed class CostTables
{
    // A call has a few hundred turns; of a longer one the last 200 are shown, and turns.jsonl has them all.
    private const int Shown = 200;

    private readonly SortedDictionary<int, Row> _rows = [];

    /// <summary>Adds a turn, or replaces its earlier record.</summary>
    public void Add(TurnRecord turn)
    {
        _rows[turn.Turn] = new Row(Usage.Read(turn.Oob.Usage, Modality.Text), turn.Oob.CostUsd, Usage.Read(turn.Asr.Usage, Modality.Audio),
            turn.Asr.CostUsd);
        if (_rows.Count > Shown) _rows.Remove(_rows.First().Key);
    }

    /// <summary>Both tables, each with a title; none if there are no turns.</summary>
    public IEnumerable<(string Title, IEnumerable<string> Lines)> Of(SessionSummary summary)
    {
        if (_rows.Count == 0) yield break;
        var isPart = summary.Turns > _rows.Count;
        var last = isPart ? $", last {_rows.Count} of {summary.Turns} turns" : "";
        yield return ($"Costs of the Realtime transcripts{last}", Table(
            [
                Tokens("text in", usage => usage.TextIn), Tokens("cached", usage => usage.CachedText),
                Tokens("audio in", usage => usage.AudioIn), Tokens("cached", usage => usage.CachedAudio),
                Tokens("text out", usage => usage.TextOut),
            ],
            row => row.Oob, row => row.OobUsd, summary.Oob.Usd, isPart));
        yield return ($"Costs of the transcription model{last}", Table(
            _rows.Values.Any(row => row.Asr is Usage.Duration)
                ? [new("seconds", usage => usage is Usage.Duration said ? said.Seconds : 0, "0.0")]
                : [Tokens("audio in", usage => usage.AudioIn), Tokens("text in", usage => usage.TextIn),
                Tokens("text out", usage => usage.TextOut)],
            row => row.Asr, row => row.AsrUsd, summary.Asr.Usd, isPart));
    }

    private IEnumerable<string> Table(Column[] columns, Func<Row, Usage?> usage, Func<Row, decimal?> usd, decimal? total, bool isPart)
    {
        List<string[]> rows = [["turn", .. columns.Select(column => column.Name), "cost"]];
        foreach (var (turn, row) in _rows)
        {
            rows.Add([turn.ToString(CultureInfo.InvariantCulture), .. columns.Select(column => Cell(column, [usage(row)])),
                Money.Usd(usd(row))]);
        }
        // The session's own sum: it includes the attempts before the last one of each turn.
        rows.Add(["all", .. columns.Select(column => isPart ? "" : Cell(column, [.. _rows.Values.Select(usage)])), Money.Usd(total)]);
        return TextTable.Lines(rows, new string('r', columns.Length + 2));
    }

    private static Column Tokens(string name, Func<Usage.Tokens, long> of) =>
        new(name, usage => usage is Usage.Tokens tokens ? of(tokens) : 0, "0");

    private static string Cell(Column column, IReadOnlyList<Usage?> usages) =>
        usages.All(usage => usage is null or Usage.Undivided) ? "-"
        : usages.OfType<Usage>().Sum(column.Of).ToString(column.Format, CultureInfo.InvariantCulture);

    private sealed record Column(string Name, Func<Usage, decimal> Of, string Format);

    private sealed record Row(Usage? Oob, decimal? OobUsd, Usage? Asr, decimal? AsrUsd);
}
