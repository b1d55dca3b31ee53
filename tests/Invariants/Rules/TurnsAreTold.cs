using RealtimeAkka.Invariants.Output;
using RealtimeAkka.Invariants.Wire;

namespace RealtimeAkka.Invariants.Rules;

/// <summary>Every user item has exactly one <c>turn</c> record, and both its transcripts are terminal.</summary>
internal static class TurnsAreTold
{
    private static readonly string[] Terminal = ["completed", "empty", "failed", "incomplete", "cancelled", "timed_out", "disabled"];

    public static IEnumerable<string> Violations(SessionEvidence s) =>
        [.. s.Output.Turns.Concat(s.Output.Amendments).SelectMany(NotTerminal), .. Twice(s), .. FromNowhere(s), .. Amended(s), .. Lost(s),
        .. Miscounted(s)];

    private static IEnumerable<string> NotTerminal(ToldTurn turn)
    {
        if (!Terminal.Contains(turn.Oob.Status))
            yield return $"{turn.Name}: the model's transcript has no terminal status but '{turn.Oob.Status}'.";
        if (!Terminal.Contains(turn.Asr.Status))
            yield return $"{turn.Name}: the ASR transcript has no terminal status but '{turn.Asr.Status}'.";
    }

    private static IEnumerable<string> Twice(SessionEvidence s) =>
        from told in s.Output.Turns.GroupBy(turn => turn.ItemId)
        where told.Count() > 1
        select $"Item {told.Key} is told by {told.Count()} turn records: {string.Join(", ", told.Select(turn => $"turn {turn.Number} (output line {turn.Line})"))}.";

    private static IEnumerable<string> FromNowhere(SessionEvidence s) =>
        from turn in s.Output.Turns
        where s.Wire.Find(turn.ItemId) is null && !(turn.IsUncommitted && WasSpoken(s.Wire, turn.ItemId))
        select $"{turn.Name}: no connection brought this item.";

    private static bool WasSpoken(WireLog wire, string item) => wire.Connections.SelectMany(connection => connection.Events)
        .Any(e => e.Type == "input_audio_buffer.speech_started" && e.Json.Text("item_id") == item);

    // Only a transcript that had timed out, or a built-in one that had failed, may be amended later.
    private static IEnumerable<string> Amended(SessionEvidence s)
    {
        foreach (var amendment in s.Output.Amendments)
        {
            var before = s.Output.Turns.Concat(s.Output.Amendments).Where(t => t.ItemId == amendment.ItemId && t.Line < amendment.Line)
                .MaxBy(t => t.Line);
            if (before is null || before.Number != amendment.Number)
                yield return $"{amendment.Name}: it is amended, but no turn record of that number and item stands before it.";
            else if (before.Oob.Status != "timed_out" && before.Asr.Status is not ("timed_out" or "failed"))
                yield return $"{amendment.Name}: it is amended although nothing in it had timed out or failed.";
        }
    }

    // Items still open at the end of their connection may appear again on a later one, in the same order, with other ids.
    private static IEnumerable<string> Lost(SessionEvidence s)
    {
        if (s.Output.Summary is null) yield break;

        var told = s.Output.Turns.Select(turn => turn.ItemId).ToHashSet();
        List<(WireConnection Connection, UserItem Item)> owed = [];
        foreach (var connection in s.Wire.Connections)
        {
            owed.RemoveRange(0, Math.Min(owed.Count, connection.Items.Count()));
            owed.AddRange(connection.Items.Where(item => !told.Contains(item.Id)).Select(item => (connection, item)));
        }
        foreach (var (connection, item) in owed)
            yield return $"Item {item.Id} (connection {connection.Number}, line {item.Line}) has no turn record and did not come again.";
    }

    private static IEnumerable<string> Miscounted(SessionEvidence s)
    {
        if (s.Output.Summary?.Whole("turns") is { } count && count != s.Output.Turns.Count)
            yield return $"The summary counts {count} turns, but {s.Output.Turns.Count} turn records were told.";
    }
}
