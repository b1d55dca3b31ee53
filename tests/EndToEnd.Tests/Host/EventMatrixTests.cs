using RealtimeAkka.Faults;
using Xunit.Abstractions;

namespace RealtimeAkka.EndToEnd.Tests.Host;

/// <summary>Every event of the protocol spoiled in every way: every turn is published, nothing is charged twice, nothing hangs.</summary>
public sealed class EventMatrixTests(ITestOutputHelper output)
{
    // Most of a session is waiting for deadlines.
    private const int AtOnce = 12;

    public static TheoryData<Spoiling> Ways => new(Enum.GetValues<Spoiling>());

    [Theory]
    [MemberData(nameof(Ways))]
    public Task Every_turn_is_published_whatever_is_wrong_with_an_event(Spoiling way) => PlayAsync(EventMatrix.Of(way));

    [Theory]
    [InlineData(1, false)]
    [InlineData(2, false)]
    [InlineData(3, false)]
    [InlineData(1, true)]
    [InlineData(2, true)]
    public Task An_event_that_never_comes_is_not_waited_for(int turn, bool reconnect) => PlayAsync(EventMatrix.Dropped(turn, reconnect));

    private async Task PlayAsync(IEnumerable<FaultScenario> scenarios)
    {
        var start = TimeProvider.System.GetTimestamp();
        var played = 0;
        List<string> violations = [];
        await Parallel.ForEachAsync(scenarios, new ParallelOptions { MaxDegreeOfParallelism = AtOnce }, async (scenario, _) =>
        {
            var outcome = await SessionRun.PlayAsync(scenario);
            var turns = outcome.Output.Count(line => line.StartsWith("{\"type\":\"turn\"", StringComparison.Ordinal));
            lock (violations)
            {
                played++;
                output.WriteLine(FormattableString.Invariant($"{outcome.Took.TotalSeconds:0.0} s, {turns} turns: {scenario.Name}"));
                violations.AddRange(outcome.Violations.Select(violation => $"{scenario.Name}: {violation}"));
                if (turns != 3) violations.Add($"{scenario.Name}: {turns} turns");
            }
        });
        output.WriteLine(FormattableString.Invariant($"{played} sessions in {TimeProvider.System.GetElapsedTime(start).TotalSeconds:0} s"));
        Assert.True(violations.Count == 0, string.Join('\n', violations));
    }
}
