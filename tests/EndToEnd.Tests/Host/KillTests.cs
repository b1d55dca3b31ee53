using System.Globalization;
using RealtimeAkka.Faults;

namespace RealtimeAkka.EndToEnd.Tests.Host;

/// <summary>
/// The program killed at random moments, as by a power failure: every printed record is in the folder.
/// REALTIME_KILLS sets the number of kills (6 by default).
/// </summary>
public class KillTests
{
    private static readonly int Kills = Environment.GetEnvironmentVariable("REALTIME_KILLS") is { Length: > 0 } value
        ? int.Parse(value, CultureInfo.InvariantCulture) : 6;

    [Fact]
    public async Task What_was_printed_before_a_kill_is_in_the_folder()
    {
        var call = new SpokenCall(turns: 8);
        await using var server = await TestCall.ServeAsync(call.Scenario().ToJsonString());
        var wav = TestCall.Wav(call.Pcm);
        var random = new Random(20261122);
        var whole = 0;
        for (var kill = 0; kill < Kills; kill++)
        {
            using var host = HostProcess.Start(HostProcess.SessionArguments(server.Url, ["--input", wav]), key: "test");
            for (var lines = random.Next(1, 18); lines > 0 && await host.ReadLineAsync() is not null; lines--) { }
            // A random delay, to kill at some point of the processing of the next record.
            Thread.SpinWait(random.Next(0, 2_000_000));
            host.Signal("KILL");
            var result = await host.EndAsync();

            var recorded = File.ReadAllLines(Path.Combine(result.Folder!, "turns.jsonl")).ToHashSet();
            var printed = result.Output.Split('\n')
                .Where(line => line.StartsWith("{\"type\":\"turn", StringComparison.Ordinal)
                || line.StartsWith("{\"type\":\"assistant", StringComparison.Ordinal));
            // The last line from the pipe may be incomplete.
            var complete = printed.Where(line => line.EndsWith('}')).ToList();
            Assert.DoesNotContain(complete, line => !recorded.Contains(line));
            whole += complete.Count;
        }
        Assert.True(whole > Kills, $"{Kills} kills, {whole} records printed: too few to show anything");
    }
}
