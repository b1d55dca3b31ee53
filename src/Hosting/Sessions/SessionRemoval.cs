using System.Text.RegularExpressions;

namespace RealtimeAkka.Hosting.Sessions;

/// <summary>Deletes recorded sessions, and nothing else: only files that a session writes, in a folder that has no others.</summary>
public static partial class SessionRemoval
{
    /// <summary>Files that a session writes (docs/contract.md 6).</summary>
    public static IReadOnlyList<string> Files { get; } =
    [
        "turns.jsonl", "summary.json", "session.log", "config.json", "wire.jsonl", "timeline.jsonl", "input.wav", "output.wav",
        "records.jsonl",
    ];

    /// <summary>A folder, or a session of the store by its id, that may be deleted, and how many bytes of it there are.</summary>
    public readonly record struct Candidate(string Folder, long Bytes);

    /// <summary>Whether a folder may be deleted; if not, why, as the end of a sentence about it.</summary>
    public static (Candidate? Candidate, string? Reason) Judge(string folder)
    {
        try
        {
            var directory = new DirectoryInfo(folder);
            if (!directory.Exists) return (null, "is not there");
            if (directory.LinkTarget is not null) return (null, "is a link");
            if (!SessionName().IsMatch(directory.Name)) return (null, "has not the name of a session");
            var entries = directory.GetFileSystemInfos();
            if (Array.Find(entries, entry => !IsOwn(entry)) is { } foreign) return (null, $"holds {foreign.Name}, which no session writes");
            if (!entries.Any(entry => entry.Name is "turns.jsonl" or "config.json")) return (null, "holds no session");
            return SessionUse.IsOpen(folder) ? (null, "is still written or read")
                : (new Candidate(folder, entries.OfType<FileInfo>().Sum(file => file.Length)), null);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return (null, $"cannot be read: {e.Message}");
        }
    }

    /// <summary>
    /// Deletes what <see cref="Judge"/> still allows. Null if that is done; else why not, as the end of a sentence.
    /// </summary>
    public static string? Delete(Candidate candidate)
    {
        if (Judge(candidate.Folder).Reason is { } reason) return reason;
        try
        {
            // The records last: what is left after an error is still recognized as a session.
            foreach (var name in Files.Reverse()) File.Delete(Path.Combine(candidate.Folder, name));
            Directory.Delete(candidate.Folder, recursive: false);
            return null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return $"cannot be deleted: {e.Message}";
        }
    }

    // A link is deleted as a link, but no session makes one.
    private static bool IsOwn(FileSystemInfo entry) => entry is FileInfo { LinkTarget: null } && Files.Contains(entry.Name);

    [GeneratedRegex("^s-[0-9]{8}-[0-9]{6}-[0-9a-f]{16}$")]
    private static partial Regex SessionName();
}
