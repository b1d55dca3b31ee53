using System.Collections.Concurrent;
using System.Globalization;
using RealtimeAkka.Faults;
using RealtimeAkka.Simulator.Scenarios;

namespace RealtimeAkka.Soak;

/// <summary>Plays and judges random scenarios once each; reports a failed one by its seed.</summary>
internal static class FaultRuns
{
    public static async Task<int> RunAsync(
        int runs, int firstSeed, int parallel, string breaks, bool reduce, string? keep, CancellationToken cancellation)
    {
        if (breaks == "named") (runs, firstSeed) = (NamedBreaks.All.Count, 0);
        Console.WriteLine($"{runs} scenarios, seeds {firstSeed} to {firstSeed + runs - 1}, breaks: {breaks}");
        var failed = new ConcurrentBag<FaultScenario>();
        var took = new ConcurrentBag<TimeSpan>();
        await Parallel.ForEachAsync(Enumerable.Range(firstSeed, runs),
            new ParallelOptions { MaxDegreeOfParallelism = parallel, CancellationToken = cancellation }, async (seed, _) =>
        {
            var scenario = Throw(seed, breaks);
            var outcome = await SessionRun.PlayAsync(scenario);
            took.Add(outcome.Took);
            if (outcome.Violations.Count == 0) return;
            failed.Add(scenario);
            Report(scenario, outcome);
            if (keep is not null) await KeepAsync(Path.Combine(keep, scenario.Name.Replace(' ', '-')), scenario, outcome);
        });

        foreach (var scenario in reduce ? failed.OrderBy(s => s.Name) : Enumerable.Empty<FaultScenario>()) await ReduceAsync(scenario);
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{runs - failed.Count} of {runs} without a violation; a session took {took.Average(t => t.TotalSeconds):0.0} s on average, {took.Max().TotalSeconds:0.0} s at most"));
        return failed.IsEmpty ? 0 : 1;
    }

    /// <summary>The scenario of a seed.</summary>
    public static FaultScenario Throw(int seed, string breaks) => breaks switch
    {
        "yes" => FaultDice.WithBreaks(seed),
        "no" => FaultDice.WithoutBreaks(seed),
        "named" => NamedBreaks.All[seed % NamedBreaks.All.Count],
        _ => seed % 2 == 0 ? FaultDice.WithBreaks(seed / 2) : FaultDice.WithoutBreaks(seed),
    };

    private static void Report(FaultScenario scenario, SessionOutcome outcome) =>
        Console.WriteLine(
        $"{scenario.Name}, {outcome.Took.TotalSeconds.ToString("0.0", CultureInfo.InvariantCulture)} s:\n  {string.Join("\n  ", outcome.Violations.Take(10))}");

    private static async Task KeepAsync(string folder, FaultScenario scenario, SessionOutcome outcome)
    {
        Directory.CreateDirectory(folder);
        await File.WriteAllTextAsync(Path.Combine(folder, "scenario.txt"), scenario.ToString());
        await File.WriteAllLinesAsync(Path.Combine(folder, "wire.jsonl"), outcome.Wire);
        await File.WriteAllLinesAsync(Path.Combine(folder, "output.jsonl"), outcome.Output);
        await File.WriteAllLinesAsync(Path.Combine(folder, "violations.txt"), outcome.Violations);
    }

    private static async Task ReduceAsync(FaultScenario scenario)
    {
        var kind = Kind((await SessionRun.PlayAsync(scenario)).Violations);
        var small = await FaultReducer.ReduceAsync(scenario, candidate => FailsAsync(candidate, kind));
        var outcome = await SessionRun.PlayAsync(small);
        Console.WriteLine($"{scenario.Name}, reduced: {small}\n  {string.Join("\n  ", outcome.Violations.Take(5))}");
    }

    private static async Task<bool> FailsAsync(FaultScenario candidate, HashSet<string> kind)
    {
        try
        {
            return Kind((await SessionRun.PlayAsync(candidate)).Violations).Overlaps(kind);
        }
        catch (ScenarioException)
        {
            return false; // without that part the scenario is invalid
        }
    }

    // Violations that differ only in ids and numbers are of the same kind.
    private static HashSet<string> Kind(IReadOnlyList<string> violations) =>
        [.. violations.Select(
        v => string.Join(' ', v.Split(' ').Where(word => word.All(c => char.IsLetter(c) || c is '.' or ',' or ':' or '\''))))];
}
