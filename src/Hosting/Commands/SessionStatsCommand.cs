using System.CommandLine;
using RealtimeAkka.Hosting.Sessions;
using RealtimeAkka.Hosting.Sinks;

namespace RealtimeAkka.Hosting.Commands;

/// <summary><c>sessions stats</c>.</summary>
internal static class SessionStatsCommand
{
    private enum By
    {
        Day,
        Model,
    }

    /// <summary>The command.</summary>
    public static Command Create()
    {
        var (which, json) = (new SessionArguments(), SessionOptions.Json("One JSON object per line: every day or model, then the total."));
        var since = SessionOptions.Since("Only sessions that started since then");
        var by = new Option<By>("--by") { HelpName = "WHAT", Description = "day (UTC) or model.", CustomParser = Parsed.OneOf<By> };
        by.CompletionSources.Clear(); // the names of the enumeration as they are in the sources
        by.CompletionSources.Add("day", "model");
        var command = new Command("stats", "Turns, costs, word error rate and latencies, per day or per model.")
            { since, by, which.Data, which.Store, json };
        command.SetAction(parsed =>
        {
            var io = parsed.InvocationConfiguration;
            var stats = new SessionStats(byModel: parsed.GetValue(by) == By.Model);
            var query = new SessionQuery { Since = parsed.GetValue(since) };
            using var sessions = which.Sessions(parsed);
            foreach (var session in query.Of(sessions, SessionOptions.Warn(io)))
                stats.Add(session, sessions.Records(session, SessionOptions.Warn(io)));
            var lines = parsed.GetValue(json) ? stats.Json() : stats.Text(bars: TerminalText.For(Console.IsOutputRedirected).Colors);
            foreach (var line in lines) io.Output.WriteLine(line);
            return ExitCodes.Completed;
        });
        return command;
    }
}
