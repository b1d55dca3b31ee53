using System.Text.Json;

namespace RealtimeAkka.Faults;

/// <summary>Checks that need the call's text: each spoken word is in the transcript of exactly one turn.</summary>
public static class SpokenWords
{
    /// <summary>Every violation as a sentence, from a session's <c>--json</c> output.</summary>
    public static IReadOnlyList<string> Violations(FaultScenario scenario, IEnumerable<string> output)
    {
        var turns = Final(output);
        var hasAsr = scenario.Settings.GetValueOrDefault("session.asr-model") != "none";
        return [.. Method("oob", scenario, turns, expected: true), .. Method("asr", scenario, turns, expected: hasAsr),
            .. turns.SelectMany(turn => Different(turn, scenario.Call))];
    }

    private static IEnumerable<string> Method(
        string method, FaultScenario scenario, IReadOnlyList<(int Number, JsonElement Json)> turns, bool expected)
    {
        var said = turns.SelectMany(turn => Words(turn.Json, method, scenario.Call).Select(word => (Word: word, turn.Number))).ToList();
        foreach (var word in said.GroupBy(s => s.Word).Where(same => same.Count() > 1))
            yield return $"The word {word.Key} was said once, but {method} tells it {word.Count()} times, in turns {string.Join(", ", word.Select(s => s.Number))}.";

        var order = said.Select(s => scenario.Call.Words.ToList().IndexOf(s.Word)).ToList();
        if (!order.SequenceEqual(order.Order()))
            yield return $"{method} tells the words in the order {string.Join(' ', said.Select(s => s.Word))}.";

        if (!expected || !scenario.LeavesTheWordsAlone) yield break;
        var lost = scenario.Call.Words.Except(said.Select(s => s.Word)).ToList();
        if (lost.Count > 0) yield return $"{string.Join(' ', lost)} was said, but {method} tells it in no turn.";
    }

    private static IEnumerable<string> Different((int Number, JsonElement Json) turn, SpokenCall call)
    {
        var (oob, asr) = (string.Join(' ', Words(turn.Json, "oob", call)), string.Join(' ', Words(turn.Json, "asr", call)));
        if (oob.Length > 0 && asr.Length > 0 && oob != asr)
            yield return $"Turn {turn.Number}: the model heard '{oob}' and the ASR '{asr}' in the same sound.";
    }

    // The final record of each turn, including amendments.
    private static List<(int Number, JsonElement Json)> Final(IEnumerable<string> output)
    {
        var turns = new SortedDictionary<int, JsonElement>();
        foreach (var line in output.Where(line => line.StartsWith("{\"type\":\"turn", StringComparison.Ordinal)))
        {
            var json = JsonElement.Parse(line);
            turns[json.GetProperty("turn").GetInt32()] = json;
        }
        return [.. turns.Select(turn => (turn.Key, turn.Value))];
    }

    private static IEnumerable<string> Words(JsonElement turn, string method, SpokenCall call) =>
        turn.GetProperty(method).GetProperty("text") is { ValueKind: JsonValueKind.String } text
        ? text.GetString()!.Split(' ').Where(call.Words.Contains) : [];
}
