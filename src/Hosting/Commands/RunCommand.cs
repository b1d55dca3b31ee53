using System.CommandLine;
using RealtimeAkka.Actors.Sessions;
using RealtimeAkka.Actors.Sinks;
using RealtimeAkka.Hosting.Configuration;
using RealtimeAkka.Hosting.Live;
using RealtimeAkka.Hosting.Logging;
using RealtimeAkka.Hosting.Net;
using RealtimeAkka.Hosting.Sessions;
using RealtimeAkka.Hosting.Sinks;
using RealtimeAkka.Hosting.Store;
using RealtimeAkka.Hosting.Telemetry;
using RealtimeAkka.Protocol;
using RealtimeAkka.Protocol.Messages;
using RealtimeAkka.Simulator;
using RealtimeAkka.Simulator.Scenarios;
using RealtimeAkka.Simulator.Wire;
using Serilog.Events;

namespace RealtimeAkka.Hosting.Commands;

/// <summary><c>run</c>: one voice session.</summary>
public static class RunCommand
{
    /// <summary>The command.</summary>
    public static Command Create(RunOptions options, Option<bool> verbose, VoiceApp app)
    {
        var command = new Command("run", "Run one voice session until Ctrl-C, the end of the input, or a limit.");
        foreach (var option in options.All) command.Options.Add(option);
        command.SetAction((parsed, cancellation) => RunAsync(parsed, options, verbose, app, cancellation));
        return command;
    }

