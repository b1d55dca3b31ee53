using System.Globalization;
using RealtimeAkka.Faults;

namespace RealtimeAkka.EndToEnd.Tests.Host;

/// <summary>
/// The program as shipped in sessions in which something goes wrong. Each is judged by its wire log, by its output, and by the words
/// that were said. REALTIME_FAULT_RUNS and REALTIME_FAULT_SEED choose others; <c>bench/soak -- faults</c> runs many, and reduces those that fail.
/// </summary>
public sealed class RandomFaultTests
{
    private static readonly int Runs = Variable("REALTIME_FAULT_RUNS", 6);
    private static readonly int Seed = Variable("REALTIME_FAULT_SEED", 1);

    public static TheoryData<string> Scenarios => new(
        Enumerable.Range(Seed, Runs).Select(FaultDice.WithoutBreaks)
            .Concat(NamedBreaks.AreSurvived ? Enumerable.Range(Seed, Runs).Select(FaultDice.WithBreaks).Concat(NamedBreaks.All) : [])
            .Select(scenario => scenario.Name));

    [Theory]
    [MemberData(nameof(Scenarios))]
    public async Task Whatever_goes_wrong_every_turn_ends_well(string name)
    {
        var scenario = Named(name);
        await using var server = await TestCall.ServeAsync(scenario.Script.ToJsonString());
        var settings = scenario.Settings.Where(pair => pair.Key != "session.url").SelectMany(pair => (string[])["--set", $"{pair.Key}={pair.Value}"]);
        var result = await HostProcess.RunAsync(
            ["run", "--json", "--url", server.Url.ToString(), "--data", "{data}", "--record", "wire", "--input", TestCall.Wav(scenario.Call.Pcm), .. settings], key: "test");

        Assert.Empty(SpokenWords.Violations(scenario, result.Output.Split('\n')));
        Assert.True(result.ExitCode == 0, $"exit {result.ExitCode}: {result.Errors}");
    }

    private static FaultScenario Named(string name) =>
        Enumerable.Range(Seed, Runs).Select(FaultDice.WithoutBreaks).Concat(Enumerable.Range(Seed, Runs).Select(FaultDice.WithBreaks)).Concat(NamedBreaks.All).First(scenario => scenario.Name == name);

    private static int Variable(string name, int standard) => Environment.GetEnvironmentVariable(name) is { Length: > 0 } value ? int.Parse(value, CultureInfo.InvariantCulture) : standard;
}
