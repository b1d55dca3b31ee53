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

    /// <summary>
    /// Serves until stdin ends, which happens at the latest when the parent process exits. <paramref name="telemetry"/>: a stand-in for a
    /// collector runs beside; its address is the second line. <paramref name="certificate"/>: the server is reached by TLS, and its
    /// certificate is written to this file.
    /// </summary>
    public static async Task RunAsync(bool simulator, bool telemetry, string? certificate)
    {
        var collector = telemetry ? await Collector.StartAsync().ConfigureAwait(false) : null;
        if (simulator)
        {
            await using var full = await RealtimeSimulator.StartAsync(
                new SimulatorOptions { Scenario = Scenario(), Log = WireLogging.None })
                .ConfigureAwait(false);
            await StayAsync(full.Url, collector, certificate).ConfigureAwait(false);
            return;
        }
        var lean = new LeanServer();
        lean.Start();
        await StayAsync(lean.Url, collector, certificate).ConfigureAwait(false);
    }

    private static async Task StayAsync(Uri url, string? collector, string? certificate)
    {
        Console.WriteLine(certificate is null ? url : TlsFront.Start(url, certificate));
        if (collector is not null) Console.WriteLine(collector);
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
