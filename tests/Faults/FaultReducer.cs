using System.Text.Json.Nodes;

namespace RealtimeAkka.Faults;

/// <summary>Removes parts of a failing scenario, one by one, as long as it fails in the same way.</summary>
public static class FaultReducer
{
    /// <summary>The smallest scenario found that satisfies <paramref name="fails"/>.</summary>
    public static async Task<FaultScenario> ReduceAsync(FaultScenario scenario, Func<FaultScenario, Task<bool>> fails)
    {
        for (var smaller = true; smaller;)
        {
            smaller = false;
            foreach (var candidate in Smaller(scenario))
            {
                if (!await fails(candidate).ConfigureAwait(false)) continue;
                (scenario, smaller) = (candidate, true);
                break;
            }
        }
        return scenario;
    }

    private static IEnumerable<FaultScenario> Smaller(FaultScenario scenario)
    {
        foreach (var path in Pieces(scenario.Script, []))
        {
            var script = (JsonObject)scenario.Script.DeepClone();
            Remove(script, path);
            yield return scenario with { Script = script };
        }
        foreach (var key in scenario.Settings.Keys.Except(FaultScenario.ShortDeadlines.Keys))
            yield return scenario with { Settings = scenario.Settings.Where(pair => pair.Key != key).ToDictionary() };
    }

    // Whole branches first; the words and the number of turns must match the call and are never removed.
    private static IEnumerable<object[]> Pieces(JsonNode? node, object[] path)
    {
        IEnumerable<(object Key, JsonNode? Value)> children = node switch
        {
            JsonObject o => o.Select(pair => ((object)pair.Key, pair.Value)),
            JsonArray a => a.Select((value, i) => ((object)i, value)),
            _ => [],
        };
        foreach (var (key, value) in children)
        {
            object[] here = [.. path, key];
            if (key is "words") continue;
            if (!(here is ["turns"] or ["turns", int])) yield return here;
            foreach (var deeper in Pieces(value, here)) yield return deeper;
        }
    }

    private static void Remove(JsonNode node, object[] path)
    {
        foreach (var key in path[..^1]) node = key is int i ? node[i]! : node[(string)key]!;
        if (path[^1] is int at) node.AsArray().RemoveAt(at);
        else node.AsObject().Remove((string)path[^1]);
    }
}
