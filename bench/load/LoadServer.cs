using RealtimeAkka.Bench.Load.Server;
using RealtimeAkka.Simulator;
using RealtimeAkka.Simulator.Scenarios;
using RealtimeAkka.Simulator.Wire;

namespace RealtimeAkka.Bench.Load;

/// <summary>
/// The server in its own process, whose texts contain the turn's number: a lean server, or the full simulator, which recognizes any
/// voice but saturates its processor at about 1,000 sessions.
/// </summary>
internal static class LoadServer
{
    // More turns than a session has in an hour.
    private const int Turns = 1500;

    /// <summary>Serves until stdin ends, which happens at the latest when the parent process exits.</summary>
    public static async Task RunAsync(bool simulator)
    {
        if (simulator)
        {
            await using var full = await RealtimeSimulator.StartAsync(
                new SimulatorOptions { Scenario = Scenario(), Log = WireLogging.None })
                .ConfigureAwait(false);
            await StayAsync(full.Url).ConfigureAwait(false);
            return;
        }
        var lean = new LeanServer();
        lean.Start();
        await StayAsync(lean.Url).ConfigureAwait(false);
    }

    private static async Task StayAsync(Uri url)
    {
        Console.WriteLine(url);
        while (await Console.In.ReadLineAsync().ConfigureAwait(false) is not null)
        {
        }
    }

    private static Scenario Scenario() => new()
    {
        Turns =
        [
            .. Enumerable.Range(1, Turns).Select(turn => new CallerTurn
            {
                Asr = new AsrScript { Transcript = Call.Heard(turn, "the ear") },
                Oob = new ReplyScript { Text = Call.Heard(turn, "the model") },
                Answer = new ReplyScript { Text = Call.Answer(turn), AudioMs = Call.AnswerMs },
            }),
        ],
    };
}
