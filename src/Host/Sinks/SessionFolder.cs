using System.Text.Json;
using RealtimeAkka.Actors;
using RealtimeAkka.Host.Configuration;
using RealtimeAkka.Protocol;
using RealtimeAkka.Protocol.Records;

namespace RealtimeAkka.Host.Sinks;

/// <summary>The folder of one session (docs/contract.md 6): each record is on disk before it goes on.</summary>
public sealed class SessionFolder : IRecordSink, IDisposable
{
    private static readonly JsonWriterOptions Indented = new() { Indented = true };

    private readonly LineFile _turns;

    /// <summary>Makes the folder. Throws <see cref="ConfigException"/> where that is not possible.</summary>
    public SessionFolder(string directory, SessionId id)
    {
        Path = System.IO.Path.Combine(directory, id.Value);
        try
        {
            PrivateFiles.CreateDirectory(Path);
            _turns = new LineFile(File("turns.jsonl"));
            // Serilog opens its file itself; made here it is private from the first byte.
            PrivateFiles.Create(LogFile, FileMode.Append).Dispose();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new ConfigException($"--data {directory} cannot be written: {e.Message.TrimEnd('.')}. Name another directory, or none.", e);
        }
    }

    /// <summary>Where it is.</summary>
    public string Path { get; }

    /// <summary>The log of the session's actors.</summary>
    public string LogFile => File("session.log");

    /// <inheritdoc/>
    public string Name => "folder";

    /// <summary>A file of the folder.</summary>
    public string File(string name) => System.IO.Path.Combine(Path, name);

    /// <summary>Writes down with which settings the session runs; there is no secret among them.</summary>
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
