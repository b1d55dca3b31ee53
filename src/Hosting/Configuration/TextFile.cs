namespace RealtimeAkka.Hosting.Configuration;

/// <summary>Reads text files that the user names, with limits on size and time, also from pipes and devices.</summary>
public static class TextFile
{
    // For anything but a regular file: a pipe or a terminal may never deliver data.
    private static readonly TimeSpan Limit = TimeSpan.FromMilliseconds(500);

    /// <summary>
    /// The text, UTF-8 or UTF-16 with a byte order mark. Throws <see cref="FormatException"/>, which says what the file must be, if it
    /// cannot be used.
    /// </summary>
    public static string Read(string path, int maxBytes)
    {
        try
        {
            var text = IsRegular(path) ? ReadUpTo(path, maxBytes) : Limited(() => ReadUpTo(path, maxBytes));
            return text.AsSpan().IndexOfAny('\uFFFD', '\0') is >= 0 and var at
                ? throw new FormatException($"a text file in UTF-8 ({Position(text, at)} is not)") : text;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException or TimeoutException)
        {
            throw new FormatException($"the path of a readable text file ({Reason(e, path)})", e);
        }
    }

    /// <summary>
    /// Opens a regular file for reading, also one that is still written. Throws <see cref="IOException"/> for a pipe or a device, which may
    /// have nothing to read, or no end.
    /// </summary>
    public static FileStream OpenRegular(string path)
    {
        try
        {
            var isRegular = IsRegular(path);
            var file = isRegular ? Open() : Limited(Open);
            if (isRegular || (file.CanSeek && IsRegular(file))) return file;
            file.Dispose();
        }
        catch (TimeoutException)
        {
            // A pipe without a writer.
        }
        throw new IOException("it is not a regular file");

        FileStream Open() => new(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
    }

    /// <summary>Line and column of a position in a text, as editors count them.</summary>
    public static string Position(string text, int at)
    {
        var before = text.AsSpan(0, at);
        return $"line {before.Count('\n') + 1}, column {at - before.LastIndexOf('\n')}";
    }

    // A link has a length of its own, and a pipe or a device has length 0.
    private static bool IsRegular(string path)
    {
        var file = new FileInfo(path);
        return (file.ResolveLinkTarget(returnFinalTarget: true) ?? file) is FileInfo { Exists: true, Length: > 0 };
    }

    // A new file has nothing in it yet, or has got its first bytes since it was asked for its length; no device says how long it is.
    private static bool IsRegular(FileStream file)
    {
        if (file.Read(new byte[1]) > 0 && file.Length == 0) return false;
        file.Position = 0;
        return true;
    }

    // On its own thread: opening a pipe without a writer never returns.
    private static T Limited<T>(Func<T> read)
    {
        var task = Task.Factory.StartNew(read, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        return Task.WaitAny([task], Limit) >= 0 ? task.GetAwaiter().GetResult() : throw new TimeoutException();
    }

    private static string ReadUpTo(string path, int maxBytes)
    {
        using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, bufferSize: 0);
        var bytes = new byte[maxBytes + 1];
        var length = file.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false);
        if (length > maxBytes) throw new FormatException($"a text file of at most {maxBytes / 1024} KiB");
        using var reader = new StreamReader(new MemoryStream(bytes, 0, length));
        return reader.ReadToEnd();
    }

    private static string Reason(Exception e, string path) => e switch
    {
        _ when Directory.Exists(path) => "this is a directory",
        FileNotFoundException or DirectoryNotFoundException => "there is no such file",
        UnauthorizedAccessException => "access is denied",
        TimeoutException => "nothing comes from this one",
        ArgumentException => "this is no path",
        _ => e.Message.TrimEnd('.'),
    };
}
