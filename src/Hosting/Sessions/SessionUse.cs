namespace RealtimeAkka.Hosting.Sessions;

/// <summary>Whether a process still writes a session.</summary>
public static class SessionUse
{
    /// <summary>
    /// Whether somebody has the records of this folder open: the runtime locks what it writes. On a file system without locks, nobody is
    /// known to.
    /// </summary>
    public static bool IsOpen(string folder)
    {
        var path = Path.Combine(folder, "turns.jsonl");
        try
        {
            if (!File.Exists(path)) return false;
            using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.None, bufferSize: 0);
            return false;
        }
        catch (UnauthorizedAccessException)
        {
            return false; // written by somebody else, and not readable
        }
        catch (IOException)
        {
            return true;
        }
    }
}