    /// <summary>Plans the run, opens devices and, if needed, the simulator, runs the session and returns the exit code.</summary>
    public static async Task<int> RunAsync(
        ParseResult parsed, RunOptions options, Option<bool> verbose, VoiceApp app, CancellationToken cancellation)
    {
        var errors = parsed.InvocationConfiguration.Error;
        var plan = Plan(parsed, options, app, TimeProvider.System.GetUtcNow(), out var demo);
        if (parsed.GetValue(verbose)) plan = plan with { Logging = plan.Logging with { Console = LogEventLevel.Verbose } };
        if (demo) await errors.WriteLineAsync(
            $"No OPENAI_API_KEY: the built-in simulator answers {InputName(plan.Input)}; no real model.").ConfigureAwait(false);

        var keys = Keys(plan);
        var clock = TimeProvider.System;
        using var sound = await SessionAudioPorts.OpenAsync(plan, clock).ConfigureAwait(false);
        await using var simulator = plan.Endpoint is null ? await StartSimulatorAsync(plan.Input, cancellation).ConfigureAwait(false)
            : null;
        var target = plan.Endpoint ?? new Endpoint(simulator!.Url, IsAzure: false);
        plan = plan with
        {
            Session = plan.Session with
            {
                Facts = plan.Session.Facts with { Url = target.DisplayText },
                Notices = [.. plan.Session.Notices, .. sound.Notices],
            },
        };

        plan = DayBudget.Add(
            plan, clock.GetUtcNow(), warning => errors.WriteLine($"warning: {TerminalText.Line(warning)}"));
        using var signals = new Signals(); // before the first file: one that may not grow is an error and does not kill the process
        using var files = new CallFiles(plan, clock);
        var folder = files.Folder;
        sound.Speaker.Recorder = files.Sounds;
        using var telemetry = new HostTelemetry();
        using var export = plan.Telemetry.IsSent ? TelemetryExport.Start(plan.Telemetry) : null;
        var observed = telemetry.Begin(TraceFacts.Of(plan.Session, target, plan.Telemetry.Transcripts), clock);
        var stdout = StandardOutput.Open(errors, folder is null ? "the session ends, because nothing else keeps its records."
            : $"the session goes on and is recorded in {TerminalText.Line(folder.Path)}.");
        var isJson = parsed.GetValue(options.Json);
        var costs = parsed.GetValue(options.Costs);
        var input = plan.Input is InputPlan.Microphone ? "" : InputName(plan.Input); // a microphone's name is known once it works
        await using var live = parsed.GetValue(options.Ui) == Ui.Live
            ? LiveRun.Open(plan, input, isJson, costs, stdout, errors, clock) : null;
        await using var log = SessionLog.Create(plan.Logging, folder?.Log, Console.IsErrorRedirected ? null : live?.Screen);
        Serilog.Log.Logger = log;
        await using var store = plan.Store.IsPostgres ? StoreRun.Start(plan.Store, plan.Data.Directory!, clock) : null;
        if (store is not null) telemetry.StoreWaiting = () => store.Waiting;
        using var copied = store?.Follow(plan.Session.Facts.Id);
        var isPushToTalk = IsPushToTalk(plan);
        var ports = new SessionPorts(
            sound.Source,
            sound.Speaker,
            new WebSocketConnector(target, plan.Session.Facts.Model, keys, plan.Connection, files.Wire, observed),
            observed.Observe(
                [.. ((IRecordSink?[])[folder, .. live?.Sinks ?? [Printer(stdout, isJson, costs, errors)]]).OfType<IRecordSink>()]),
            clock)
        {
            Key = isPushToTalk ? live?.Key ?? new EnterKey(Console.OpenStandardInput()) : null,
            Recorder = files.Input,
            Depths = observed.Depths,
            Display = live?.Screen,
        };
        if (isPushToTalk && live is null)
            await errors.WriteLineAsync("Push to talk: speak, then press Enter. Ctrl-C ends the session.").ConfigureAwait(false);
        await using var stopping = live is not null ? signals.Stop.Register(() => live.Screen.Change(view => view with { IsEnding = true }))
            : Console.IsErrorRedirected ? default
            : signals.Stop.Register(() => errors.WriteLine("Ending: open turns are finished first. Ctrl-C again ends at once."));
        var ended = await RunAsync(plan, ports, signals, live).ConfigureAwait(false);
        observed.End(ended);
        var isUnread = live is not null && !await live.CloseAsync().ConfigureAwait(false); // writing to such a terminal would wait for ever
        if (isUnread && !Console.IsErrorRedirected) return (int)(ended.Exit == ExitKind.Completed ? ExitKind.Records : ended.Exit);
        foreach (var (device, figures) in sound.Figures) log.Debug("The {Type}: {State}", device, figures.ToString());
        sound.Dispose();
        var losses = files.Close();
        foreach (var loss in losses) await errors.WriteLineAsync($"warning: {TerminalText.Line(loss)}").ConfigureAwait(false);
        copied?.Dispose();
        if (store is not null && await store.EndAsync().ConfigureAwait(false) is { } rest)
            await errors.WriteLineAsync($"warning: {rest}").ConfigureAwait(false);
        var isIncomplete = losses.Count > 0 || isUnread;
        var exit = ended.Exit == ExitKind.Completed && isIncomplete ? ExitKind.Records : ended.Exit;
        // A closed stdout is reported when it happens, a spent budget by its notice, which --json does not show on stderr.
        var isReported = ended.Exit == ExitKind.Records && stdout is StandardOutput { IsClosed: true }
            || ended.Exit == ExitKind.Budget && !isJson;
        if (ended is { Exit: not ExitKind.Completed, Reason: { } reason } && !isReported)
            await errors.WriteLineAsync($"error: {TerminalText.Line(reason)}").ConfigureAwait(false);
        if (folder is not null && !Console.IsErrorRedirected)
            await errors.WriteLineAsync($"Recorded in {TerminalText.Line(folder.Path)}").ConfigureAwait(false);
        return (int)exit;
    }

    private static async Task<SessionMessages.Ended> RunAsync(RunPlan plan, SessionPorts ports, Signals signals, LiveRun? live)
    {
        await using var host = await VoiceHost.StartAsync(plan.Akka, plan.Logging.Min(plan.Data.Directory is not null), signals.Abandon)
            .ConfigureAwait(false);
        live?.Listen(what => host.Control(plan.Session.Facts.Id, what), signals.End);
        return await host.RunAsync(plan.Session, ports, signals.Stop, signals.Abandon).ConfigureAwait(false);
    }

