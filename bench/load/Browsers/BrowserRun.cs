using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using RealtimeAkka.Bench.Load.Telephones;
using RealtimeAkka.Protocol;
using RealtimeAkka.Protocol.Records;

namespace RealtimeAkka.Bench.Load.Browsers;

/// <summary>
/// Many clients like browsers through one <c>serve</c>, the model's server in a third process: every turn must be recorded once, with its
/// own words, and no sound be lost, also when some cut their line, and when <c>serve</c> is told to end while all calls are open.
/// </summary>
internal static class BrowserRun
{
    // The model and the callers are on other machines in truth: they do not take the processor from what is measured.
    private const int ServeNice = -20, ModelNice = -15;

    private static readonly TimeSpan Late = TimeSpan.FromMilliseconds(40);

    private static readonly TimeSpan EndLimit = TimeSpan.FromSeconds(90);
    private static readonly JsonSerializerOptions Json = new() { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower };

    /// <summary>The command <c>browsers</c>, or <c>telephones</c>.</summary>
    public static Task<int> RunAsync(string[] args, bool telephones)
    {
        var clients = new Option<int>("--clients") { HelpName = "N", Description = "How many at once.", DefaultValueFactory = _ => 50 };
        var seconds = new Option<double>("--seconds") { Description = "Length of the measurement.", DefaultValueFactory = _ => 30 };
        var warmUp = new Option<double>("--warm-up") { HelpName = "SECONDS", Description = "Before it.", DefaultValueFactory = _ => 15 };
        var cut = new Option<int>("--cut")
            { HelpName = "N", Description = "So many cut their line at random moments of the last quarter.", DefaultValueFactory = _ => 0 };
        var simulator = new Option<bool>("--simulator") { Description = "The full simulator answers instead of the lean server." };
        var set = new Option<string[]>("--set")
            { HelpName = "KEY=VALUE", Description = "Configuration of serve; repeatable.", DefaultValueFactory = _ => [] };
        var root = new RootCommand("Many browsers or telephones on one serve, measured.") { clients, seconds, warmUp, cut, simulator, set };
        root.SetAction(async (parsed, _) => await MeasureAsync(
            telephones, parsed.GetValue(clients), TimeSpan.FromSeconds(parsed.GetValue(seconds)), TimeSpan.FromSeconds(parsed.GetValue(warmUp)),
            parsed.GetValue(cut), parsed.GetValue(simulator), parsed.GetValue(set)!));
        return root.Parse(args).InvokeAsync();
    }

    private static async Task<int> MeasureAsync(
        bool telephones, int count, TimeSpan seconds, TimeSpan warmUp, int cuts, bool simulator, string[] set)
    {
        using var model = Worker.Start(
            processors: "1", defaults: true, new Dictionary<string, string>(), simulator ? ["serve", "--simulator"] : ["serve"],
            ModelNice);
        using var tap = new Tap(new Uri(await model.ReadLineAsync().ConfigureAwait(false)));
        var data = Directory.CreateTempSubdirectory("realtime-akka-bench-");
        try
        {
            using var serve = Start(tap.Url, data.FullName, set);
            var url = new Uri(await serve.StandardOutput.ReadLineAsync().ConfigureAwait(false)
                ?? throw new InvalidOperationException("serve did not start"));
            var isConverted = set.Contains("session.format=pcm16");
            return await MeasureAsync(telephones, isConverted, serve, url, tap, data.FullName, count, seconds, warmUp, cuts).ConfigureAwait(false);
        }
        finally
        {
            data.Delete(recursive: true);
        }
    }

