using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using RealtimeAkka.Hosting.Store;
using RealtimeAkka.Protocol;
using RealtimeAkka.Protocol.Records;

namespace RealtimeAkka.Bench.Load;

/// <summary>
/// Turn records on their way into PostgreSQL: another process writes them into the folders of sessions, this one copies them, and its CPU
/// time is measured. The database is that of REALTIME_AKKA_STORE.
/// </summary>
internal static class StoreRun
{
    private const string Words = "My policy number is seven four one nine, and the kitchen window was broken on Tuesday night.";

    /// <summary>Runs the measurement.</summary>
    public static Task<int> RunAsync(string[] args)
    {
        var rate = new Option<int>("--rate") { Description = "Records per second.", DefaultValueFactory = _ => 2000 };
        var sessions = new Option<int>("--sessions") { Description = "Sessions at once.", DefaultValueFactory = _ => 400 };
        var seconds = new Option<int>("--seconds") { Description = "Length, after 10 s of warming up.", DefaultValueFactory = _ => 30 };
        var server = new Option<int?>("--server")
            { HelpName = "PID", Description = "The server's process, whose CPU is measured as well." };
        var folder = new Option<string?>("--folder") { Description = "Where the records are written: only write them." };
        var root = new RootCommand("Turn records on their way into PostgreSQL.") { rate, sessions, seconds, server, folder };
        root.SetAction((parsed, stop) =>
        {
            var load = new Load(parsed.GetValue(rate), parsed.GetValue(sessions), parsed.GetValue(seconds));
            return parsed.GetValue(folder) is { } directory ? WriteAsync(load, directory, stop)
                : MeasureAsync(load, parsed.GetValue(server), stop);
        });
        return root.Parse(args).InvokeAsync();
    }

