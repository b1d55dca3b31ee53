using System.CommandLine;
using System.Globalization;
using System.Security.Cryptography;
using RealtimeAkka.Hosting.Configuration;
using RealtimeAkka.Hosting.Lab;
using RealtimeAkka.Hosting.Logging;
using RealtimeAkka.Hosting.Net;
using RealtimeAkka.Hosting.Sinks;
using RealtimeAkka.Lab;
using RealtimeAkka.Protocol.Messages;
using RealtimeAkka.Simulator;
using RealtimeAkka.Simulator.Scenarios;
using Serilog.Events;

namespace RealtimeAkka.Hosting.Commands;

/// <summary><c>lab run</c> and <c>lab check</c>: a golden set put to variants of the transcription prompt.</summary>
internal sealed class LabRunCommand
{
    private const int ShownTurns = 20;

    // Options of run that decide what is asked; the others belong to one conversation.
    private static readonly string[] Shared =
        ["--url", "--model", "--asr-model", "--context", "--budget", "--profile", "--config", "--set", "--insecure"];

    // What a lab session is, whatever the configuration says of a conversation: turns are cut by the lab, and nobody answers them.
    private static readonly ConfigLayer Session = new("lab", new Dictionary<string, string>
    {
        ["realtime.mic.input"] = "-", ["realtime.mic.pace"] = "fast", ["realtime.playback.output"] = "null",
        ["realtime.turn-detection.type"] = "manual", ["realtime.session.greeting"] = "none", ["realtime.out-of-band.transcription"] = "off",
        ["realtime.transcription.on-suspect"] = "flag", ["realtime.end.turns"] = "none", ["realtime.end.duration"] = "none",
        ["realtime.budget.per-day"] = "none",
    });

    private readonly Option<string> _golden = new("--golden")
        { HelpName = "DIR", Description = "The golden set: a folder with golden.jsonl and its WAV files.", Required = true };
    private readonly Option<string[]> _variants = new("--variant")
        { HelpName = "NAME=FILE", Description = "A transcription prompt under trial; repeatable. Default: the prompt in use, as oob.",
        AllowMultipleArgumentsPerToken = false };
    private readonly Option<int> _repeats = new("--repeat")
        { HelpName = "N", Description = "Ask every question N times.", DefaultValueFactory = _ => 1,
        CustomParser = argument => Parsed.Count(1, 100)(argument) };
    private readonly Option<string?> _scenario = new("--scenario")
        { HelpName = "FILE", Description = "What the built-in simulator plays, with --url simulator." };
    private readonly Option<bool> _json = new("--json") { Description = "One JSON object per line on stdout instead of text." };
    private readonly Option<string?> _html = new("--html") { HelpName = "FILE", Description = "Also write a page with all turns." };
    private readonly Option<double?> _maxWer = new("--max-wer")
        { HelpName = "RATE", Description = "The highest word error rate, 0 to 1.",
        CustomParser = argument => Parsed.Number(0, 1)(argument) };
    private readonly Option<double?> _minEntities = new("--min-entities")
        { HelpName = "SHARE", Description = "The lowest share of entities that are right, 0 to 1.",
        CustomParser = argument => Parsed.Number(0, 1)(argument) };
    private readonly Option<double?> _maxUsd = new("--max-usd-per-turn")
        { HelpName = "USD", Description = "The highest cost of a turn on average.",
        CustomParser = argument => Parsed.Number(0, 1000)(argument) };

    private readonly RunOptions _options;
    private readonly Option<bool> _verbose;
    private readonly VoiceApp _app;

    /// <summary>Both commands share their options.</summary>
    public LabRunCommand(RunOptions options, Option<bool> verbose, VoiceApp app) => (_options, _verbose, _app) = (options, verbose, app);

    /// <summary><c>lab run</c>.</summary>
    public Command Run()
    {
        var command = With(new Command(
            "run", "Ask every variant for a transcript of every turn, and compare them. What was paid for is kept and never asked again.")
            { _golden, _variants, _repeats, _scenario, _json, _html });
        command.SetAction((parsed, cancellation) => RunAsync(parsed, bars: null, cancellation));
        return command;
    }

