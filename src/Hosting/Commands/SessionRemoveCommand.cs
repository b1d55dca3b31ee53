using System.CommandLine;
using System.CommandLine.Parsing;
using RealtimeAkka.Hosting.Configuration;
using RealtimeAkka.Hosting.Sessions;
using RealtimeAkka.Hosting.Sinks;
using RealtimeAkka.Hosting.Store;

namespace RealtimeAkka.Hosting.Commands;

/// <summary><c>sessions rm</c>: deletes sessions after asking.</summary>
internal static class SessionRemoveCommand
{
    /// <summary>The command.</summary>
    public static Command Create()
    {
        var (which, json) = (new SessionArguments(), SessionOptions.Json("One JSON object per session: removed, or kept and why."));
        var ids = new Argument<string[]>("ID")
            { Description = "Sessions by their ids, or the beginnings of them.", Arity = ArgumentArity.ZeroOrMore };
        ids.CompletionSources.Add(which.Complete);
        var age = new Option<TimeSpan?>("--older-than")
            { HelpName = "AGE", Description = "All sessions that started longer ago: 90d, 24h.", CustomParser = Age };
        var yes = new Option<bool>("--yes") { Description = "Delete without asking." };
        var command = new Command("rm", "Delete sessions; one that still runs is kept.") { ids, age, yes, which.Data, which.Store, json };
        command.Aliases.Add("remove");
        command.SetAction(parsed =>
        {
            var (named, older) = (parsed.GetValue(ids) ?? [], parsed.GetValue(age));
            if (named.Length > 0 == older is not null)
                throw new ConfigException("sessions rm needs the ids of sessions, or --older-than AGE.");
            var directory = which.Directory(parsed);
            var before = older is { } time ? DateTimeOffset.UtcNow - time : (DateTimeOffset?)null;
            var (io, isSure, isJson) = (parsed.InvocationConfiguration, parsed.GetValue(yes), parsed.GetValue(json));
            if (parsed.GetValue(which.Store) == StoreKind.Files)
            {
                List<string> folders = before is { } start
                    ? [.. SessionFolders.All(directory).Where(folder => RecordedSession.Start(folder) < start)]
                    : [.. named.Select(id => SessionFolders.Find(id, directory)).Distinct()];
                return Run(io, folders, (SessionRemoval.Judge, SessionRemoval.Delete), before is null, isSure, isJson);
            }
            using var store = PostgresSessions.Open(directory);
            List<string> stored = before is { } earliest ? [.. store.StartedBefore(earliest)]
                : [.. named.Select(id => store.Find(id).Id).Distinct()];
            var exit = Run(io, stored, (store.Judge, store.Delete), before is null, isSure, isJson);
            if (exit == ExitCodes.Completed && stored.Any(id => System.IO.Directory.Exists(Path.Combine(directory, id))))
                SessionOptions.Warn(io)(
                    $"folders of such sessions are still in {directory}, and the next start with the store copies them again: "
                    + "sessions rm without --store deletes them.");
            return exit;
        });
        return command;
    }

    // Sessions are folders, or ids in the store.
    private static int Run(
        InvocationConfiguration io, List<string> folders,
        (Func<string, (SessionRemoval.Candidate?, string?)> Judge, Func<SessionRemoval.Candidate, string?> Delete) where, bool isNamed,
        bool yes, bool json)
    {
        var (kept, candidates, removed) =
            (new List<(string Folder, string Reason)>(), new List<SessionRemoval.Candidate>(), new List<SessionRemoval.Candidate>());
        foreach (var folder in folders)
        {
            var (candidate, reason) = where.Judge(folder);
            if (candidate is { } one) candidates.Add(one);
            else kept.Add((folder, reason!));
        }
        if (candidates.Count > 0 && (yes || IsConfirmed(io, Of(candidates))))
        {
            foreach (var candidate in candidates)
            {
                if (where.Delete(candidate) is { } reason) kept.Add((candidate.Folder, reason));
                else removed.Add(candidate);
            }
        }
        else if (candidates.Count > 0)
        {
            io.Error.WriteLine("Nothing was deleted.");
            return ExitCodes.Failed;
        }
        if (json) WriteJson(io.Output, removed, kept);
        else io.Output.WriteLine(removed.Count > 0 ? $"Deleted {Of(removed)}." : "No session was deleted.");
        foreach (var (folder, reason) in kept) SessionOptions.Warn(io)($"{Path.GetFileName(folder)} is kept: it {reason}.");
        return isNamed && kept.Count > 0 ? ExitCodes.Failed : ExitCodes.Completed;
    }

    private static bool IsConfirmed(InvocationConfiguration io, string what)
    {
        if (Console.IsInputRedirected)
            throw new ConfigException($"sessions rm would delete {what}, and nobody can be asked here. Write --yes to delete them.");
        io.Error.Write($"Delete {what}? [y/N] ");
        return Console.ReadLine()?.Trim() is "y" or "Y" or "yes";
    }

    private static string Of(List<SessionRemoval.Candidate> candidates) =>
        $"{candidates.Count} {(candidates.Count == 1 ? "session" : "sessions")}, {FileSize.Format(candidates.Sum(one => one.Bytes))}";

    private static void WriteJson(
        TextWriter output, List<SessionRemoval.Candidate> removed, List<(string Folder, string Reason)> kept)
    {
        foreach (var (folder, bytes) in removed)
        {
            output.WriteLine(JsonLine.Of(json =>
            {
                json.WriteString("type", "removed");
                json.WriteString("session", Path.GetFileName(folder));
                json.WriteNumber("bytes", bytes);
            }));
        }
        foreach (var (folder, reason) in kept)
        {
            output.WriteLine(JsonLine.Of(json =>
            {
                json.WriteString("type", "kept");
                json.WriteString("session", Path.GetFileName(folder));
                json.WriteString("reason", reason);
            }));
        }
    }

    private static TimeSpan? Age(ArgumentResult argument)
    {
        var text = argument.Tokens.Single().Value;
        if (PointInTime.TryAge(text, out var age)) return age;
        argument.AddError($"--older-than is '{StrictConfig.Shown(text)}'; it must be an age such as 90d or 24h.");
        return null;
    }
}
