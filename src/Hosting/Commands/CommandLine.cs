using System.CommandLine;
using RealtimeAkka.Audio;
using RealtimeAkka.Hosting.Configuration;
using RealtimeAkka.Hosting.Lab;
using RealtimeAkka.Hosting.Sinks;

namespace RealtimeAkka.Hosting.Commands;

/// <summary>The program's commands. No command means <c>run</c>.</summary>
public static class CommandLine
{
    /// <summary>Runs <paramref name="args"/> and returns the exit code; each error is one line on <paramref name="errors"/>.</summary>
    public static async Task<int> RunAsync(string[] args, TextWriter output, TextWriter errors, VoiceApp app)
    {
        var verbose = new Option<bool>("--verbose") { Description = "Log everything to stderr; show stack traces.", Recursive = true };
        var run = new RunOptions();
        var root = new RootCommand(
            "A host for OpenAI Realtime voice agents: every user turn transcribed twice, by the model itself (out of band) and by the built-in ASR, joined, compared and priced.")
        {
            verbose,
            RunCommand.Create(run, verbose, app),
            ServeCommand.Create(run, verbose, app),
            SimulatorCommand.Create(),
            DevicesCommand.Create(),
            SessionsCommand.Create(),
            LogsCommand.Create(),
            LabCommand.Create(run, verbose, app),
            ReplayCommand.Create(run, verbose, app),
            CheckCommand.Create(run, app),
            CompletionCommand.Create(),
        };
        foreach (var option in run.All) root.Options.Add(option);
        root.SetAction((parsed, cancellation) => RunCommand.RunAsync(parsed, run, verbose, app, cancellation));

        // A word that begins with @ is a word: files of options would show the lines of any file in an error.
        var parsed = root.Parse(args, new ParserConfiguration { ResponseFileTokenReplacer = null });
        // A line that is being completed is not complete.
        if (args is [var first, ..] && first.StartsWith(CompletionCommand.Directive, StringComparison.Ordinal))
            return await parsed.InvokeAsync(new InvocationConfiguration { Output = output, Error = errors }).ConfigureAwait(false);
        if (parsed.Errors.Count > 0)
        {
            var message = parsed.CommandResult.Command.Subcommands is { Count: > 0 } commands && parsed.UnmatchedTokens.Count == 0
                && parsed.CommandResult != parsed.RootCommandResult
                ? $"Choose {string.Join(", ", commands.SkipLast(1).Select(command => command.Name))} or {commands[^1].Name}."
                : ServeCommand.Refused(parsed, run) ?? parsed.Errors[0].Message;
            await errors.WriteLineAsync($"error: {TerminalText.Line(message)} See realtime-akka --help.").ConfigureAwait(false);
            return ExitCodes.Usage;
        }
        // The root's options are those of run. Before another command they would have no effect, so they are refused.
        if (run.All.FirstOrDefault(option => parsed.RootCommandResult.GetResult(option) is { Implicit: false }
            && !parsed.CommandResult.Command.Options.Contains(option)) is { } stray
            && parsed.CommandResult != parsed.RootCommandResult)
        {
            await errors.WriteLineAsync(
                $"error: {stray.Name} is an option of run; write those of {parsed.CommandResult.Command.Name} after it. See realtime-akka --help.").ConfigureAwait(false);
            return ExitCodes.Usage;
        }
        try
        {
            // The commands handle signals: the first Ctrl-C ends the session gracefully, the second at once.
            return await parsed.InvokeAsync(new InvocationConfiguration
            {
                Output = output, Error = errors, EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = null,
            }).ConfigureAwait(false);
        }
        catch (ConfigException e)
        {
            await ReportAsync(errors, e, parsed.GetValue(verbose)).ConfigureAwait(false);
            return ExitCodes.Usage;
        }
        catch (GoldenSetException e)
        {
            foreach (var problem in e.Problems) await errors.WriteLineAsync($"error: {TerminalText.Line(problem)}").ConfigureAwait(false);
            return ExitCodes.Usage;
        }
        catch (AudioDeviceException e)
        {
            await ReportAsync(errors, e, parsed.GetValue(verbose)).ConfigureAwait(false);
            return ExitCodes.Audio;
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            await ReportAsync(errors, e, parsed.GetValue(verbose)).ConfigureAwait(false);
            return ExitCodes.Failed;
        }
    }

    private static Task ReportAsync(TextWriter errors, Exception e, bool verbose) =>
        errors.WriteLineAsync(verbose ? TerminalText.Safe($"error: {e}") : $"error: {TerminalText.Line(e.Message)}");
}

/// <summary>docs/contract.md 3.</summary>
internal static class ExitCodes
{
    public const int Completed = 0;
    public const int Failed = 1;
    public const int Usage = 2;
    public const int Audio = 4;
}
