using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using RealtimeAkka.Actors.Stations;
using RealtimeAkka.Hosting.Logging;
using RealtimeAkka.Simulator;
using RealtimeAkka.Simulator.Scenarios;
using RealtimeAkka.Simulator.Wire;

namespace RealtimeAkka.Bench.Load;

/// <summary>
/// How soon a program of one call is there, and how soon the first turn's witnesses are: <c>--help</c>, the first event that a new process
/// sends, and what each event of the first turn takes from the server to its effect.
/// </summary>
internal static class StartRun
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);

    /// <summary>Runs the measurement.</summary>
    public static Task<int> RunAsync(string[] args)
    {
        var program = new Option<string>("--program")
        {
            HelpName = "FILE", Description = "A .dll, or a published program; without it the one built beside.",
            DefaultValueFactory = _ => Path.Combine(AppContext.BaseDirectory, "realtime-akka.dll"),
        };
        var runs = new Option<int>("--runs")
            { HelpName = "N", Description = "Processes one after another.", DefaultValueFactory = _ => 10 };
        var root = new RootCommand("The start of a program of one call, measured.") { program, runs };
        root.SetAction((parsed, _) => MeasureAsync(parsed.GetValue(program)!, parsed.GetValue(runs)));
        return root.Parse(args).InvokeAsync();
    }

    private static async Task<int> MeasureAsync(string program, int runs)
    {
        using var call = new TemporaryCall(null);
        List<(string What, TimeSpan Took)> all = [];
        // The first one reads the program from the disk.
        for (var run = 0; run <= runs; run++)
        {
            var help = await HelpAsync(program).ConfigureAwait(false);
            var taken = await CallAsync(program, call.Path).ConfigureAwait(false);
            if (run > 0) all.AddRange([("--help", help), .. taken]);
        }
        Console.WriteLine($"{Path.GetFileName(program)}, {runs} runs, ms: least, median, most");
        foreach (var row in all.GroupBy(one => one.What, one => one.Took.TotalMilliseconds))
            Console.WriteLine(Say(row.Key, [.. row.Order()]));
        return 0;
    }

    private static async Task<TimeSpan> HelpAsync(string program)
    {
        var watch = Stopwatch.StartNew();
        using var process = Start(program, ["--help"]);
        await process.WaitForExitAsync().ConfigureAwait(false);
        return watch.Elapsed;
    }

    // From the process's start to its first event; then from the server's event to its effect in the program, by the log of the session.
    private static async Task<IReadOnlyList<(string What, TimeSpan Took)>> CallAsync(string program, string wav)
    {
        using var data = new TemporaryFolder();
        var server = await RealtimeSimulator.StartAsync(new SimulatorOptions { Scenario = Scenario() }).ConfigureAwait(false);
        await using (server.ConfigureAwait(false))
        {
            var start = DateTimeOffset.UtcNow;
            using var process = Start(
                program,
                ["run", "--json", "--input", wav, "--output", "null", "--url", $"{server.Url}", "--turns", "1", "--data", data.Path]);
            var connection = await server.ConnectionAsync(1, Limit).ConfigureAwait(false);
            var configured = await connection.Log.WaitAsync("session.update", Limit).ConfigureAwait(false);
            await process.WaitForExitAsync().WaitAsync(Limit).ConfigureAwait(false);

            var log = File.ReadLines(Path.Combine(Directory.EnumerateDirectories(data.Path, "s-*").Single(), "session.log"))
                .Select(LogEntry.TryParse).OfType<LogEntry>().ToList();
            var heard = Received("conversation.item.input_audio_transcription.completed");
            var transcribed = Received("response.done", entry => entry["response.metadata.oob"] is not null);
            var sound = Received("response.output_audio.delta");
            var played = Logged(TurnLog.Played(default, default));
            return
            [
                ("start to session.update", configured.At - start),
                ("ASR transcript", Logged(TurnLog.AsrArrived(default, default)).Time - heard),
                ("out-of-band transcript", Logged(TurnLog.Ended(default, "", default, null, 0)).Time - transcribed),
                ("answer's first sound", Logged(TurnLog.AnswerSounds(default)).Time - sound),
                ("answer is heard", played.Time - TimeSpan.FromMilliseconds(played.Values.Milliseconds!.Value) - sound),
                ("turn is recorded",
                    Logged(TurnLog.Joined(0, default, default, default)).Time - (heard > transcribed ? heard : transcribed)),
            ];

            LogEntry Logged(LogLine line) => log.First(entry => entry.Template == line.Template);

            DateTimeOffset Received(string type, Func<WireEntry, bool>? which = null) => connection.Log.Entries.First(
                entry => entry.Direction == Direction.Received && entry.Type == type && which?.Invoke(entry) != false).At;
        }
    }

    private static Process Start(string program, string[] arguments)
    {
        string[] command = program.EndsWith(".dll", StringComparison.Ordinal) ? ["dotnet", program, .. arguments] : [program, .. arguments];
        var start = new ProcessStartInfo(command[0], command[1..]) { RedirectStandardInput = true };
        // What it prints is of no interest, and a pipe that nobody reads would hold it up.
        start.RedirectStandardOutput = true;
        start.Environment["OPENAI_API_KEY"] = "test";
        var process = Process.Start(start)!;
        process.OutputDataReceived += static (_, _) => { };
        process.BeginOutputReadLine();
        return process;
    }

    private static Scenario Scenario() =>
        new() { Turns = [new CallerTurn { Answer = new ReplyScript { Text = Call.Answer(1), AudioMs = 500 } }] };

    private static string Say(string what, double[] ms) =>
        string.Create(CultureInfo.InvariantCulture, $"  {what,-26}{ms[0],8:0.0}{ms[ms.Length / 2],8:0.0}{ms[^1],8:0.0}");
}
