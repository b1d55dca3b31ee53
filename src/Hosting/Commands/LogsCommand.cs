using System.CommandLine;
using RealtimeAkka.Hosting.Configuration;
using RealtimeAkka.Hosting.Logging;
using RealtimeAkka.Hosting.Sinks;
using Serilog.Events;

namespace RealtimeAkka.Hosting.Commands;

/// <summary><c>logs ID</c>: shows what each actor did in a session.</summary>
public static class LogsCommand
{
    /// <summary>The command.</summary>
    public static Command Create()
    {
        var which = new SessionArguments();
        var actor = new Option<string?>("--actor")
            { HelpName = "NAME", Description = "mic, socket, turns, outofband, playback, ledger, tasks, tools, sink or session.",
            CustomParser = Parsed.Text };
        var turn = new Option<int?>("--turn")
            { HelpName = "N", Description = "Only what concerns this turn or its item.",
            CustomParser = result => Parsed.Count(1, int.MaxValue)(result) };
        var item = new Option<string?>("--item")
            { HelpName = "ID", Description = "Only what concerns this item.", CustomParser = Parsed.Text };
        var level = new Option<LogEventLevel>("--level")
            { HelpName = "LEVEL", Description = "At least: verbose, debug, information, warning, error.",
            DefaultValueFactory = _ => LogEventLevel.Verbose, CustomParser = Parsed.OneOf<LogEventLevel> };
        var follow = new Option<bool>("--follow") { Description = "Go on until Ctrl-C." };
        var command = new Command("logs", "Show a session's actor log.") { which.Id, actor, turn, item, level, follow, which.Data };
        command.SetAction((parsed, cancellation) =>
        {
            var filter = new LogFilter(parsed.GetValue(actor), parsed.GetValue(turn), parsed.GetValue(item), parsed.GetValue(level));
            return RunAsync(parsed.InvocationConfiguration, which.Folder(parsed), filter, parsed.GetValue(follow), cancellation);
        });
        return command;
    }

    private static async Task<int> RunAsync(
        InvocationConfiguration io, string folder, LogFilter filter, bool follow, CancellationToken cancellation)
    {
        using var signals = new Signals();
        var path = Path.Combine(folder, "session.log");
        if (!File.Exists(path)) throw new ConfigException($"{path} is not there: the session ended before it began.");
        await using var file = Open(path);
        var reader = new LogReader(file);
        var (skipped, stop) = (0, signals.Stop.WhenCancelled());
        do
        {
            while (await reader.ReadAsync(cancellation).ConfigureAwait(false) is { } line)
            {
                if (LogEntry.TryParse(line) is not { } entry) skipped++;
                else if (filter.Admits(entry)) await io.Output.WriteLineAsync(TerminalText.Line(entry.ToString())).ConfigureAwait(false);
            }
            await io.Output.FlushAsync(cancellation).ConfigureAwait(false);
            if (follow) await Task.WhenAny(stop, Task.Delay(200, cancellation)).ConfigureAwait(false);
        }
        while (follow && !signals.Stop.IsCancellationRequested);
        if (skipped > 0)
            await io.Error.WriteLineAsync($"warning: {skipped} lines of {path} are no log entries and were skipped.").ConfigureAwait(false);
        return follow || filter.Unmatched is not { } unmatched ? ExitCodes.Completed : throw new ConfigException(unmatched);
    }

    private static FileStream Open(string path)
    {
        try
        {
            return TextFile.OpenRegular(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new ConfigException($"{path} cannot be read: {e.Message}", e);
        }
    }
}
