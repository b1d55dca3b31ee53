using RealtimeAkka.Faults;

namespace RealtimeAkka.EndToEnd.Tests.Host;

/// <summary>One injected exception in one station in the middle of a call: no word is lost and the session goes on.</summary>
public class StationFailureTests
{
    [Theory]
    [InlineData("MicActor", "mic", 4)]
    [InlineData("MicActor", "mic", 40)]
    [InlineData("TurnCoordinatorActor", "turns", 3)]
    [InlineData("TurnCoordinatorActor", "turns", 12)]
    [InlineData("TurnCoordinatorActor", "turns", 30)]
    [InlineData("OutOfBandActor", "outofband", 2)]
    [InlineData("OutOfBandActor", "outofband", 15)]
    [InlineData("OutOfBandActor", "outofband", 40)]
    [InlineData("SocketActor", "socket", 1)]
    public async Task Every_word_is_in_the_transcripts_of_one_turn(string type, string station, int time)
    {
        var call = new SpokenCall(turns: 3);
        var clock = new FaultyClock(type, time);

        var outcome = await SessionRun.PlayAsync(
            new FaultScenario($"{type} {time}", call, call.Scenario(), FaultScenario.DeadlinesBeyondADeadLine),
            new SessionStage { Clock = clock });

        Assert.True(clock.HasFailed);
        Assert.Empty(outcome.Violations);
        Assert.Contains(outcome.Output,
            line => line.Contains("station_restarted", StringComparison.Ordinal) && line.Contains(station, StringComparison.Ordinal));
    }
}
