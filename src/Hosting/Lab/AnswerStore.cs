using RealtimeAkka.Hosting.Configuration;
using RealtimeAkka.Hosting.Sinks;
using RealtimeAkka.Lab;
using RealtimeAkka.Protocol.Records;

namespace RealtimeAkka.Hosting.Lab;

/// <summary>
/// The answers that were paid for, in <c>answers.jsonl</c>: each is on the disk before anything else is made of it. One run at a time uses
/// the file; it is readable by its owner only.
/// </summary>
internal sealed class AnswerStore : IDisposable
{
    private const string FileName = "answers.jsonl";

    private readonly FileStream _file;
    private readonly Lock _lock = new();

    /// <summary>
    /// Opens the store in a directory, which is created if it is not there. Throws <see cref="ConfigException"/> if it cannot be used.
    /// </summary>
    public AnswerStore(string directory)
    {
        try
        {
            PrivateFiles.CreateDirectory(directory);
            // What callers said does not belong into a repository.
            var ignore = Path.Combine(directory, ".gitignore");
            if (!File.Exists(ignore)) File.WriteAllText(ignore, "*\n");
            var options = new FileStreamOptions { Mode = FileMode.OpenOrCreate, Access = FileAccess.ReadWrite, Share = FileShare.None };
            if (!OperatingSystem.IsWindows()) options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
            _file = new FileStream(Path.Combine(directory, FileName), options);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            const string Advice = "End another lab run that uses it, or name another directory with --set lab.cache=DIR.";
            throw new ConfigException($"The answers cannot be kept in {directory}: {e.Message.TrimEnd('.')}. {Advice}", e);
        }
    }

    /// <summary>Lines that are damaged; a process that was killed leaves one at most.</summary>
    public int Damaged { get; private set; }

    /// <summary>
    /// The kept answers to these questions, the newest of each. Others are skipped, so the file may be larger than the memory.
    /// </summary>
    public Dictionary<string, KeptAnswer> Read(IReadOnlySet<string> keys)
    {
        var found = new Dictionary<string, KeptAnswer>(StringComparer.Ordinal);
        var isEnded = true;
        foreach (var line in ByteLines.Read(_file, KeptAnswer.MaxLine))
        {
            isEnded = line.IsEnded;
            if (KeptAnswer.Decode(line.Bytes.Span) is { } kept)
            {
                if (keys.Contains(kept.Key)) found[kept.Key] = kept;
            }
            else if (!line.Bytes.Span.Trim("\r "u8).IsEmpty) Damaged++;
        }
        // What is written next is a line of its own.
        if (!isEnded) _file.WriteByte((byte)'\n');
        return found;
    }

    /// <summary>Keeps an answer. Throws <see cref="IOException"/> if the disk refuses it.</summary>
    public void Add(KeptAnswer answer)
    {
        lock (_lock)
        {
            try
            {
                _file.Write([.. answer.Encode(), (byte)'\n']);
                _file.Flush(flushToDisk: true);
            }
            catch (Exception e) when (e is ArgumentOutOfRangeException or UnauthorizedAccessException)
            {
                // The runtime reports EFBIG as the first.
                throw new IOException("the file may not grow any more", e);
            }
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _file.Dispose();
}
