using System.CommandLine;
using RealtimeAkka.Hosting.Configuration;
using RealtimeAkka.Hosting.Logging;
using RealtimeAkka.Hosting.Sessions;
using RealtimeAkka.Hosting.Sinks;
using Serilog.Events;

namespace RealtimeAkka.Hosting.Commands;

/// <summary><c>logs ID</c>: shows what each actor did in a session, or in one of its turns.</summary>
public static class LogsCommand
{
    private static readonly string[] Stations =
        ["mic", "socket", "turns", "outofband", "playback", "ledger", "tasks", "tools", "sink", "session"];

    // How often a log that is followed is looked at, and from which time without entries on the session is asked for.
    private static readonly TimeSpan Poll = TimeSpan.FromMilliseconds(200);

    /// <summary>The command.</summary>
    public static Command Create()
    {
        var which = new SessionArguments();
        var actor = new Option<string?>("--actor")
            { HelpName = "NAME", Description = $"{string.Join(", ", Stations[..^1])} or {Stations[^1]}.", CustomParser = Parsed.Text };
        actor.CompletionSources.Add(Stations);
        var turn = new Option<int?>("--turn")
            { HelpName = "N", Description = "The story of this turn, in ms since it began, and where its time went.",
            CustomParser = result => Parsed.Count(1, int.MaxValue)(result) };
        var item = new Option<string?>("--item")
            { HelpName = "ID", Description = "Only what concerns this item.", CustomParser = Parsed.Text };
        var level = new Option<LogEventLevel>("--level")
            { HelpName = "LEVEL", Description = "At least: verbose, debug, information, warning, error.",
            DefaultValueFactory = _ => LogEventLevel.Verbose, CustomParser = Parsed.OneOf<LogEventLevel> };
        level.CompletionSources.Clear(); // the names of the enumeration as they are in the sources
        level.CompletionSources.Add("verbose", "debug", "information", "warning", "error");
        var since = SessionOptions.Since("Only entries since then");
        var grep = new Option<string?>("--grep")
            { HelpName = "TEXT", Description = "Only entries with this text, whatever the case.", CustomParser = Parsed.Text };
        var follow = new Option<bool>("--follow") { Description = "Go on until the session ends, or Ctrl-C." };
        follow.Aliases.Add("-f");
        var command = new Command("logs", "Show a session's actor log.")
            { which.Id, actor, turn, item, level, since, grep, follow, which.Data };
        command.SetAction((parsed, cancellation) =>
        {
            var filter = new LogFilter(parsed.GetValue(actor), parsed.GetValue(turn), parsed.GetValue(item), parsed.GetValue(level))
                { Since = parsed.GetValue(since), Text = parsed.GetValue(grep) };
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
        if (filter.Story is { } story) await LearnAsync(path, story, cancellation).ConfigureAwait(false);
        await using var file = Open(path);
        var reader = new LogReader(file);
        var (skipped, stop, isOver) = (0, signals.Stop.WhenCancelled(), !follow);
        while (true)
        {
            while (await reader.ReadAsync(cancellation).ConfigureAwait(false) is { } line)
            {
                if (LogEntry.TryParse(line) is not { } entry) skipped++;
                else foreach (var shown in Shown(entry, filter)) await io.Output.WriteLineAsync(shown).ConfigureAwait(false);
            }
            await io.Output.FlushAsync(cancellation).ConfigureAwait(false);
            if (isOver || signals.Stop.IsCancellationRequested) break;
            // Asked before the log is read for the last time: whoever closes the records has written its last entry before, or does now.
            isOver = !SessionUse.IsOpen(folder);
            await Task.WhenAny(stop, Task.Delay(Poll, cancellation)).ConfigureAwait(false);
        }
        foreach (var line in filter.Story?.Timing.Lines() ?? []) await io.Output.WriteLineAsync(line).ConfigureAwait(false);
        if (skipped > 0)
            await io.Error.WriteLineAsync($"warning: {skipped} lines of {path} are no log entries and were skipped.").ConfigureAwait(false);
        return follow || filter.Unmatched is not { } unmatched ? ExitCodes.Completed : throw new ConfigException(unmatched);
    }

    private static IEnumerable<string> Shown(LogEntry entry, LogFilter filter)
    {
        var isAdmitted = filter.Admits(entry);
        if (filter.Story is not { } story) return isAdmitted ? [TerminalText.Line(entry.ToString())] : [];
        return story.Take(entry).Where(filter.IsWanted).Select(one => TerminalText.Safe(story.Show(one).ReplaceLineEndings(" ")));
    }

    // Which items and responses belong to the turn, also where that is said after the first entry about them.
    private static async Task LearnAsync(string path, TurnStory story, CancellationToken cancellation)
    {
        await using var file = Open(path);
        var reader = new LogReader(file);
        while (await reader.ReadAsync(cancellation).ConfigureAwait(false) is { } line)
        {
            if (LogEntry.TryParse(line) is { } entry) story.Learn(entry);
        }
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