    /// <summary><c>lab check</c>.</summary>
    public Command Check()
    {
        var command = With(new Command("check", "Like lab run, for a build: exit code 1 if a variant misses a bar, with the turns that are responsible.")
            { _golden, _variants, _repeats, _scenario, _json, _html, _maxWer, _minEntities, _maxUsd });
        command.SetAction((parsed, cancellation) => RunAsync(
            parsed, new LabBars(parsed.GetValue(_maxWer), parsed.GetValue(_minEntities), (decimal?)parsed.GetValue(_maxUsd)),
            cancellation));
        return command;
    }

    private Command With(Command command)
    {
        foreach (var option in _options.Settings.Where(option => Shared.Contains(option.Name))) command.Options.Add(option);
        return command;
    }

    private async Task<int> RunAsync(ParseResult parsed, LabBars? bars, CancellationToken cancellation)
    {
        if (bars == new LabBars(null, null, null))
            throw new ConfigException("lab check needs a bar: --max-wer, --min-entities or --max-usd-per-turn.");
        var errors = parsed.InvocationConfiguration.Error;
        var plan = RunCommand.Plan(parsed, _options, _app, TimeProvider.System.GetUtcNow(), out var demo, Session);
        plan = plan with { Logging = plan.Logging with { Console = LevelOf(plan, parsed.GetValue(_verbose)) } };
        var golden = GoldenSet.Read(parsed.GetValue(_golden)!);
        var variants = LabInput.Variants(parsed.GetValue(_variants) ?? [], plan);
        var scenario = parsed.GetValue(_scenario);
        if (scenario is not null && plan.Endpoint is not null)
            throw new ConfigException("--scenario is what the built-in simulator plays; it goes with --url simulator.");
        var html = parsed.GetValue(_html);
        if (html is not null && Directory.Exists(html)) throw new ConfigException($"--html {html} is a directory; name a file.");
        if (demo) await errors.WriteLineAsync("No OPENAI_API_KEY: the built-in simulator answers; no real model.").ConfigureAwait(false);
        foreach (var notice in plan.Notices.Where(notice => notice.Level != Protocol.Records.NoticeLevel.Info))
            await errors.WriteLineAsync($"warning: {TerminalText.Line(notice.Message)}").ConfigureAwait(false);

        var keys = RunCommand.Keys(plan);
        using var signals = new Signals();
        await using var simulator = plan.Endpoint is null ? await SimulatorAsync(scenario, cancellation).ConfigureAwait(false) : null;
        var target = plan.Endpoint ?? new Endpoint(simulator!.Url, IsAzure: false);
        var server = plan.Endpoint?.DisplayText ?? $"simulator {(scenario is null ? "" : Hash(scenario))}";
        var set = new LabSet(
            LabInput.Subject(plan, server), variants, await LabInput.CallsAsync(golden, plan.Config).ConfigureAwait(false),
            parsed.GetValue(_repeats));
        using var store = new AnswerStore(plan.Lab.Cache ?? Path.Combine(golden.Folder, ".lab"));
        await using var log = SessionLog.Create(plan.Logging, file: null);
        Serilog.Log.Logger = log;

        using var output = new LabOutput(plan.Session.Turns.Hearing, parsed.GetValue(_json), errors);
        var run = new LabRun(set, store, plan.Session.Ledger.Budget.LimitUsd, output.Show);
        run.Resume();
        if (store.Damaged > 0)
        {
            var damaged = $"{Count(store.Damaged, "damaged line")} of kept answers skipped; what they held is asked again.";
            await errors.WriteLineAsync($"warning: {damaged}").ConfigureAwait(false);
        }
        await using var stopping = Console.IsErrorRedirected ? default : signals.Stop.Register(
            () => errors.WriteLine("Ending: open turns are finished first. Ctrl-C again ends at once."));
        var ended = await AskAsync(plan, target, keys, run, signals, output, errors).ConfigureAwait(false);

        var figures = LabFigures.Of(run.Answers, plan.Session.Turns.Hearing);
        output.Finish(figures);
        if (html is not null) LabOutput.WritePage(html, figures, Path.GetFileName(golden.Folder), set);
        var isIncomplete = run.Settled < run.Questions;
        var exit = Exit(run, ended, signals, output);
        if (Reason(run, ended) is { } reason) await errors.WriteLineAsync($"error: {TerminalText.Line(reason)}").ConfigureAwait(false);
        if (isIncomplete) await errors.WriteLineAsync(
            $"{run.Settled} of {Count(run.Questions, "answer")} are there; the same command asks for the rest.").ConfigureAwait(false);
        if (bars is null) return exit;
        var hasPassed = Judge(bars, figures, isIncomplete, parsed.GetValue(_json), output, errors);
        return exit == ExitCodes.Completed && !hasPassed ? ExitCodes.Failed : exit;
    }

