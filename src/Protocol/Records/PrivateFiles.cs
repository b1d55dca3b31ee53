namespace RealtimeAkka.Protocol.Records;

/// <summary>Files that hold conversations: readable by their owner only.</summary>
public static class PrivateFiles
{
    /// <summary>Creates a directory and its parents. Those that exist keep their mode.</summary>
    public static void CreateDirectory(string path)
    {
        if (OperatingSystem.IsWindows())
        {
            Directory.CreateDirectory(path);
            return;
        }
        if (Directory.Exists(path)) return;
        // One by one: the runtime gives the mode to the last directory only.
        if (Path.GetDirectoryName(Path.TrimEndingDirectorySeparator(Path.GetFullPath(path))) is { } parent) CreateDirectory(parent);
        Directory.CreateDirectory(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
    }

    /// <summary>Opens a file for writing; it may be read at the same time.</summary>
    public static FileStream Create(string path, FileMode mode) => Open(path, mode, FileAccess.Write, FileShare.ReadWrite);

    /// <summary>Opens a file.</summary>
    public static FileStream Open(string path, FileMode mode, FileAccess access, FileShare share)
    {
        var options = new FileStreamOptions { Mode = mode, Access = access, Share = share };
        if (!OperatingSystem.IsWindows()) options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        return new FileStream(path, options);
    }

    /// <summary>Writes at this position. Throws <see cref="IOException"/> if there is no room for it.</summary>
    public static void Write(FileStream file, ReadOnlySpan<byte> bytes, long position)
    {
        try
        {
            RandomAccess.Write(file.SafeFileHandle, bytes, position);
        }
        catch (ArgumentOutOfRangeException e)
        {
            // The runtime reports EFBIG as this exception.
            throw new IOException("The file may not grow any more.", e);
        }
    }
}
