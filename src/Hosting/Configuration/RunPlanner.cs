using System.Collections.Immutable;
using RealtimeAkka.Actors.Devices;
using RealtimeAkka.Actors.Ledger;
using RealtimeAkka.Actors.Mic;
using RealtimeAkka.Actors.OutOfBand;
using RealtimeAkka.Actors.Playback;
using RealtimeAkka.Actors.Prompts;
using RealtimeAkka.Actors.Sessions;
using RealtimeAkka.Actors.Sinks;
using RealtimeAkka.Actors.Socket;
using RealtimeAkka.Actors.Stations;
using RealtimeAkka.Actors.Turns;
using RealtimeAkka.Audio;
using RealtimeAkka.Gateway.Browser;
using RealtimeAkka.Gateway.Telephone;
using RealtimeAkka.Hosting.Net;
using RealtimeAkka.Protocol;
using RealtimeAkka.Protocol.Messages;
using RealtimeAkka.Protocol.Records;
using RealtimeAkka.Protocol.Wire;
using Serilog.Events;

namespace RealtimeAkka.Hosting.Configuration;

/// <summary>Builds a <see cref="RunPlan"/>; every rule about a setting is here or in <see cref="StrictConfig"/>.</summary>
/// <param name="files">The directory of the program's own files: prompts, samples.</param>
/// <param name="runtime">The name of the actor runtime.</param>
/// <param name="now">The time of the start.</param>
/// <param name="app">The task and action actors of this program.</param>
public sealed class RunPlanner(string files, string runtime, DateTimeOffset now, VoiceApp app)
{
    /// <summary>The default directory of recorded sessions, in the per-user data folder.</summary>
    public static string DefaultData { get; } = Path.Combine(
        Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData, Environment.SpecialFolderOption.DoNotVerify),
        "realtime-akka", "sessions");

    private static readonly TimeSpan Day = TimeSpan.FromDays(1);

    /// <summary>
    /// Builds the plan. <paramref name="demo"/>: no server is configured and there is no key, so the built-in simulator plays the
    /// sample call. Throws <see cref="ConfigException"/> for an invalid setting.
    /// </summary>
    public RunPlan Plan(ConfigStack stack, SessionId id, bool demo)
    {
        var (c, prices) = (stack.Config, stack.Prices);
        var url = c.Text("session.url");
        var insecure = c.Flag("session.insecure");
        var endpoint = demo || url == "simulator" ? null : Endpoint.Parse(url, insecure);
        // From here on the configuration is shown and recorded, so the URL loses user, password and query.
        if (endpoint is not null && !url.StartsWith("azure:", StringComparison.Ordinal)) c.Replace("session.url", endpoint.DisplayText);
        var input = Input(c, simulated: endpoint is null);
        var output = Output(c, endpoint is null, input);
        Effective(c, demo, input, output);
        var notices = new List<Notice>();
        var session = Session(stack, id, endpoint, input, notices);
        var logging = new LoggingPlan(Level(c, "logging.console"), Level(c, "logging.file")) { Actors = ActorLevels(c) };
        var connection = new ConnectionPlan(
            c.Time("socket.keep-alive", TimeSpan.FromSeconds(1), Day), c.Time("socket.keep-alive-timeout", TimeSpan.FromSeconds(1), Day));
        // Exports of recorded sessions read them; a wrong one is found at the start.
        _ = RedactionPlanner.Patterns(c);
        // The session publishes those about prices itself: only the server knows which model it bills.
        notices = [.. notices, .. PriceNotices.Of(prices, session.Facts.Model, session.Facts.AsrModel, session.Ledger.Budget)];
        return new RunPlan(c, session, endpoint, input, output, Devices(c), Data(c), connection, logging,
            notices)
        {
            Akka = stack.Akka, KeyCommand = endpoint is null ? [] : KeyCommand(c), Serve = Serve(c, stack.Models),
            Lab = Lab(c), Telemetry = Telemetry(c), Store = Store(c), Tenant = ClusterPlan.TenantPlan(c),
            Cluster = ClusterPlan.Read(c, Data(c).Directory),
        };
    }

    // What the simulator replaces is shown and recorded as it is used.
    private static void Effective(StrictConfig c, bool demo, InputPlan input, OutputPlan output)
    {
        if (demo) c.Replace("session.url", "simulator", "no OPENAI_API_KEY and no --url");
        if (input is InputPlan.Sample sample) c.Replace("mic.input", sample.WavPath, "the simulator's sample call");
        if (output is OutputPlan.Nothing && c.Text("playback.output") == "speaker")
            c.Replace("playback.output", "null", "the simulator's voice is not played");
    }

    private SessionSettings Session(ConfigStack stack, SessionId id, Endpoint? endpoint, InputPlan input, List<Notice> notices)
    {
        var (c, prices) = (stack.Config, stack.Prices);
        var model = c.Identifier("session.model");
        var asr = c.IdentifierOrNone("session.asr-model");
        var turnDetection = c.OneOf("turn-detection.type", "server_vad", "semantic_vad", "manual");
        var manualSilence = ManualSilence(c);
        var context = ContextScope.Parse(c.Text("out-of-band.context")) is { } scope and not ContextScope.None ? scope
            : throw c.Error("out-of-band.context", "full, last or last:N with N from 1 to 1000");
        var tasks = new TaskPlanner(c, files, app);
        var tools = tasks.Tools();
        var service = new SessionPlanner(c, stack.Models, model, asr, notices);
        var planned = tasks.Tasks();
        IPromptSource transcription = Prompt(c, "out-of-band.transcription-prompt", "transcription.md");
        if (HearingPlanner.Vocabulary(c) is { Count: > 0 } vocabulary) transcription = new VocabularyPrompt(transcription, vocabulary);
        // The simulator never retires.
        if (endpoint is not null)
            notices.AddRange(new[] { model, asr }.OfType<string>().Select(name => Retirement(prices, name)).OfType<Notice>());

        return new SessionSettings(
            new SessionFacts(id, endpoint?.DisplayText ?? "simulator", model, asr, runtime, InputName(input))
                { Source = input is InputPlan.Microphone ? CallSource.Mic : CallSource.File },
            new MicSettings(
                c.Time("mic.frame", TimeSpan.FromMilliseconds(10), TimeSpan.FromSeconds(1)),
                Realtime: c.OneOf("mic.pace", "realtime", "fast") == "realtime",
                EndSilence(c, turnDetection),
                turnDetection == "manual" ? manualSilence : null,
                c.Time("mic.ring", TimeSpan.FromMilliseconds(100), TimeSpan.FromSeconds(60)),
                c.Time("mic.replay", TimeSpan.Zero, TimeSpan.FromMinutes(10)),
                Reopen(c)),
            new SocketSettings(
                service.Plan(
                    turnDetection, Prompt(c, "session.prompt", "agent.md").Read().Prompt.Text,
                    [.. tools.Tools.Select(tool => new FunctionTool(tool.Name, tool.Description, tool.Parameters.Json))]),
                c.Count("socket.window", 1, 1000),
                c.Time("socket.open-timeout", TimeSpan.FromMilliseconds(100), Day), c.Time("socket.close-timeout", TimeSpan.Zero, Day),
                new ReconnectPolicy(
                    c.Time("socket.backoff", TimeSpan.Zero, Day), c.Time("socket.backoff-limit", TimeSpan.Zero, Day),
                    c.Time("socket.give-up", TimeSpan.Zero, Day)),
                c.Time("socket.rollover", TimeSpan.FromSeconds(1), Day))
            {
                Greeting = Instructions(c, "session.greeting") is var greeting && IsRecording(greeting) ? null : greeting,
                MinInterruption = SessionPlanner.MinInterruption(c),
                KeyAdvice = KeyCommand(c) switch
                {
                    [EntraToken.Command] => $"The identity of {EntraToken.Command} (session.key-command) must be allowed to use this model.",
                    [var program, ..] => $"{program} (session.key-command) must print a valid key.",
                    _ => $"Set {endpoint?.KeyVariable ?? "OPENAI_API_KEY"} to a valid key.",
                },
            },
            new TurnSettings(
                asr, c.Time("turns.asr-timeout", TimeSpan.FromMilliseconds(100), Day), c.Flag("out-of-band.transcription"),
                transcription.Read().Prompt, c.Time("turns.settle", TimeSpan.Zero, Day),
                c.Time("shutdown.drain", TimeSpan.Zero, Day),
                ManualAnswers: turnDetection == "manual" || !c.Flag("turn-detection.create-response"))
            {
                AnswerTimeout = c.Time("turns.answer-timeout", TimeSpan.FromMilliseconds(100), Day),
                PromptSource = transcription,
                Recordings = Recordings(c),
                AwaitsSpoken = SessionPlanner.MinInterruption(c) > TimeSpan.Zero,
                Hearing = new HearingPlanner(c).Read(),
                LogsWords = c.Flag("logging.transcripts"),
                MaxCharactersPerSecond = c.Count("hearing.max-characters-per-second", 10, 10_000),
            },
            new OutOfBandSettings(
                context, c.Count("out-of-band.max-in-flight", 1, 100), c.Count("out-of-band.queue", 1, 10_000),
                c.Count("out-of-band.retries", 0, 10),
                c.Time("out-of-band.answer-within", TimeSpan.FromMilliseconds(100), Day),
                c.Time("out-of-band.timeout", TimeSpan.FromMilliseconds(100), Day),
                c.Time("out-of-band.late-within", TimeSpan.Zero, Day))
            {
                TasksInFlight = c.Count("out-of-band.tasks-in-flight", 1, 100),
                Items = Items(planned.Tasks.Select(task => task.Context).Append(context)),
                MaxOutputTokens = service.MaxOutputTokens("out-of-band.max-output-tokens"),
                Reasoning = service.Effort("out-of-band.reasoning.effort"),
                IsReasoning = service.IsReasoning,
            },
            new PlaybackSettings(
                c.Time("playback.block", TimeSpan.FromMilliseconds(5), TimeSpan.FromSeconds(1)),
                c.Time("playback.limit", TimeSpan.FromSeconds(1), TimeSpan.FromHours(1)),
                MuteWhileHeard: c.OneOf("echo.mode", "mute", "barge-in") == "mute",
                c.Time("echo.tail", TimeSpan.Zero, TimeSpan.FromSeconds(10)),
                Reopen(c)),
            new LedgerSettings(prices, Budget(c, context)),
            new SinkSettings(c.Count("sinks.pending", 1, 1_000_000))
                { Flush = c.Time("sinks.flush", TimeSpan.Zero, TimeSpan.FromHours(1)) },
            new EndSettings(c.CountOrNone("end.turns", 1, 1_000_000),
            c.TimeOrNone("end.duration", TimeSpan.FromMilliseconds(1), TimeSpan.FromDays(365))),
            notices)
        {
            Tasks = planned,
            Tools = tools,
        }.WithFormat(service.Format);
    }

    private static string? Instructions(StrictConfig c, string key) => c.TextOrNone(key) is not { } text ? null
        : text.Length is > 0 and <= 8192 ? text : throw c.Error(key, "a text of at most 8,192 characters, or none");

    private static bool IsRecording(string? greeting) => greeting?.EndsWith(".wav", StringComparison.OrdinalIgnoreCase) == true;

    private static Dictionary<SoundFormat, ReadOnlyMemory<byte>> Recordings(StrictConfig c)
    {
        const string key = "session.greeting";
        if (!IsRecording(Instructions(c, key))) return [];
        try
        {
            return SoundFormat.All.ToDictionary(format => format, format => GreetingFile.Read(c.Path(key), format));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or InvalidDataException)
        {
            throw c.Error(key, $"a text, none, or a WAV file of at most {GreetingFile.MaxSeconds} s ({e.Message.TrimEnd('.')})");
        }
    }

    private static string[] KeyCommand(StrictConfig c) =>
        (c.TextOrNone("session.key-command") ?? "").Split(' ', StringSplitOptions.RemoveEmptyEntries);

    // A turn consists of a user item and the answers to it, possibly several.
    private static int Items(IEnumerable<ContextScope> scopes) =>
        Math.Max(256, 4 * scopes.Select(scope => scope is ContextScope.Last last ? last.Turns : 0).Max());

    private static Budget Budget(StrictConfig c, ContextScope context)
    {
        var ladder = BudgetThresholds.Parse(c.Text("budget.ladder"))
            ?? throw c.Error("budget.ladder",
            "parts of the budget and what follows, later ones allowing less, such as '50% last:5, 80% last, 100% off'");
        if (c.Flag("budget.end-session"))
            ladder = [.. ladder.Where(rung => rung.Fraction < 1), new BudgetThreshold(1, new BudgetStep.EndSession())];
        var perDay = c.UsdOrNone("budget.per-day");
        if (perDay is not null && c.Text("data.directory") == "none")
            throw c.Error("budget.per-day",
                "none where nothing is recorded (--data none): the day's sessions are added up from their folders");
        return new Budget(c.UsdOrNone("budget.usd"), perDay) { Thresholds = ladder.Within(context) };
    }

    // Longer than the silence after which the server ends a turn (docs/protocol.md 3.4).
    private static TimeSpan EndSilence(StrictConfig c, string turnDetection) => TimeSpan.FromMilliseconds(500) + turnDetection switch
    {
        "server_vad" => TimeSpan.FromMilliseconds(Milliseconds(c, "turn-detection.silence")),
        "semantic_vad" => TimeSpan.FromSeconds(c.Text("turn-detection.eagerness") switch { "low" => 8, "high" => 2, _ => 4 }),
        _ => ManualSilence(c),
    };

    private static TimeSpan ManualSilence(StrictConfig c) =>
        c.Time("manual.silence", TimeSpan.FromMilliseconds(100), TimeSpan.FromSeconds(60));

    private InputPlan Input(StrictConfig c, bool simulated)
    {
        var (input, device) = (c.Text("mic.input"), c.Name("mic.device"));
        switch (input)
        {
            case "-":
                return new InputPlan.Stdin();
            case "mic" when simulated && !c.IsWritten("mic.input") && !c.IsWritten("mic.device"):
                return new InputPlan.Sample(Path.Combine(files, "samples", "intake-call.wav"),
                    Path.Combine(files, "samples", "intake-call.scenario.json"));
            case "mic":
                return new InputPlan.Microphone(device);
            case var path when File.Exists(path):
                return new InputPlan.WavFile(path);
            default:
                throw c.Error("mic.input", "mic, - or the path of a WAV file that exists");
        }
    }

    private static string InputName(InputPlan input) => input switch
    {
        InputPlan.Sample sample => Path.GetFileName(sample.WavPath),
        InputPlan.WavFile wav => wav.Path,
        InputPlan.Stdin => "-",
        _ => "mic",
    };

    private static OutputPlan Output(StrictConfig c, bool simulated, InputPlan input)
    {
        var (output, device, speed) = (c.Text("playback.output"), c.Name("playback.device"), c.Number("playback.speed", 0.1, 1000));
        if (output == "null") return new OutputPlan.Nothing(speed);
        if (output.EndsWith(".wav", StringComparison.OrdinalIgnoreCase)) return new OutputPlan.WavFile(output, speed);
        if (output != "speaker") throw c.Error("playback.output", "speaker, null or the path of a WAV file to write");

        var asked = c.IsWritten("playback.output") || c.IsWritten("playback.device");
        // The simulator's voice is only a hum: it is not played unless the user asks for it.
        return simulated && !asked ? new OutputPlan.Nothing(speed)
            : new OutputPlan.Speaker(device, Required: asked || input is InputPlan.Microphone);
    }

    private static DeviceSettings Devices(StrictConfig c) => new(
        c.Time("devices.frozen", TimeSpan.FromMilliseconds(100), Day),
        c.Time("playback.latency", TimeSpan.FromMilliseconds(1), TimeSpan.FromSeconds(1)),
        OwnFormat: c.OneOf("devices.format", "24-khz", "own") == "own");

    private static ReopenSettings Reopen(StrictConfig c) => new(
        c.Time("devices.retry", TimeSpan.FromMilliseconds(10), Day), c.Time("devices.retry-max", TimeSpan.FromMilliseconds(10), Day),
        c.Time("devices.give-up", TimeSpan.Zero, Day));

    private static DataPlan Data(StrictConfig c)
    {
        var record = c.OneOf("data.record", "none", "wire", "audio", "wire,audio", "audio,wire").Split(',');
        var directory = c.Text("data.directory") switch
        {
            "none" => null,
            "default" => DefaultData,
            var path => string.IsNullOrWhiteSpace(path) ? throw c.Error("data.directory", "a directory, default or none") : path,
        };
        if (directory is null && record is not ["none"]) throw c.Error("data.record", "none where nothing is recorded (--data none)");
        return new DataPlan(directory, record.Contains("wire"), record.Contains("audio"));
    }

    private static StorePlan Store(StrictConfig c)
    {
        var plan = new StorePlan(
            c.OneOf("store.kind", "files", "postgres") == "postgres", c.TimeOrNone("store.keep", Day, TimeSpan.FromDays(3650)));
        return plan.IsPostgres && c.Text("data.directory") == "none"
            ? throw c.Error("store.kind", "files where nothing is recorded (--data none): the store is filled from the sessions' folders")
            : plan;
    }

    private static LabPlan Lab(StrictConfig c) => new(
        c.Count("lab.sessions", 1, 16),
        c.Text("lab.cache") switch
        {
            "default" => null,
            var path => string.IsNullOrWhiteSpace(path) ? throw c.Error("lab.cache", "a directory, or default") : c.Path("lab.cache"),
        });

    private static TelemetryPlan Telemetry(StrictConfig c)
    {
        const string key = "telemetry.otlp.endpoint";
        var endpoint = c.TextOrNone(key) is not { } text ? null
            : Uri.TryCreate(text, UriKind.Absolute, out var url) && url is { Scheme: "http" or "https", UserInfo: "", Query: "" } ? url
            : throw c.Error(key, "an http:// or https:// address without a password, or none");
        return new(
            endpoint, c.OneOf("telemetry.otlp.protocol", "http/protobuf", "grpc"), c.Flag("telemetry.prometheus"),
            c.Flag("telemetry.transcripts"));
    }

    private static ServePlan Serve(StrictConfig c, ModelList models) => new(
        new CallLimits(c.Count("serve.max-calls", 1, 100_000), c.Count("serve.starts-per-second", 1, 10_000)),
        c.Time("serve.drain", TimeSpan.Zero, Day),
        c.TextOrNone("serve.inputs") is null ? null
        : c.Path("serve.inputs") is var folder && Directory.Exists(folder) ? Path.GetFullPath(folder)
        : throw c.Error("serve.inputs", "a folder that exists, or none"),
        Origins(c), c.Flag("serve.record-address"), new BrowserSettings(Quiet(c), Ahead(c)),
        new TelephoneSettings(Quiet(c), Ahead(c), TelephoneOrigin(c)) { PassThrough = PassThrough(c, models) },
        new KeySettings(
            c.Time("telephone.dtmf-timeout", TimeSpan.FromMilliseconds(200), TimeSpan.FromSeconds(30)), c.Flag("telephone.dtmf-secret")),
        new FarewellSettings(c.CountOrNone("telephone.idle-prompts", 0, 100), Instructions(c, "telephone.goodbye")),
        BargeIn: !c.IsWritten("echo.mode") || c.Text("echo.mode") == "barge-in");

    private static TimeSpan Quiet(StrictConfig c) => c.Time("serve.quiet", TimeSpan.FromSeconds(1), TimeSpan.FromHours(1));

    private static TimeSpan Ahead(StrictConfig c) => c.Time("serve.ahead", TimeSpan.FromMilliseconds(40), TimeSpan.FromSeconds(10));

    private static Uri? TelephoneOrigin(StrictConfig c)
    {
        const string key = "telephone.origin";
        if (c.TextOrNone(key) is not { } text) return null;
        return IsOrigin(text) ? new Uri(text) : throw c.Error(key, "an origin such as https://voice.example.com, or none");
    }

    // The law of a line goes to the model as it is, unless PCM16 is asked for or the model takes nothing else.
    private static IReadOnlyList<SoundFormat> PassThrough(StrictConfig c, ModelList models) =>
        c.IsWritten("session.format") && c.Text("session.format") == SoundFormat.Pcm16.Name ? []
        : [.. SoundFormat.All.Where(format => format.Law is not null
            && models.Find(c.Text("session.model")).Formats is var formats && (formats.Count == 0 || formats.Contains(format.Type)))];

    private static bool IsOrigin(string text) => Uri.TryCreate(text, UriKind.Absolute, out var uri) && uri.Scheme is "http" or "https"
        && uri.GetLeftPart(UriPartial.Authority) == text;

    private static IReadOnlyList<string> Origins(StrictConfig c)
    {
        var origins = (c.TextOrNone("serve.origins") ?? "")
            .Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        return Array.TrueForAll(origins, IsOrigin)
            ? origins : throw c.Error("serve.origins", "origins such as https://voice.example.com, separated by commas, or none");
    }

    private PromptFile Prompt(StrictConfig c, string key, string standard)
    {
        try
        {
            return new PromptFile(c.Text(key) is "default" ? Path.Combine(files, "prompts", standard) : c.Text(key));
        }
        catch (FormatException e)
        {
            throw c.Error(key, e.Message);
        }
    }

    private Notice? Retirement(PriceList prices, string model) =>
        prices.Find(model)?.Retires is { } day && day.DayNumber - DateOnly.FromDateTime(now.UtcDateTime).DayNumber is <= 90 and var days
            ? new Notice(NoticeLevel.Warning, "model_retires", days > 0
                ? $"{model} retires on {day:yyyy-MM-dd}, in {days} days. Choose another with --model or --asr-model."
                : $"{model} was to retire on {day:yyyy-MM-dd} and may be gone. Choose another with --model or --asr-model.")
            : null;

    private static int Milliseconds(StrictConfig c, string key) =>
        (int)c.Time(key, TimeSpan.Zero, TimeSpan.FromSeconds(30)).TotalMilliseconds;

    // The stations that do not have the level of the file.
    private static ImmutableDictionary<string, LogEventLevel> ActorLevels(StrictConfig c) => c.Section("logging.actors").Keys
        .Where(actor => c.Text($"logging.actors.{actor}") != "file")
        .ToImmutableDictionary(actor => actor, actor => Level(c, $"logging.actors.{actor}"));

    private static LogEventLevel Level(StrictConfig c, string key) =>
        Enum.Parse<LogEventLevel>(c.OneOf(key, "verbose", "debug", "information", "warning", "error"), ignoreCase: true);
}
