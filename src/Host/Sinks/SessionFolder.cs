using System.Text.Json;
using RealtimeAkka.Actors.Sinks;
using RealtimeAkka.Host.Configuration;
using RealtimeAkka.Protocol;
using RealtimeAkka.Protocol.Records;

namespace RealtimeAkka.Host.Sinks;

/// <summary>The folder of one session (docs/contract.md 6): a record is on disk when <see cref="WriteAsync"/> returns.</summary>
public sealed class SessionFolder : IRecordSink, IDisposable
{
    private static readonly JsonWriterOptions Indented = new() { Indented = true };

    private readonly LineFile _turns;

    /// <summary>Creates the folder. Throws <see cref="ConfigException"/> if that fails.</summary>
    public SessionFolder(string directory, SessionId id)
    {
        Path = System.IO.Path.Combine(directory, id.Value);
        try
        {
            PrivateFiles.CreateDirectory(Path);
            _turns = new LineFile(File("turns.jsonl"));
            // Serilog opens its file itself; created here, it is private from the first byte.
            PrivateFiles.Create(LogFile, FileMode.Append).Dispose();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new ConfigException($"--data {directory} cannot be written: {e.Message.TrimEnd('.')}. Name another directory, or none.",
                e);
        }
    }

    /// <summary>The path of the folder.</summary>
    public string Path { get; }

    /// <summary>The log of the session's actors.</summary>
    public string LogFile => File("session.log");

    /// <inheritdoc/>
    public string Name => "folder";

    /// <summary>The path of a file in the folder.</summary>
    public string File(string name) => System.IO.Path.Combine(Path, name);

    /// <summary>Writes the settings of the session to config.json; they hold no secret.</summary>
    public void WriteConfig(StrictConfig config)
    {
        using var file = PrivateFiles.Create(File("config.json"), FileMode.Create);
        using var json = new Utf8JsonWriter(file, Indented);
        json.WriteStartObject();
        foreach (var (path, value, origin) in config.All)
        {
            json.WriteStartObject(path);
            json.WriteString("value", value);
            json.WriteString("origin", origin);
            json.WriteEndObject();
        }
        json.WriteEndObject();
    }

    /// <inheritdoc/>
    public Task WriteAsync(SessionRecord record)
    {
        switch (record)
        {
            case TurnRecord or AssistantReplied or TaskCompleted or ToolCalled:
                _turns.Write([.. RecordCodec.Encode(record), (byte)'\n']);
                _turns.FlushToDisk();
                break;
            case SessionSummary:
                using (var file = PrivateFiles.Create(File("summary.json"), FileMode.Create))
                {
                    file.Write([.. RecordCodec.Encode(record), (byte)'\n']);
                    file.Flush(flushToDisk: true);
                }
                break;
        }
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public void Dispose() => _turns.Dispose();
}
