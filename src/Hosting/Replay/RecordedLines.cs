using System.Text.Json;
using RealtimeAkka.Hosting.Configuration;
using RealtimeAkka.Hosting.Sinks;

namespace RealtimeAkka.Hosting.Replay;

/// <summary>
/// The lines of a file of JSON lines in a session's folder, which anyone may have changed. A cut last line, as a killed process leaves
/// it, is skipped and reported; anything else that is no JSON object is an error.
/// </summary>
/// <param name="path">The file.</param>
internal sealed class RecordedLines(string path)
{
    // The longest event is one frame of 16 MiB, and escapes may double it.
    private const int MaxLine = 48 * 1024 * 1024;

    // A day of speech; what is kept of each line is a few hundred bytes.
    private const int MaxLines = 20_000_000;

    private int _number;

    /// <summary>A warning about the last line; null: it is whole.</summary>
    public string? Warning { get; private set; }

    /// <summary>All lines in order. Throws <see cref="ConfigException"/>, which says which line is wrong.</summary>
    public IEnumerable<JsonElement> Read()
    {
        using var file = Open();
        foreach (var (line, isEnded) in ByteLines.Read(file, MaxLine))
        {
            if (++_number > MaxLines) throw Error($"there are more than {MaxLines} lines.");
            if (line.Length > MaxLine) throw Error($"it is longer than {MaxLine / 1024 / 1024} MiB, which no line of this program is.");
            if (isEnded && line.Span.TrimEnd("\r "u8).IsEmpty) continue;
            if (Parse(line) is { } json) yield return json;
            else if (isEnded) throw Error("it is cut or changed: it is no JSON object.");
            else Warning = $"{path}, line {_number}: the last line is cut and is left out.";
        }
    }

    /// <summary>An error about the line that was read last.</summary>
    public ConfigException Error(string problem) => new($"{path}, line {_number}: {problem}");

    private FileStream Open()
    {
        try
        {
            return TextFile.OpenRegular(path);
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new ConfigException($"{path} is not there; a session can be replayed that was recorded with --record wire,audio.", e);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new ConfigException($"{path} cannot be read: {e.Message.TrimEnd('.')}.", e);
        }
    }

    private static JsonElement? Parse(ReadOnlyMemory<byte> json)
    {
        try
        {
            using var document = JsonDocument.Parse(json);
            return document.RootElement.ValueKind == JsonValueKind.Object ? document.RootElement.Clone() : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
