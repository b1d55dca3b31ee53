using System.Globalization;
using RealtimeAkka.Faults;

namespace RealtimeAkka.EndToEnd.Tests.Host;

/// <summary>
/// Sessions with random faults, each judged by its wire log, its output, and the words that were spoken.
/// REALTIME_FAULT_RUNS (3) and REALTIME_FAULT_SEED (1) select others; <c>bench/soak -- faults</c> runs many and reduces failing ones.
/// </summary>
public sealed class RandomFaultTests
{
    private static readonly int Runs = Variable("REALTIME_FAULT_RUNS", 3);
    private static readonly int Seed = Variable("REALTIME_FAULT_SEED", 1);

    private static readonly Dictionary<string, FaultScenario> Thrown = Enumerable.Range(Seed, Runs)
        .SelectMany(seed => (FaultScenario[])[FaultDice.WithoutBreaks(seed), FaultDice.WithBreaks(seed)])
        .ToDictionary(scenario => scenario.Name);

    public static TheoryData<string> Names => new(Thrown.Keys);

    [Theory]
    [MemberData(nameof(Names))]
    public async Task Whatever_goes_wrong_every_turn_ends_well(string name)
    {
        var scenario = Thrown[name];
        await using var server = await TestCall.ServeAsync(scenario.Script.ToJsonString());
        var settings = scenario.Settings.Where(pair => pair.Key != "session.url")
            .SelectMany(pair => (string[])["--set", $"{pair.Key}={pair.Value}"]);
        var result = await HostProcess.RunAsync(
            ["run", "--json", "--url", server.Url.ToString(), "--data", "{data}", "--record", "wire", "--input",
            TestCall.Wav(scenario.Call.Pcm), .. settings], key: "test");

        Assert.Empty(SpokenWords.Violations(scenario, result.Output.Split('\n')));
        Assert.True(result.ExitCode == 0, $"exit {result.ExitCode}: {result.Errors}");
    }

    [Fact]
    [Trait("Cookbook", "12")]
    public async Task Whenever_the_line_breaks_each_word_is_in_the_transcripts_of_one_turn()
    {
        var outcomes = await Task.WhenAll(
            NamedBreaks.All.Select(async scenario => (scenario.Name, Outcome: await SessionRun.PlayAsync(scenario))));

        Assert.Empty(outcomes.SelectMany(played => played.Outcome.Violations.Select(violation => $"{played.Name}: {violation}")));
        Assert.All(outcomes,
            played => Assert.Contains(played.Outcome.Output,
            line => line.Contains("\"code\":\"reconnected\"", StringComparison.Ordinal) || played.Name == "at the end of the call"));
    }

    private static int Variable(string name, int standard) =>
        Environment.GetEnvironmentVariable(name) is { Length: > 0 } value ? int.Parse(value, CultureInfo.InvariantCulture) : standard;
}
