using System.Collections.Concurrent;
using RealtimeAkka.Gateway.Calls;
using RealtimeAkka.Hosting.Configuration;
using RealtimeAkka.Hosting.Sessions;
using RealtimeAkka.Protocol;
using RealtimeAkka.Protocol.Records;

namespace RealtimeAkka.Hosting.Serving;

/// <summary>
/// The recorded calls of a data directory. What names a call is checked before it becomes part of a path; links are not followed.
/// </summary>
/// <param name="directory">The directory; null: nothing is recorded.</param>
/// <param name="isOpening">Whether a call begins just now: it has a folder and is not over.</param>
public sealed class RecordedCalls(string? directory, Func<SessionId, bool> isOpening) : IRecordedCalls
{
    // Summaries that were read, which do not change.
    private const int MaxKnown = 2000;

    private readonly ConcurrentDictionary<string, RecordedCall> _known = new(StringComparer.Ordinal);

    /// <inheritdoc/>
    public IEnumerable<RecordedCall> Newest(int most, IReadOnlySet<string> live) => directory is null ? []
        : SessionFolders.All(directory).Reverse().Select(folder => CallIds.Read(Path.GetFileName(folder))).OfType<SessionId>()
            .Where(id => !live.Contains(id.Value)).Select(Find).OfType<RecordedCall>().Take(most);

    /// <inheritdoc/>
    public RecordedCall? Find(SessionId id)
    {
        if (_known.TryGetValue(id.Value, out var known)) return known;
        if (isOpening(id) || Read(id) is not { } session) return null;
        var call = new RecordedCall(
            id, session.Source, session.StartedAt, session.Summary.Turns, session.Summary.TotalUsd, session.IsFinished, IsHere: true);
        if (!session.IsFinished) return call;
        if (_known.Count >= MaxKnown) _known.Clear();
        return _known[id.Value] = call;
    }

    /// <inheritdoc/>
    public IEnumerable<NumberedRecord> Records(SessionId id)
    {
        if (Folder(id) is not { } folder) yield break;
        var number = 0L;
        // Of a session that was not served there are only the records that survive it.
        var isServed = File.Exists(Path.Combine(folder, RecordFile.Name));
        foreach (var line in Lines(Path.Combine(folder, isServed ? RecordFile.Name : "turns.jsonl")))
            yield return new NumberedRecord(++number, RecordCodec.Encode(line.Json));
        if (!isServed && Read(id) is { IsFinished: true, Summary: var summary })
            yield return new NumberedRecord(++number, RecordCodec.Encode(summary));
    }

    /// <inheritdoc/>
    public Stream? OpenAudio(SessionId id, string file)
    {
        try
        {
            return Folder(id) is { } folder && new FileInfo(Path.Combine(folder, file)) is { Exists: true, LinkTarget: null } found
                ? TextFile.OpenRegular(found.FullName) : null;
        }
        catch (IOException)
        {
            return null;
        }
    }

    private static IEnumerable<RecordLine> Lines(string path)
    {
        if (new FileInfo(path) is not { Exists: true, LinkTarget: null }) yield break;
        using var file = TextFile.OpenRegular(path);
        foreach (var line in new RecordReader(file).Read()) yield return line;
    }

    private string? Folder(SessionId id) =>
        directory is not null && new DirectoryInfo(Path.Combine(directory, id.Value)) is { Exists: true, LinkTarget: null } folder
            ? folder.FullName : null;

    private RecordedSession? Read(SessionId id)
    {
        try
        {
            return Folder(id) is { } folder ? RecordedSession.Read(folder) : null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}
