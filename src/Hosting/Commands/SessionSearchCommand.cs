using System.CommandLine;
using RealtimeAkka.Hosting.Sessions;
using RealtimeAkka.Hosting.Sinks;

namespace RealtimeAkka.Hosting.Commands;

/// <summary><c>sessions search</c>: like grep, its exit code is 1 where nothing is found.</summary>
internal static class SessionSearchCommand
{
    // "  turn 123  assistant  "
    private const int Margin = 23;

    /// <summary>The command.</summary>
    public static Command Create()
    {
        var (which, json) = (new SessionArguments(), SessionOptions.Json("One JSON object per line that was found."));
        var text = new Argument<string>("TEXT")
            { Description = "Words; case and punctuation make no difference, and accents none unless they are written." };
        var since = SessionOptions.Since("Only sessions that started since then");
        var regex = new Option<bool>("--regex") { Description = "TEXT is a regular expression." };
        var command = new Command("search", "Find words in all transcripts and answers; exit code 1: there are none.")
            { text, since, regex, which.Data, which.Store, json };
        command.SetAction(parsed =>
        {
            var search = parsed.GetValue(regex) ? TranscriptSearch.ForPattern(parsed.GetValue(text)!)
                : TranscriptSearch.For(parsed.GetValue(text)!);
            using var sessions = which.Sessions(parsed);
            return Run(parsed.InvocationConfiguration, search, sessions, parsed.GetValue(since), parsed.GetValue(json));
        });
        return command;
    }

    private static int Run(
        InvocationConfiguration io, TranscriptSearch search, IRecordedSessions sessions, DateTimeOffset? since, bool json)
    {
        var (terminal, warn) = (TerminalText.For(Console.IsOutputRedirected), SessionOptions.Warn(io));
        int? width = Console.IsOutputRedirected || Console.WindowWidth <= 2 * Margin ? null : Console.WindowWidth;
        var isFound = false;
        foreach (var session in sessions.Read(since, warn))
        {
            var id = session.Id;
            List<TranscriptMatch> matches = [.. search.In(sessions.Records(session, warn))];
            if (matches.Count == 0) continue;
            if (!json) io.Output.WriteLine($"{(isFound ? Environment.NewLine : "")}{TerminalText.Line(id)}");
            isFound = true;
            foreach (var line in json ? matches.Select(match => Json(id, match)) : Text(matches, terminal, width))
                io.Output.WriteLine(line);
        }
        if (!isFound && !json) io.Error.WriteLine("Nothing found.");
        return isFound ? ExitCodes.Completed : ExitCodes.Failed;
    }

    // Where both methods have the same line it is shown once.
    private static IEnumerable<string> Text(List<TranscriptMatch> matches, TerminalText terminal, int? width)
    {
        for (var i = 0; i < matches.Count; i++)
        {
            var (match, who) = (matches[i], matches[i].Who);
            if (who == "oob" && matches.FindIndex(other => other == match with { Who = "asr", Places = other.Places }) is > 0 and var same)
            {
                matches.RemoveAt(same);
                who = "both";
            }
            var turn = match.Turn is { } number ? $"turn {number}" : "-";
            yield return $"  {turn,-8}  {who,-9}  {MatchLine.Of(match, terminal, width - Margin)}";
        }
    }

    private static string Json(string session, TranscriptMatch match) => JsonLine.Of(json =>
    {
        json.WriteString("type", "match");
        json.WriteString("session", session);
        if (match.Turn is { } turn) json.WriteNumber("turn", turn);
        else json.WriteNull("turn");
        json.WriteString("who", match.Who);
        json.WriteString("line", match.Line);
        json.WriteStartArray("places");
        foreach (var (start, end) in match.Places)
        {
            json.WriteStartArray();
            json.WriteNumberValue(start);
            json.WriteNumberValue(end);
            json.WriteEndArray();
        }
        json.WriteEndArray();
    });
}
