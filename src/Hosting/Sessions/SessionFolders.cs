using System.Globalization;
using RealtimeAkka.Hosting.Configuration;

namespace RealtimeAkka.Hosting.Sessions;

/// <summary>The sessions recorded in one directory.</summary>
public static class SessionFolders
{
    /// <summary>Every session's folder, the oldest first; none if the directory does not exist.</summary>
    public static IReadOnlyList<string> All(string directory, string start = "s-") =>
        Directory.Exists(directory) ? [.. Directory.GetDirectories(directory, start + "*").Order(StringComparer.Ordinal)] : [];

    /// <summary>Those of sessions that started then or later, by their names; null: all.</summary>
    public static IEnumerable<string> Since(DateTimeOffset? since, string directory) =>
        All(directory).Where(folder => since is null || RecordedSession.Start(folder) >= since);

    /// <summary>
    /// The folder of a session by its id, by the beginning of an id that no other session shares, or by <c>last</c> for the one that was
    /// written to last. Throws <see cref="ConfigException"/> if there is none.
    /// </summary>
    public static string Find(string id, string directory)
    {
        var all = All(directory);
        if (id == "last")
        {
            return all.Count > 0 ? all.MaxBy(LastWrite)!
                : throw new ConfigException($"There is no session in {directory}. Give another directory with --data.");
        }
        var found = all.Where(folder => Path.GetFileName(folder).StartsWith(id, StringComparison.Ordinal)).ToList();
        return found.Find(folder => Path.GetFileName(folder) == id) ?? found switch
        {
            [var only] => only,
            [] => throw new ConfigException($"There is no session {id} in {directory}. See `sessions list`, or give --data."),
            [var first, var second, ..]
                => throw new ConfigException(
                    $"{found.Count} sessions in {directory} begin with '{id}', such as {Path.GetFileName(first)} and {Path.GetFileName(second)}. Write more of the id."),
        };
    }

    /// <summary>
    /// US dollars spent by sessions that started on a day (UTC), as far as their folders say by now; what cannot be read is reported
    /// to <paramref name="warn"/>.
    /// </summary>
    public static decimal SpentOn(DateOnly day, string directory, Action<string> warn) =>
        Read(All(directory, day.ToString("'s-'yyyyMMdd'-'", CultureInfo.InvariantCulture)), warn).Sum(session => session.Summary.TotalUsd);

    /// <summary>The sessions in these folders. An unreadable one is left out; <paramref name="warn"/> gets one line per problem.</summary>
    public static IEnumerable<RecordedSession> Read(IEnumerable<string> folders, Action<string> warn)
    {
        foreach (var folder in folders)
        {
            RecordedSession session;
            try
            {
                session = RecordedSession.Read(folder);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                warn($"{Path.GetFileName(folder)} cannot be read: {e.Message}");
                continue;
            }
            if (session.Warning is { } warning) warn(warning);
            yield return session;
        }
    }

    private static DateTime LastWrite(string folder)
    {
        var log = Path.Combine(folder, "session.log");
        return File.Exists(log) ? File.GetLastWriteTimeUtc(log) : DateTime.MinValue;
    }
}
