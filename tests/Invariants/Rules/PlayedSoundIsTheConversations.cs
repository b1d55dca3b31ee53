namespace RealtimeAkka.Invariants.Rules;

/// <summary>
/// No audio of an out-of-band response is played: the total played is at most the sum of the answers' heard positions, plus the full
/// audio of answers without a record. No answer was heard beyond the audio received for it.
/// </summary>
internal static class PlayedSoundIsTheConversations
{
    public static IEnumerable<string> Violations(SessionEvidence s)
    {
        var responses = s.Wire.Connections.SelectMany(c => c.Responses).ToList();
        long accounted = 0;
        var told = new HashSet<string>();
        foreach (var answer in s.Output.Answers)
        {
            var (id, heard) = (answer.Text("response_id") ?? "", answer.Whole("heard_ms") ?? 0);
            told.Add(id);
            // The record is rounded down.
            accounted += heard + 1;
            var came = (long)responses.Where(r => r.Id == id).Sum(r => r.AudioMs);
            if (heard > came) yield return $"Answer {id}: {heard} ms of it are said to be heard, but only {came} ms came.";
        }
        accounted += (long)responses.Where(r => r.Task is null && !told.Contains(r.Id)).Sum(r => r.AudioMs) + 1;
        if (s.Output.Summary?.Whole("audio.played_ms") is { } played && played > accounted)
            yield return $"{played} ms of sound were played, but the answers account for {accounted} ms only: something else was heard.";
    }
}