    private static async Task<int> MeasureAsync(
        bool telephones, bool isConverted, Process serve, Uri url, Tap tap, string data, int count, TimeSpan seconds, TimeSpan warmUp, int cuts)
    {
        using var file = new TemporaryCall(null);
        var sound = File.ReadAllBytes(file.Path)[44..];
        var voice = telephones ? Call.MuLaw(sound) : sound;
        List<ICaller> callers = [];
        for (var i = 0; i < count; i++)
        {
            callers.Add(telephones ? new TelephoneCaller(url, voice, tap, isConverted) : new Caller(url, voice));
            await callers[^1].StartAsync().ConfigureAwait(false);
            await Task.Delay(Call.Turn / count).ConfigureAwait(false);
        }
        await Task.Delay(warmUp).ConfigureAwait(false);

        tap.Recording = true;
        var (watch, cpu) = (Stopwatch.StartNew(), serve.TotalProcessorTime);
        double[] quarters = [ResidentMb(serve), 0, 0, 0, 0];
        var random = new Random(1);
        var cutting = Task.WhenAll(callers.Take(cuts).Select(async caller =>
        {
            await Task.Delay(seconds * (0.75 + random.NextDouble() / 4)).ConfigureAwait(false);
            caller.Cut();
        }));
        for (var quarter = 1; quarter < quarters.Length; quarter++)
        {
            await Task.Delay(seconds / 4).ConfigureAwait(false);
            quarters[quarter] = ResidentMb(serve);
        }
        var busy = (serve.TotalProcessorTime - cpu) / watch.Elapsed;
        tap.Recording = false;
        await cutting.ConfigureAwait(false);

        // The calls are open when serve is told to end, and go on for a while.
        Process.Start("kill", ["-TERM", $"{serve.Id}"])!.WaitForExit();
        using var http = new HttpClient { BaseAddress = url };
        var unready = Stopwatch.StartNew();
        var ready = new Uri("/health/ready", UriKind.Relative);
        while ((await http.GetAsync(ready).ConfigureAwait(false)).IsSuccessStatusCode) await Task.Yield();
        var readyFor = unready.Elapsed;
        await Task.Delay(Call.Turn).ConfigureAwait(false);
        var lost = callers.Count(caller => !caller.IsCut && caller.Ended.IsCompleted);
        foreach (var caller in callers) caller.Stop();
        await Task.WhenAll(callers.Select(caller => caller.Ended)).WaitAsync(EndLimit).ConfigureAwait(false);
        await serve.WaitForExitAsync().WaitAsync(EndLimit).ConfigureAwait(false);

        var tally = new Tally(null);
        var doubled = 0;
        if (telephones) TelephoneCaller.Find(data, callers.Cast<TelephoneCaller>());
        foreach (var caller in callers) Judge(Path.Combine(data, caller.Id), caller, tally, ref doubled);
        var added = tap.Added.Read() ?? new Spread(0, 0, 0, 0);
        var resident = string.Join(", ", quarters.Select(mb => mb.ToString("0", CultureInfo.InvariantCulture)));
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"""
            {count} {(telephones ? "telephones" : "browsers")}, {seconds.TotalSeconds:0} s: serve uses {busy:P0} of a processor, {busy * 60 / count:0.00} s per call-minute; resident {resident} MiB by quarters
              frame from client to model: p50 {added.P50:0.0} ms, p99 {added.P99:0.0} ms, max {added.Max:0.0} ms of {added.Count}; {tap.Added.From(Late)} later than {Late.TotalMilliseconds:0} ms
              turns {tally.Turns}, missing {tally.Missing}, wrong {tally.Wrong}, doubled {doubled}, incomplete {tally.Incomplete}
              lost {tally.DroppedMs} ms in, {tally.UnplayedMs} ms out; failed calls {tally.Failed}
              cut {cuts}; after SIGTERM not ready in {readyFor.TotalMilliseconds:0} ms, calls lost {lost}, exit code {serve.ExitCode}
            """));
        return tally is { Missing: 0, Wrong: 0, Incomplete: 0, DroppedMs: 0, UnplayedMs: 0, Failed: 0 } && doubled == 0 && lost == 0
            && serve.ExitCode == 0 ? 0 : 1;
    }

    private static void Judge(string folder, ICaller caller, Tally tally, ref int doubled)
    {
        var turns = File.ReadLines(Path.Combine(folder, "turns.jsonl")).Select(line => JsonElement.Parse(line))
            .Where(record => record.GetProperty("type").GetString() == "turn").ToList();
        foreach (var turn in turns)
        {
            var (oob, asr) = (turn.GetProperty("oob"), turn.GetProperty("asr"));
            tally.Joined(turn.GetProperty("turn").GetInt32(), Text(oob, "text"), Text(asr, "text"),
                Text(oob, "status") == "completed" && Text(asr, "status") == "completed", null);
        }
        doubled += turns.Count - turns.Select(turn => turn.GetProperty("turn").GetInt32()).Distinct().Count();
        var summary = JsonElement.Parse(File.ReadAllText(Path.Combine(folder, "summary.json")));
        var audio = summary.GetProperty("audio");
        // What is on the line when it is cut does not arrive.
        var heard = caller.IsCut ? Math.Min(caller.Sent, audio.GetProperty("sent_ms").GetInt64() * Pcm.BytesPerMillisecond) : caller.Sent;
        tally.Ended(turns.Count, Call.TurnsIn(Pcm.Duration(heard)), audio.Deserialize<AudioFigures>(Json));
        if (!caller.IsCut && caller.Ended.Result != "completed") tally.Fail($"{caller.Id} {caller.Ended.Result}");
        if (!caller.IsCut && audio.GetProperty("sent_ms").GetInt64() < Pcm.Milliseconds(caller.Sent)) tally.Fail($"{caller.Id} lost sound");
    }

    private static string? Text(JsonElement json, string name) => json.GetProperty(name).GetString();

    private static Process Start(Uri model, string data, string[] set)
    {
        string[] arguments =
        [
            Path.Combine(AppContext.BaseDirectory, "realtime-akka.dll"), "serve", "--urls", "http://127.0.0.1:0", "--url", model.ToString(),
            "--model", LoadOptions.Model, "--asr-model", LoadOptions.AsrModel, "--data", data,
            .. set.SelectMany(pair => new[] { "--set", pair }),
        ];
        string[] command = [.. Worker.Nice(ServeNice), "dotnet", .. arguments];
        var start = new ProcessStartInfo(command[0], command[1..]) { RedirectStandardOutput = true };
        start.Environment["OPENAI_API_KEY"] = "test";
        return Process.Start(start)!;
    }

    private static double ResidentMb(Process process)
    {
        process.Refresh();
        return process.WorkingSet64 / 1048576.0;
    }
}
