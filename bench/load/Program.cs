using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using RealtimeAkka.Bench.Load;
using RealtimeAkka.Bench.Load.Browsers;

// Many sessions on one machine:
//   dotnet run -c Release --project bench/load                                                     compares all clients
//   dotnet run -c Release --project bench/load -- --url URL --key KEY --wav FILE --sessions 200 --seconds 60 --turns-json
//   dotnet run -c Release --project bench/load -- --client ours --sessions 400 --telemetry           the cost of telemetry
//   dotnet run -c Release --project bench/load -- --client ours --sessions 400 --record              and of recordings
//   dotnet run -c Release --project bench/load -- --client bare,ours --sessions 400 --tls            and of TLS
//   dotnet run -c Release --project bench/load -- --client ours --sessions 40 --seconds 15 --warm-up 8 --max-allocated 35     a gate
//   dotnet run -c Release --project bench/load -- browsers --clients 200 --seconds 300 --cut 50      many browsers on one serve
//   dotnet run -c Release --project bench/load -- telephones --clients 300 --seconds 300             many telephones on one serve
//   dotnet run -c Release --project bench/load -- start                                              how soon `run` is there
//   REALTIME_AKKA_STORE=... dotnet run -c Release --project bench/load -- store --server PID         records on their way into PostgreSQL
if (args is ["store", .. var stored]) return await StoreRun.RunAsync(stored);
if (args is ["start", .. var started]) return await StartRun.RunAsync(started);
if (args is [("browsers" or "telephones") and var clients, ..])
    return await BrowserRun.RunAsync(args[1..], telephones: clients == "telephones");
if (args is ["serve", ..])
{
    await LoadServer.RunAsync(simulator: args.Contains("--simulator"), telemetry: args.Contains("--telemetry"),
        certificate: args is [.., "--tls", var file] ? file : null);
    return 0;
}

var client = new Option<string>("--client")
    { HelpName = "NAME,...", Description = $"{string.Join(", ", ClientNames.Known)}; several are compared.",
    DefaultValueFactory = _ => "" };
var sessions = new Option<string>("--sessions")
    { HelpName = "N,...", Description = "How many at once.", DefaultValueFactory = _ => "100,200,400" };
var url = new Option<string?>("--url") { Description = "A server to drive in this process; without it one is started beside." };
var key = new Option<string>("--key") { Description = "Goes into the Authorization header.", DefaultValueFactory = _ => "" };
var wav = new Option<string?>("--wav")
    { HelpName = "FILE", Description = "What every session says, over and over; without it a generated call." };
var seconds = new Option<double>("--seconds") { Description = "Length of each measurement.", DefaultValueFactory = _ => 30 };
var warmUp = new Option<double>("--warm-up")
    { HelpName = "SECONDS", Description = "After the last session has opened: until the runtime has compiled what is hot.",
    DefaultValueFactory = _ => 60 };
var frame = new Option<double>("--frame") { HelpName = "MS", Description = "Sound per event.", DefaultValueFactory = _ => 100 };
var turnsJson = new Option<bool>("--turns-json")
    { Description = "One JSON line per turn on stdout: item_id, asr, oob, assistant, emit_ns." };
var json = new Option<bool>("--json") { Description = "The figures as one JSON line." };
var server = new Option<int?>("--server") { HelpName = "PID", Description = "The server's process, whose CPU is then measured as well." };
var simulator = new Option<bool>("--simulator")
    { Description = "The full simulator is started beside, for a voice that is no tone; it is busy from some 1,000 sessions on." };
var telemetry = new Option<bool>("--telemetry")
    { Description = "Ours sends spans and metrics by OTLP to a stand-in beside the server." };
var maxAllocated = new Option<double?>("--max-allocated")
    { HelpName = "KIB", Description = "Fails if ours allocates more per second and session." };
var processors = new Option<int>("--processors")
    { HelpName = "N", Description = "Processors of the client; the server has the second.", DefaultValueFactory = _ => 1 };
var tls = new Option<bool>("--tls") { Description = "The server is reached by wss, through a front in its process." };
var record = new Option<bool>("--record") { Description = "Ours records the wire and the sound, as --record wire,audio." };
var set = new Option<string[]>("--set")
    { HelpName = "KEY=VALUE", Description = "Configuration of ours; repeatable.", DefaultValueFactory = _ => [] };
var root = new RootCommand("Many voice sessions on one machine, measured.")
    { client, sessions, url, key, wav, seconds, warmUp, frame, turnsJson, json, server, simulator, telemetry, tls, record, processors,
    maxAllocated, set };
root.SetAction(RunAsync);
return await root.Parse(args).InvokeAsync();

async Task<int> RunAsync(ParseResult parsed, CancellationToken stop)
{
    var counts = parsed.GetValue(sessions)!.Split(',').Select(n => int.Parse(n, CultureInfo.InvariantCulture)).ToList();
    var names = parsed.GetValue(client) is { Length: > 0 } given ? given.Split(',') : parsed.GetValue(url) is null ? ClientNames.Known
        : ["ours"];
    using var call = new TemporaryCall(parsed.GetValue(wav));
    if (parsed.GetValue(url) is not { } address)
    {
        using var recordings = parsed.GetValue(record) ? new TemporaryFolder() : null;
        string[] recorded = recordings is null ? []
            : ["--set", $"data.directory={recordings.Path}", "--set", "data.record=wire,audio"];
        string[] passedOn = ["--wav", call.Path, "--seconds", Say(parsed.GetValue(seconds)), "--warm-up", Say(parsed.GetValue(warmUp)),
            "--frame", Say(parsed.GetValue(frame)), .. parsed.GetValue(set)!.SelectMany(pair => new[] { "--set", pair }), .. recorded];
        return await Comparison.RunAsync(
            [.. names.Select(ClientNames.Parse)], counts, parsed.GetValue(simulator), parsed.GetValue(telemetry), parsed.GetValue(tls),
            parsed.GetValue(maxAllocated), parsed.GetValue(processors), passedOn);
    }
    if (names.Length > 1 || counts.Count > 1)
    {
        await Console.Error.WriteLineAsync("With --url give one --client and one number of --sessions: they run in this process.");
        return 2;
    }
    var options = new LoadOptions(
        ClientNames.Parse(names[0]), counts[0], new Uri(address), parsed.GetValue(key)!, call.Path,
        TimeSpan.FromMilliseconds(parsed.GetValue(frame)),
        TimeSpan.FromSeconds(parsed.GetValue(warmUp)), TimeSpan.FromSeconds(parsed.GetValue(seconds)), parsed.GetValue(turnsJson),
        parsed.GetValue(server), parsed.GetValue(set)!);
    var figures = await Measurement.RunAsync(options, stop);
    if (parsed.GetValue(json)) Console.WriteLine(JsonSerializer.Serialize(figures));
    else if (options.TurnsJson) await Console.Error.WriteLineAsync(JsonSerializer.Serialize(figures));
    else Comparison.Print(figures);
    return figures.IsClean ? 0 : 1;
}

static string Say(double number) => number.ToString(CultureInfo.InvariantCulture);
