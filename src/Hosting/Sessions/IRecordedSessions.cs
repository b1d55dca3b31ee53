using RealtimeAkka.Hosting.Configuration;

namespace RealtimeAkka.Hosting.Sessions;

/// <summary>Recorded sessions, wherever they are kept: in the folders of a directory, or in a database.</summary>
public interface IRecordedSessions : IDisposable
{
    /// <summary>
    /// Those that started at <paramref name="since"/> or later (null: all), the oldest first. One that cannot be read is left out;
    /// <paramref name="warn"/> gets one line per problem.
    /// </summary>
    IEnumerable<RecordedSession> Read(DateTimeOffset? since, Action<string> warn);

    /// <summary>
    /// A session by its id, by the beginning of an id that no other session shares, or by <c>last</c> for the one that was written to
    /// last. Throws <see cref="ConfigException"/> if there is none, or if it cannot be read.
    /// </summary>
    RecordedSession Find(string id);

    /// <summary>
    /// The records of a session in their order, and how many lines could not be read. Throws <see cref="IOException"/>,
    /// <see cref="UnauthorizedAccessException"/> or <see cref="ConfigException"/> if that fails.
    /// </summary>
    (IReadOnlyList<RecordLine> Lines, int Skipped) Records(RecordedSession session);
}

/// <summary>What several commands do with recorded sessions.</summary>
internal static class RecordedSessions
{
    /// <summary>The records of a session; none if they cannot be read. <paramref name="warn"/> gets one line per problem.</summary>
    public static IReadOnlyList<RecordLine> Records(this IRecordedSessions sessions, RecordedSession session, Action<string> warn)
    {
        try
        {
            var (lines, skipped) = sessions.Records(session);
            // Of a session without a summary its reader has said so.
            if ((session with { Skipped = skipped - session.Skipped }).Warning is { } warning) warn(warning);
            return lines;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            warn($"{session.Id} cannot be read: {e.Message}");
            return [];
        }
    }
}

/// <summary>The sessions recorded in a directory.</summary>
public sealed class FolderSessions(string directory) : IRecordedSessions
{
    /// <inheritdoc/>
    public IEnumerable<RecordedSession> Read(DateTimeOffset? since, Action<string> warn) =>
        SessionFolders.Read(SessionFolders.Since(since, directory), warn);

    /// <inheritdoc/>
    public RecordedSession Find(string id)
    {
        var folder = SessionFolders.Find(id, directory);
        try
        {
            return RecordedSession.Read(folder);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new ConfigException($"{Path.GetFileName(folder)} cannot be read: {e.Message}", e);
        }
    }

    /// <inheritdoc/>
    public (IReadOnlyList<RecordLine> Lines, int Skipped) Records(RecordedSession session) => session.Records();

    /// <inheritdoc/>
    public void Dispose()
    {
        // Nothing is kept open.
    }
}