    /// <summary>
    /// Reads all configuration. <paramref name="demo"/> is true if no server is configured and <c>OPENAI_API_KEY</c> is not set: the
    /// simulator then plays the sample call with the published settings. <paramref name="last"/>: layers over all others.
    /// </summary>
    public static RunPlan Plan(
        ParseResult parsed, RunOptions options, VoiceApp app, DateTimeOffset now, out bool demo, params IEnumerable<ConfigLayer> last)
    {
        var files = AppContext.BaseDirectory;
        var hocon = Path.Combine(files, "hocon");
        List<ConfigLayer> written = [.. options.Layers(parsed), .. last];
        var profile = parsed.GetValue(options.Profile);

        demo = Environment.GetEnvironmentVariable("OPENAI_API_KEY") is null or ""
            && !written.Any(layer => layer.Values.ContainsKey($"{StrictConfig.Root}.session.url")
                || layer.Values.ContainsKey($"{StrictConfig.Root}.session.key-command"));
        var stack = ConfigStack.Load(hocon, profile ?? (demo ? "cookbook" : null), written);
        return new RunPlanner(files, VoiceHost.Runtime, now, app).Plan(
            stack, SessionId.New(now, Random.Shared), demo);
    }

    private static string InputName(InputPlan input) => input switch
    {
        InputPlan.Sample => "a sample call",
        InputPlan.WavFile wav => TerminalText.Line(wav.Path),
        InputPlan.Stdin => "what comes on stdin",
        _ => "the microphone",
    };

    // Without a terminal there is no key to press: a pause then ends a turn, as in a file.
    private static bool IsPushToTalk(RunPlan plan) =>
        plan.Session.Mic.ManualSilence is not null && plan.Input is InputPlan.Microphone && !Console.IsInputRedirected;

    /// <summary>The key for the plan's server. Throws <see cref="ConfigException"/> if it needs one and there is none.</summary>
    internal static KeySource Keys(RunPlan plan) =>
        new(plan.Endpoint is { } endpoint ? Key(endpoint, plan.KeyCommand.Count > 0) : null, plan.KeyCommand);

    /// <summary>
    /// The key from the environment. A server on loopback may not need one; any other does, and an empty "Bearer " is none
    /// (docs/cookbook.md row 28). Throws <see cref="ConfigException"/> if one is needed and there is none.
    /// </summary>
    private static string? Key(Endpoint endpoint, bool isPrinted)
    {
        var key = Environment.GetEnvironmentVariable(endpoint.KeyVariable)?.Trim();
        if (!string.IsNullOrEmpty(key))
            return KeySource.IsKey(key) ? key
                : throw new ConfigException($"{endpoint.KeyVariable} holds a character that no key has; set it again.");
        return endpoint.IsLoopback || isPrinted ? null
            : throw new ConfigException(
                $"{endpoint.KeyVariable} is not set. Set it to your API key, set session.key-command, or use --url simulator.");
    }

    private static Task<RealtimeSimulator> StartSimulatorAsync(InputPlan input, CancellationToken cancellation) =>
        StartSimulatorAsync((input as InputPlan.Sample)?.ScenarioPath, cancellation);

    /// <summary>Starts the built-in simulator; without a scenario any audio is answered.</summary>
    internal static Task<RealtimeSimulator> StartSimulatorAsync(string? scenario, CancellationToken cancellation) =>
        RealtimeSimulator.StartAsync(
            new SimulatorOptions { Scenario = scenario is null ? null : Scenario.Load(scenario), Log = WireLogging.None }, cancellation);

    private static IRecordSink Printer(Stream stdout, bool json, bool costs, TextWriter errors) =>
        json ? new JsonSink(stdout)
        : new TextSink(new StreamWriter(stdout), errors, TerminalText.For(Console.IsOutputRedirected), costs);
}
