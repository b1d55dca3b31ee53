using System.CommandLine;
using System.Text.RegularExpressions;
using RealtimeAkka.Hosting.Configuration;
using RealtimeAkka.Hosting.Redaction;
using RealtimeAkka.Hosting.Report;
using RealtimeAkka.Hosting.Serving;
using RealtimeAkka.Hosting.Sessions;

namespace RealtimeAkka.Hosting.Commands;

/// <summary><c>sessions export</c>: writes a recorded session in a format of other programs, or as a page for people.</summary>
internal static class ExportCommand
{
    private static readonly string[] Formats = ["jsonl", "md", "srt", "vtt", "csv", "html"];

    /// <summary>The command.</summary>
    public static Command Create()
    {
        var which = new SessionArguments();
        var format = new Option<string>("--format")
            { HelpName = "FORMAT", Description = $"{string.Join(", ", Formats)}.", DefaultValueFactory = _ => "jsonl" };
        format.AcceptOnlyFromAmong(Formats);
        var sound = new Option<string>("--sound")
        {
            HelpName = "HOW", DefaultValueFactory = _ => "embed", Description =
                $"html: embed puts the recorded sound into the page, up to {CallRecording.MaxEmbedded / 1024 / 1024} MB (8 minutes), "
                + "and links a longer one; link refers to its files, as seen from the current directory; none.",
        };
        sound.AcceptOnlyFromAmong("embed", "link", "none");
        var redact = new Option<bool>("--redact")
            { Description = "Replace names, numbers and addresses by [name], [number], ... in all texts, and leave the sound out." };
        var patterns = new Option<string[]>("--redact-pattern")
            { HelpName = "REGEX", Description = "Redact what this matches too; repeatable. Implies --redact.",
            AllowMultipleArgumentsPerToken = false };
        var config = new Option<string[]>("--config")
            { HelpName = "FILE", Description = "HOCON with export.redact.patterns and entities to redact; repeatable.",
            AllowMultipleArgumentsPerToken = false };
        var command = new Command("export", "Write a session to stdout for other programs, or as a page to look at (html).")
            { which.Id, which.Data, which.Store, format, sound, redact, patterns, config };
        command.SetAction(parsed =>
        {
            var io = parsed.InvocationConfiguration;
            var (session, lines) = SessionsCommand.Read(parsed, which);
            var folder = session.Folder;
            var (wanted, own) = (parsed.GetValue(format), parsed.GetValue(patterns) ?? []);
            var isRedacted = parsed.GetValue(redact) || own.Length > 0;
            // Before anything is printed: what cannot be redacted is not exported.
            if (wanted == "html") lines = [.. lines, .. Notices(folder)];
            var events = CallEvents.Read(folder);
            if (isRedacted)
            {
                List<ConfigLayer> written = [.. (parsed.GetValue(config) ?? []).Select(RunOptions.ReadFile)];
                (lines, events) = Redacted(
                    RedactionPlanner.Plan(Path.Combine(AppContext.BaseDirectory, "hocon"), folder, written, own), lines, events);
            }
            if (wanted == "html")
            {
                var report = CallReport.Of(session, lines, events) with { IsRedacted = isRedacted };
                io.Output.Write(Page(report, folder, isRedacted ? "none" : parsed.GetValue(sound)!, SessionsCommand.Warn(io)));
                return ExitCodes.Completed;
            }
            var export = new SessionExport(lines);
            var text = wanted switch
            {
                "md" => export.Markdown(session),
                "srt" => export.SubRip(),
                "vtt" => export.WebVtt(),
                "csv" => export.Csv(),
                _ => export.Jsonl(),
            };
            foreach (var line in text) io.Output.WriteLine(line);
            if (wanted is "srt" or "vtt" && export.WithoutTime is > 0 and var count)
                SessionsCommand.Warn(io)($"{count} turns have no time and were left out.");
            return ExitCodes.Completed;
        });
        return command;
    }

    private static (IReadOnlyList<RecordLine>, CallEvents) Redacted(
        RedactionSettings settings, IReadOnlyList<RecordLine> lines, CallEvents events)
    {
        try
        {
            var redactor = new RecordRedactor(settings, lines);
            EventSpan Span(EventSpan span) => span with { Reason = span.Reason is { } reason ? redactor.Redact(reason) : null };
            return (redactor.Redact(lines), new CallEvents(events.Muted, [.. events.Disconnected.Select(Span)]));
        }
        catch (RegexMatchTimeoutException e)
        {
            throw new ConfigException(
                $"--redact: the pattern '{StrictConfig.Shown(e.Pattern)}' takes more than {e.MatchTimeout.TotalSeconds:0} s on a text "
                + "of this session; write a simpler one.", e);
        }
    }

    private static string Page(CallReport report, string folder, string sound, Action<string> warn)
    {
        var row = report.Timeline.IsEmpty ? 60_000 : report.Timeline[0].ToMs - report.Timeline[0].FromMs;
        var recording = report.IsOnClock ? CallRecording.Read(folder, row / (double)CallPlots.Columns) : null;
        var played = recording is null || sound == "none" ? new CallSound.None()
            : sound == "embed" && recording.Fits ? recording.Embed() : recording.Link(Environment.CurrentDirectory);
        if (sound == "embed" && played is CallSound.Linked)
            warn($"The sound is more than {CallRecording.MaxEmbedded / 1024 / 1024} MB; the page refers to its files.");
        return CallPage.Html(report, recording?.Wave, played);
    }

    // Those of a served call; of others they are only printed.
    private static List<RecordLine> Notices(string folder)
    {
        var path = Path.Combine(folder, RecordFile.Name);
        if (!File.Exists(path)) return [];
        try
        {
            using var file = TextFile.OpenRegular(path);
            return [.. new RecordReader(file).Read().Where(line => line.Type == "notice")];
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return [];
        }
    }
}
