using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
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
        var runs = new Option<int>("--runs") { HelpName = "N", Description = "Processes one after another.", DefaultValueFactory = _ => 10 };
        var root = new RootCommand("The start of a program of one call, measured.") { program, runs };
        root.SetAction((parsed, _) => MeasureAsync(parsed.GetValue(program)!, parsed.GetValue(runs)));
        return root.Parse(args).InvokeAsync();
    }

    private static async Task<int> MeasureAsync(string program, int runs)
    {
        using var call = new TemporaryCall(null);
        Row[] rows =
        [
            new("--help"), new("start to session.update"), new("ASR transcript"), new("out-of-band transcript"), new("answer's first sound"),
            new("answer is heard"), new("turn is recorded"),
        ];
        // The first one reads the program from the disk.
        for (var run = 0; run <= runs; run++)
        {
            double[] taken = [await HelpAsync(program).ConfigureAwait(false), .. await CallAsync(program, call.Path).ConfigureAwait(false)];
            if (run == 0) continue;
            for (var i = 0; i < rows.Length; i++) rows[i].Taken.Add(taken[i]);
        }
        Console.WriteLine($"{Path.GetFileName(program)}, {runs} runs, ms: least, median, most");
        foreach (var row in rows) Console.WriteLine(row);
        return 0;
    }

    private static async Task<double> HelpAsync(string program)
    {
        var watch = Stopwatch.StartNew();
        using var process = Start(program, ["--help"]);
        await process.WaitForExitAsync().ConfigureAwait(false);
        return watch.Elapsed.TotalMilliseconds;
    }

    // From the process's start to its first event; then from the server's event to its effect in the program, by the log of the session.
    private static async Task<IReadOnlyList<double>> CallAsync(string program, string wav)
    {
        using var data = new TemporaryFolder();
        var server = await RealtimeSimulator.StartAsync(new SimulatorOptions { Scenario = Scenario() }).ConfigureAwait(false);
        await using (server.ConfigureAwait(false))
        {
            var start = DateTimeOffset.UtcNow;
            using var process = Start(
                program, ["run", "--json", "--input", wav, "--output", "null", "--url", $"{server.Url}", "--turns", "1", "--data", data.Path]);
            var connection = await server.ConnectionAsync(1, Limit).ConfigureAwait(false);
            var configured = await connection.Log.WaitAsync("session.update", Limit).ConfigureAwait(false);
            await process.WaitForExitAsync().WaitAsync(Limit).ConfigureAwait(false);

            var log = File.ReadLines(Path.Combine(Directory.EnumerateDirectories(data.Path, "s-*").Single(), "session.log"))
                .Select(LogEntry.TryParse).OfType<LogEntry>().ToList();
            var wire = connection.Log.Entries;
            var played = log.First(entry => entry.Template.StartsWith("Playback of", StringComparison.Ordinal));
            var transcribed = Received("response.done", entry => entry["response.metadata.oob"] is not null);
            return
            [
                (configured.At - start).TotalMilliseconds,
                Logged("ASR of") - Received("conversation.item.input_audio_transcription.completed"),
                Logged("Turn {Turn}: {Task} is {Status}") - transcribed,
                Logged("Answer {Response} has its first sound") - Received("response.output_audio.delta"),
                Milliseconds(played.Time) - played.Values.Milliseconds!.Value - Received("response.output_audio.delta"),
                Logged("Turn {Turn} is joined")
                    - Math.Max(transcribed, Received("conversation.item.input_audio_transcription.completed")),
            ];

            double Logged(string template) =>
                Milliseconds(log.First(entry => entry.Template.StartsWith(template, StringComparison.Ordinal)).Time);

            double Received(string type, Func<WireEntry, bool>? which = null) =>
                Milliseconds(wire.First(entry => entry.Direction == Direction.Received && entry.Type == type && which?.Invoke(entry) != false).At);
        }
    }

    private static double Milliseconds(DateTimeOffset time) => (time - DateTimeOffset.UnixEpoch).TotalMilliseconds;

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

    private static Scenario Scenario() => new() { Turns = [new CallerTurn { Answer = new ReplyScript { Text = Call.Answer(1), AudioMs = 500 } }] };

    private sealed record Row(string Name)
    {
        public List<double> Taken { get; } = [];

        public override string ToString()
        {
            Taken.Sort();
            return string.Create(
                CultureInfo.InvariantCulture, $"  {Name,-26}{Taken[0],8:0.0}{Taken[Taken.Count / 2],8:0.0}{Taken[^1],8:0.0}");
        }
    }
}
