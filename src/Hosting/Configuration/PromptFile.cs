using RealtimeAkka.Actors.Prompts;
using RealtimeAkka.Protocol.Records;

namespace RealtimeAkka.Hosting.Configuration;

/// <summary>A prompt in a file. An edit applies from the next turn on; while the file is unusable, the last good text is used.</summary>
public sealed class PromptFile : IPromptSource
{
    // A prompt costs money on every turn; a longer one is a mistake (docs/protocol.md 8: 16,384 tokens).
    private const int MaxBytes = 64 * 1024;

    private readonly string _path;
    private readonly Lock _lock = new();
    private (DateTime Written, long Length) _seen;
    private Prompt _good;
    private Notice? _problem;

    /// <summary>Reads the file. Throws <see cref="FormatException"/>, which says what the file must be, if it cannot be used.</summary>
    public PromptFile(string path)
    {
        _path = path.Length > 0 && !path.Contains('\0', StringComparison.Ordinal) ? path
            : throw new FormatException("the path of a readable text file");
        (_seen, _good) = (Stamp(), Load());
    }

    /// <inheritdoc/>
    public (Prompt Prompt, Notice? Problem) Read()
    {
        lock (_lock)
        {
            try
            {
                // Reading the date and the length takes microseconds; the file itself is read only after a change.
                var stamp = Stamp();
                if (stamp == _seen) return (_good, _problem);
                _seen = stamp;
                (_good, _problem) = (Load(), null);
            }
            catch (FormatException e)
            {
                _problem = new Notice(NoticeLevel.Warning, "prompt_broken",
                    $"The prompt {_path} must be {e.Message}; the last good one ({_good.Hash}) goes on.");
            }
            return (_good, _problem);
        }
    }

    // A deleted file counts as a change.
    private (DateTime, long) Stamp()
    {
        var file = new FileInfo(_path);
        return file.Exists ? (file.LastWriteTimeUtc, file.Length) : default;
    }

    private Prompt Load()
    {
        var text = TextFile.Read(_path, MaxBytes).Trim();
        return text.Length > 0 ? Prompt.Of(text) : throw new FormatException("a file with words in it; this one is empty");
    }
}
