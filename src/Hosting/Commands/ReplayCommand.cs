using System.CommandLine;
using System.Text;
using System.Text.Json;
using RealtimeAkka.Hosting.Configuration;
using RealtimeAkka.Hosting.Logging;
using RealtimeAkka.Hosting.Replay;
using RealtimeAkka.Hosting.Sessions;
using RealtimeAkka.Hosting.Sinks;
using RealtimeAkka.Protocol.Messages;
using Serilog.Events;

namespace RealtimeAkka.Hosting.Commands;

/// <summary><c>replay SESSION</c>: runs a recorded session again, without a server, and shows what is different now.</summary>
public static class ReplayCommand
{
    private const string Help =
        "Run a recorded session again on a virtual clock, without a server, and show what is different now; exit code 1 if something is.";

    /// <summary>The command; of the options of <c>run</c> it takes those for settings.</summary>
    public static Command Create(RunOptions run, Option<bool> verbose, VoiceApp app)
    {
        var which = new Argument<string>("SESSION")
            { Description = "A session's id, the beginning of one, last, or the path of its folder; recorded with --record wire,audio." };
        var data = new Option<string?>("--data") { HelpName = "DIR", Description = "Where sessions are recorded." };
        var speed = new Option<double?>("--speed")
            { HelpName = "N", Description = "N times as fast as it was; as fast as it goes if not given.",
            CustomParser = result => Parsed.Times(result) };
        var until = new Option<int?>("--until-turn")
            { HelpName = "N", Description = "End after N turns, and compare only those.",
            CustomParser = result => Parsed.Count(1, 1_000_000)(result) };
        var tolerance = new Option<int>("--tolerance")
            { HelpName = "MS", Description = "Times that are this close are not different.", DefaultValueFactory = _ => 500,
            CustomParser = result => Parsed.Count(0, 3_600_000)(result) };
        var json = new Option<bool>("--json") { Description = "The records of the replay on stdout; the differences go to stderr." };
        var command = new Command("replay", Help) { which, data, speed, until, tolerance, run.Config, run.Set, json };
        command.SetAction((parsed, cancellation) =>
        {
            var options = new Options(parsed.GetValue(speed), parsed.GetValue(until), parsed.GetValue(tolerance), parsed.GetValue(json),
                parsed.GetValue(verbose));
            var folder = Folder(parsed.GetValue(which)!, parsed.GetValue(data));
            return RunAsync(parsed, folder, options, run, app, cancellation);
        });
        return command;
    }

    private static string Folder(string session, string? data) =>
        session.Contains(Path.DirectorySeparatorChar, StringComparison.Ordinal) || File.Exists(Path.Combine(session, "wire.jsonl"))
            ? Directory.Exists(session) ? Path.TrimEndingDirectorySeparator(Path.GetFullPath(session))
                : throw new ConfigException($"{session} is not there; it must be the folder of a session.")
            : SessionFolders.Find(session, SessionArguments.Directory(data));

    private static async Task<int> RunAsync(
        ParseResult parsed, string folder, Options options, RunOptions run, VoiceApp app, CancellationToken cancellation)
    {
        var (output, errors) = (parsed.InvocationConfiguration.Output, parsed.InvocationConfiguration.Error);
        void Warn(string warning) => errors.WriteLine($"warning: {TerminalText.Line(warning)}");

        var wire = RecordedWire.Read(folder);
        foreach (var warning in wire.Warnings) Warn(warning);
        var session = Read(folder);
        if (session.Warning is { } skipped) Warn(skipped);
        var planner = new ReplayPlanner(AppContext.BaseDirectory, app);
        var (plan, canRenewKey) = planner.Plan(folder, wire.Began, Layers(parsed, run, options), Warn);
        if (options.IsVerbose) plan = plan with { Logging = plan.Logging with { Console = LogEventLevel.Verbose } };
        await using var log = SessionLog.Create(plan.Logging, file: null);
        Serilog.Log.Logger = log;

        using var signals = new Signals();
        using var abandon = CancellationTokenSource.CreateLinkedTokenSource(signals.Stop, signals.Abandon, cancellation);
        var replay = new SessionReplay(wire, session, folder);
        if (!File.Exists(Path.Combine(folder, "input.wav")))
            Warn("input.wav is not there: the caller's sound is taken for silence, and what depends on its loudness is different.");
        var result = await replay.RunAsync(
            plan, canRenewKey, options.Speed, isWhole: options.UntilTurn is null,
            record => { if (options.IsJson) output.WriteLine(Encoding.UTF8.GetString(record)); }, abandon.Token).ConfigureAwait(false);
        if (result.Ended.Exit == ExitKind.Interrupted) return (int)ExitKind.Interrupted;

        var differences = ReplayDifference.Of(
            replay.Expected().Where(IsCompared), result.Records.Where(IsCompared), options.ToleranceMs);
        var report = options.IsJson ? errors : output;
        // Ids and names of fields are as the folder has them.
        foreach (var line in result.Deviations.Concat(differences))
            await report.WriteLineAsync(TerminalText.Line(line)).ConfigureAwait(false);
        if (result is { Deviations.Count: 0 } && differences.Count == 0)
        {
            await report.WriteLineAsync("no difference").ConfigureAwait(false);
            return ExitCodes.Completed;
        }
        return ExitCodes.Failed;

        bool IsCompared(JsonElement record) => options.UntilTurn is not { } last
            || record.TryGetProperty("turn", out var turn) && turn.ValueKind == JsonValueKind.Number && turn.GetInt32() <= last
            && record.GetProperty("type").GetString() is "turn" or "turn.amended";
    }

    private static List<ConfigLayer> Layers(ParseResult parsed, RunOptions run, Options options)
    {
        var layers = run.Layers(parsed).ToList();
        if (options.UntilTurn is { } turn)
            layers.Add(new ConfigLayer("--until-turn", new Dictionary<string, string> { [$"{StrictConfig.Root}.end.turns"] = $"{turn}" }));
        return layers;
    }

    private static RecordedSession Read(string folder)
    {
        try
        {
            return RecordedSession.Read(folder);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new ConfigException($"{folder} cannot be read: {e.Message.TrimEnd('.')}.", e);
        }
    }

    private sealed record Options(double? Speed, int? UntilTurn, int ToleranceMs, bool IsJson, bool IsVerbose);
}