    private static async Task<SessionMessages.Ended?> AskAsync(
        RunPlan plan, Endpoint target, KeySource keys, LabRun run, Signals signals, LabOutput output, TextWriter errors)
    {
        if (run.Settled == run.Questions) return null;
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(signals.Stop, output.Closed);
        await using var host = await VoiceHost.StartAsync(plan.Akka, plan.Logging.Console, signals.Abandon).ConfigureAwait(false);
        var work = new LabRunner(plan, target, keys, host, run, (stop.Token, signals.Abandon)).RunAsync();
        return await (output.HasBar ? new LabProgress(run).ShowAsync(errors, work) : work).ConfigureAwait(false);
    }

    private static int Exit(LabRun run, SessionMessages.Ended? ended, Signals signals, LabOutput output) =>
        signals.Abandon.IsCancellationRequested ? (int)ExitKind.Interrupted
        : run.Failure is not null || output.Closed.IsCancellationRequested ? (int)ExitKind.Records
        : ended is { Exit: ExitKind.Configuration } ? ExitCodes.Usage
        : ended is not null && !signals.Stop.IsCancellationRequested ? ExitCodes.Failed
        : run.IsSpent && run.Settled < run.Questions ? (int)ExitKind.Budget
        : ExitCodes.Completed;

    private static string? Reason(LabRun run, SessionMessages.Ended? ended) =>
        run.Failure is { } failure ? $"answers cannot be kept: {failure}. Make room, or name another directory with --set lab.cache=DIR."
        : run.IsSpent && run.Settled < run.Questions
            ? string.Create(CultureInfo.InvariantCulture, $"the budget is spent: ${run.Usd:0.000000}.")
        : ended?.Reason;

    private static bool Judge(LabBars bars, LabFigures figures, bool isIncomplete, bool isJson, LabOutput output, TextWriter errors)
    {
        var misses = bars.Misses(figures).ToList();
        foreach (var miss in misses)
        {
            if (isJson)
            {
                output.Line(JsonLine.Of(json =>
                {
                    json.WriteString("type", "miss");
                    json.WriteString("variant", miss.Variant);
                    json.WriteString("message", miss.What);
                    json.WriteStartArray("turns");
                    foreach (var turn in miss.Turns) json.WriteStringValue(turn);
                    json.WriteEndArray();
                }));
                continue;
            }
            errors.WriteLine($"FAIL {TerminalText.Line($"{miss.Variant}: {miss.What}")}");
            foreach (var turn in miss.Turns.Take(ShownTurns)) errors.WriteLine($"  {TerminalText.Line(turn)}");
            if (miss.Turns.Length > ShownTurns) errors.WriteLine($"  and {miss.Turns.Length - ShownTurns} more");
        }
        return misses.Count == 0 && !isIncomplete;
    }

    // A request that fails is a result here and no warning.
    private static LogEventLevel LevelOf(RunPlan plan, bool isVerbose) => isVerbose ? LogEventLevel.Verbose
        : plan.Config.IsWritten("logging.console") ? plan.Logging.Console : LogEventLevel.Error;

    private static async Task<RealtimeSimulator> SimulatorAsync(string? scenario, CancellationToken cancellation)
    {
        try
        {
            return await RunCommand.StartSimulatorAsync(scenario, cancellation).ConfigureAwait(false);
        }
        catch (ScenarioException e)
        {
            throw new ConfigException(e.Message, e);
        }
    }

    private static string Hash(string file) => Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(file)));

    private static string Count(int count, string what) => $"{count} {what}{(count == 1 ? "" : "s")}";
}
