namespace RealtimeAkka.Invariants.Rules;

/// <summary>Turn records are in conversation order, numbered from 1 without a gap, between the session record and the summary.</summary>
internal static class TurnsAreInOrder
{
    public static IEnumerable<string> Violations(SessionEvidence s)
    {
        var place = s.Wire.Connections.SelectMany(c => c.Items).Select((item, i) => (item.Id, i)).ToDictionary(p => p.Id, p => p.i);
        for (var i = 0; i < s.Output.Turns.Count; i++)
        {
            var turn = s.Output.Turns[i];
            if (turn.Number != i + 1) yield return $"{turn.Name}: it is told as number {i + 1}.";
            if (i > 0 && s.Output.Turns[i - 1] is var before
                && place.GetValueOrDefault(turn.ItemId, int.MaxValue) < place.GetValueOrDefault(before.ItemId, -1))
                yield return $"{turn.Name}: its item came before that of turn {before.Number} ({before.ItemId}), but it is told after it.";
        }

        var types = s.Output.Types.ToList();
        if (types.Contains("turn") && types[0] != "session") yield return $"The first record is '{types[0]}' and not 'session'.";
        if (types.Contains("summary") && types[^1] != "summary") yield return $"The last record is '{types[^1]}' and not 'summary'.";
    }
}