    private static async Task<int> MeasureAsync(Load load, int? server, CancellationToken stop)
    {
        const int WarmUp = 10;
        var data = Directory.CreateTempSubdirectory("realtime-akka-store-");
        try
        {
            List<SessionId> ids = [.. Enumerable.Range(0, load.Sessions).Select(_ => SessionId.New(DateTimeOffset.UtcNow, Random.Shared))];
            foreach (var id in ids) data.CreateSubdirectory(id.Value);
            await using var loop = new StoreLoop(
                data.FullName, PostgresStore.Open(TimeProvider.System), keep: null, TimeProvider.System, Console.Error.WriteLine);
            var followed = ids.ConvertAll(loop.Follow);
            using var writer = Process.Start(Environment.ProcessPath!, [
                typeof(StoreRun).Assembly.Location, "store", "--folder", data.FullName, "--rate", $"{load.Rate}", "--sessions",
                $"{load.Sessions}", "--seconds", $"{load.Seconds + WarmUp}"]);
            await Task.Delay(TimeSpan.FromSeconds(WarmUp), stop);
            var (start, ours, theirs, before) = (Stopwatch.GetTimestamp(), Cpu(), ServerCpu(server), Written(data));
            var allocated = GC.GetTotalAllocatedBytes();
            await writer.WaitForExitAsync(stop);
            var (elapsed, after, most) = (Stopwatch.GetElapsedTime(start).TotalSeconds, Written(data), Environment.WorkingSet);
            foreach (var one in followed) one.Dispose();
            var (spent, took) = (Cpu() - ours, ServerCpu(server) - theirs);
            allocated = GC.GetTotalAllocatedBytes() - allocated;
            var drained = Stopwatch.StartNew();
            var isComplete = await loop.EndAsync(TimeSpan.FromSeconds(30));
            var records = (after - before) / (double)Line(1).Length;
            Console.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"""
                {load.Rate} records/s of {Line(1).Length} bytes in {load.Sessions} sessions, {elapsed:0} s
                here:       {spent.TotalMicroseconds / records:0} us of CPU per record, {spent.TotalSeconds / elapsed:P1} of a core
                            {allocated / records / 1024:0.0} KiB allocated per record, {most / 1024 / 1024} MiB in use
                PostgreSQL: {took.TotalMicroseconds / records:0} us of CPU per record, {took.TotalSeconds / elapsed:P1} of a core
                the rest:   {(isComplete ? $"{drained.ElapsedMilliseconds} ms" : "NOT complete")}
                """));
            return isComplete ? 0 : 1;
        }
        finally
        {
            data.Delete(recursive: true);
        }
    }

    // A tick of 50 ms: each time the sessions whose turn it is get one record each.
    private static async Task<int> WriteAsync(Load load, string directory, CancellationToken stop)
    {
        List<FileStream> files = [.. Directory.GetDirectories(directory).Select(
            session => new FileStream(Path.Combine(session, "turns.jsonl"), FileMode.Append, FileAccess.Write, FileShare.ReadWrite))];
        var start = Stopwatch.GetTimestamp();
        for (var written = 0L; Stopwatch.GetElapsedTime(start).TotalSeconds is var now && now < load.Seconds;)
        {
            for (; written < now * load.Rate; written++)
            {
                var file = files[(int)(written % files.Count)];
                file.Write(Line((int)(written / files.Count) + 1));
                file.Flush();
            }
            await Task.Delay(50, stop);
        }
        foreach (var file in files) file.Dispose();
        return 0;
    }

    private static byte[] Line(int turn)
    {
        var usage = RawJson.Parse("""
            {"total_tokens":2025,"input_tokens":2006,"output_tokens":19,"input_token_details":{"text_tokens":1906,"audio_tokens":100,
            "cached_tokens":1856,"cached_tokens_details":{"text_tokens":1856,"audio_tokens":0}},
            "output_token_details":{"text_tokens":19,"audio_tokens":0}}
            """);
        var record = new TurnJoined(
            "s-20261122-084500-0123456789abcdef", turn, new ItemId("item_C1d2E3f4G5h6I7j8K9l0M"), "vad", 1_000, 5_200,
            new OutOfBandTranscript(
                ResultStatus.Completed, Words, new ResponseId("resp_C1d2E3f4G5h6I7j8K9l0M"), "full", 1, 640, usage, 0.004821m, null,
                "5f3a9c1e"),
            new AsrTranscript(
                ResultStatus.Completed, Words.Replace("nine", "five", StringComparison.Ordinal), "gpt-4o-transcribe", 410, usage, 0.000352m,
                null),
            new Agreement(0.0556, 1, 0, 0, 0.03, AgreementUnit.Word, [new Difference("substitute", "nine", "five")]), [])
        {
            Entities = [new Entity("number", "7419", "7415", EntityState.Differs)], Verdict = Verdict.Conflict, Reasons = ["entity"],
            Confidence = 0.62, Words = Words, StartedMs = 1_000, EndedMs = 5_200,
        };
        return [.. RecordCodec.Encode(record), (byte)'\n'];
    }

    private static long Written(DirectoryInfo data) =>
        data.GetDirectories().Sum(session => session.GetFiles("turns.jsonl").Sum(file => file.Length));

    private static TimeSpan Cpu()
    {
        using var self = Process.GetCurrentProcess();
        return self.TotalProcessorTime;
    }

    // The server and its children, also those that have ended: user and system time, fields 14 to 17 of /proc/PID/stat.
    private static TimeSpan ServerCpu(int? server) => server is not { } pid ? TimeSpan.Zero : TimeSpan.FromMilliseconds(10 * Directory
        .GetDirectories("/proc").Where(process => int.TryParse(Path.GetFileName(process), out _)).Select(Stat).OfType<string[]>()
        .Where(stat => stat[^1] == $"{pid}" || stat[1] == $"{pid}").Sum(stat => stat[11..15].Sum(long.Parse)));

    // The fields after the name, which may have blanks; the process's own id at the end.
    private static string[]? Stat(string process)
    {
        try
        {
            var text = File.ReadAllText(Path.Combine(process, "stat"));
            return [.. text[(text.LastIndexOf(')') + 2)..].Split(' '), Path.GetFileName(process)];
        }
        catch (IOException)
        {
            return null; // gone
        }
    }

    private readonly record struct Load(int Rate, int Sessions, int Seconds);
}
