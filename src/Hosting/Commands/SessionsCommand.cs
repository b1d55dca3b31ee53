using System.CommandLine;
using RealtimeAkka.Hosting.Configuration;
using RealtimeAkka.Hosting.Sessions;
using RealtimeAkka.Hosting.Sinks;
using RealtimeAkka.Protocol.Records;

namespace RealtimeAkka.Hosting.Commands;

/// <summary><c>sessions</c>: what can be done with recorded sessions, also those of processes that crashed or still run.</summary>
public static class SessionsCommand
{
    /// <summary>The command with its subcommands.</summary>
    public static Command Create() => new("sessions", "List, show, export, search, verify, copy and delete recorded sessions.")
    {
        SessionListCommand.Create(), Show(), ExportCommand.Create(), SessionSearchCommand.Create(), SessionStatsCommand.Create(),
        SessionVerifyCommand.Create(), SessionRemoveCommand.Create(), SessionShipCommand.Create(),
    };

    private static Command Show()
    {
        var (which, json) = (new SessionArguments(), Json("The records as they were written, then the summary."));
        var command = new Command("show", "Show a session: its turns with their costs, and the summary.")
            { which.Id, which.Data, which.Store, json };
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

    /// <summary>A session with its records; throws <see cref="ConfigException"/> if it cannot be read.</summary>
    internal static (RecordedSession Session, IReadOnlyList<RecordLine> Lines) Read(ParseResult parsed, SessionArguments which)
    {
        using var sessions = which.Sessions(parsed);
        var session = sessions.Find(parsed.GetValue(which.Id)!);
        try
        {
            var (lines, skipped) = sessions.Records(session);
            session = session with { Skipped = skipped };
            if (session.Warning is { } warning) Warn(parsed.InvocationConfiguration)(warning);
            return (session, lines);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new ConfigException($"{session.Id} cannot be read: {e.Message}", e);
        }
    }

    /// <summary>Prints a warning on stderr.</summary>
    internal static Action<string> Warn(InvocationConfiguration io) =>
        message => io.Error.WriteLine($"warning: {TerminalText.Line(message)}");

    private static Option<bool> Json(string description) => new("--json") { Description = description };
}
