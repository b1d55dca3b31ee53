using System.CommandLine;
using RealtimeAkka.Hosting.Configuration;
using RealtimeAkka.Hosting.Sessions;
using RealtimeAkka.Hosting.Sinks;
using RealtimeAkka.Protocol.Records;

namespace RealtimeAkka.Hosting.Commands;

/// <summary><c>sessions</c>: what can be done with recorded sessions, also those of processes that crashed or still run.</summary>
public static class SessionsCommand
{
    private static readonly string[] Formats = ["jsonl", "md", "srt", "vtt", "csv"];

    /// <summary>The command with its subcommands.</summary>
    public static Command Create() => new("sessions", "List, show, search, verify and delete recorded sessions.")
    {
        SessionListCommand.Create(), Show(), Export(), SessionSearchCommand.Create(), SessionStatsCommand.Create(),
        SessionVerifyCommand.Create(), SessionRemoveCommand.Create(),
    };

    private static Command Show()
    {
        var (which, json) = (new SessionArguments(), Json("The records as they were written, then the summary."));
        var command = new Command("show", "Show a session: its turns with their costs, and the summary.") { which.Id, which.Data, json };
        command.SetAction(async (parsed, _) =>
        {
            var (output, errors) = (parsed.InvocationConfiguration.Output, parsed.InvocationConfiguration.Error);
            var (session, lines) = Read(parsed, which);
            if (parsed.GetValue(json))
            {
                foreach (var line in new SessionExport(lines).Jsonl()) await output.WriteLineAsync(line).ConfigureAwait(false);
                await output.WriteLineAsync(System.Text.Encoding.UTF8.GetString(RecordCodec.Encode(session.Summary))).ConfigureAwait(false);
                return ExitCodes.Completed;
            }
            var sink = new TextSink(output, errors, TerminalText.For(Console.IsOutputRedirected), costs: true);
            foreach (var record in lines.Select(line => line.Record).OfType<SessionRecord>())
                await sink.WriteAsync(record).ConfigureAwait(false);
            await sink.WriteAsync(session.Summary).ConfigureAwait(false);
            if (!session.IsFinished)
                await output.WriteLineAsync("No summary of its own: killed, or still running. The figures are its records'.")
                    .ConfigureAwait(false);
            return ExitCodes.Completed;
        });
        return command;
    }

    private static Command Export()
    {
        var which = new SessionArguments();
        var format = new Option<string>("--format")
            { HelpName = "FORMAT", Description = $"{string.Join(", ", Formats)}.", DefaultValueFactory = _ => "jsonl" };
        format.AcceptOnlyFromAmong(Formats);
        var command = new Command("export", "Write a session to stdout for other programs.") { which.Id, which.Data, format };
        command.SetAction(parsed =>
        {
            var io = parsed.InvocationConfiguration;
            var (session, lines) = Read(parsed, which);
            var export = new SessionExport(lines);
            var wanted = parsed.GetValue(format);
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
                Warn(io)($"{count} turns have no time and were left out.");
            return ExitCodes.Completed;
        });
        return command;
    }

    private static (RecordedSession Session, IReadOnlyList<RecordLine> Lines) Read(ParseResult parsed, SessionArguments which)
    {
        var folder = which.Folder(parsed);
        try
        {
            var session = RecordedSession.Read(folder);
            var (lines, skipped) = session.Records();
            session = session with { Skipped = skipped };
            if (session.Warning is { } warning) Warn(parsed.InvocationConfiguration)(warning);
            return (session, lines);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new ConfigException($"{Path.GetFileName(folder)} cannot be read: {e.Message}", e);
        }
    }

    private static Action<string> Warn(InvocationConfiguration io) =>
        message => io.Error.WriteLine($"warning: {TerminalText.Line(message)}");

    private static Option<bool> Json(string description) => new("--json") { Description = description };
}
