using System.CommandLine;
using RealtimeAkka.Actors.Ledger;
using RealtimeAkka.Hosting.Configuration;
using RealtimeAkka.Hosting.Sessions;
using RealtimeAkka.Hosting.Sessions.Verify;
using RealtimeAkka.Hosting.Sinks;

namespace RealtimeAkka.Hosting.Commands;

/// <summary><c>sessions verify</c>: one line per finding; exit code 1 where something is damaged.</summary>
internal static class SessionVerifyCommand
{
    /// <summary>The command.</summary>
    public static Command Create()
    {
        var (which, json) = (
            new SessionArguments(), SessionOptions.Json("One JSON object per line: every finding, then its session."));
        var id = new Argument<string?>("ID")
        {
            Description = "A session's id, the beginning of one, or last; all, if it is left out.", Arity = ArgumentArity.ZeroOrOne,
        };
        id.CompletionSources.Add(which.Complete);
        var since = SessionOptions.Since("Only sessions that started since then");
        var command = new Command("verify", "Check that files are whole, private and add up; exit code 1: something is damaged.")
            { id, since, which.Data, json };
        command.SetAction(parsed =>
        {
            var directory = which.Directory(parsed);
            var folders = parsed.GetValue(id) is { } name ? [SessionFolders.Find(name, directory)]
                : SessionFolders.Since(parsed.GetValue(since), directory);
            var prices = ConfigStack.Load(Path.Combine(AppContext.BaseDirectory, "hocon"), null, []).Prices;
            return Run(parsed.InvocationConfiguration, folders, prices, parsed.GetValue(json));
        });
        return command;
    }

    private static int Run(InvocationConfiguration io, IEnumerable<string> folders, PriceList prices, bool json)
    {
        var reader = new EvidenceReader(prices);
        var (count, damaged, warned) = (0, 0, 0);
        foreach (var folder in folders)
        {
            var (id, findings) = (Path.GetFileName(folder), Judge(reader, folder));
            count++;
            if (findings.Any(finding => finding.Level == FindingLevel.Damage)) damaged++;
            else if (findings.Count > 0) warned++;
            foreach (var finding in findings) io.Output.WriteLine(json ? Json(id, finding) : Text(id, finding));
            if (json) io.Output.WriteLine(Json(id, findings));
        }
        if (!json)
        {
            var good = count - damaged - warned;
            io.Output.WriteLine(
                $"{count} {(count == 1 ? "session" : "sessions")} checked: {damaged} damaged, {warned} with warnings, {good} good.");
        }
        return damaged > 0 ? ExitCodes.Failed : ExitCodes.Completed;
    }

    private static IReadOnlyList<Finding> Judge(EvidenceReader reader, string folder)
    {
        try
        {
            return SessionVerifier.Judge(reader.Read(folder));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return [new Finding(FindingLevel.Damage, "unreadable", null, null, $"it cannot be read: {e.Message}")];
        }
    }

    // s-.../turns.jsonl:3: damage: turn 2 is recorded twice
    private static string Text(string id, Finding f) => TerminalText.Line(
        $"{id}{(f.File is null ? "" : $"/{f.File}")}{(f.Line is null ? "" : $":{f.Line}")}: {Level(f)}: {f.Message}");

    private static string Level(Finding finding) => finding.Level == FindingLevel.Damage ? "damage" : "warning";

    private static string Json(string id, Finding f) => JsonLine.Of(json =>
    {
        json.WriteString("type", "finding");
        json.WriteString("session", id);
        json.WriteString("level", Level(f));
        json.WriteString("code", f.Code);
        json.WriteString("file", f.File);
        if (f.Line is { } line) json.WriteNumber("line", line);
        else json.WriteNull("line");
        json.WriteString("message", f.Message);
    });

    private static string Json(string id, IReadOnlyList<Finding> findings) => JsonLine.Of(json =>
    {
        json.WriteString("type", "session");
        json.WriteString("session", id);
        json.WriteNumber("damage", findings.Count(finding => finding.Level == FindingLevel.Damage));
        json.WriteNumber("warnings", findings.Count(finding => finding.Level == FindingLevel.Warning));
    });
}
