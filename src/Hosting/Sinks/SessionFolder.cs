using System.Text.Json;
using RealtimeAkka.Actors.Sinks;
using RealtimeAkka.Hosting.Configuration;
using RealtimeAkka.Hosting.Logging;
using RealtimeAkka.Protocol;
using RealtimeAkka.Protocol.Records;

namespace RealtimeAkka.Hosting.Sinks;

/// <summary>The folder of one session (docs/contract.md 6): a record is on disk when <see cref="WriteAsync"/> returns.</summary>
public sealed class SessionFolder : IRecordSink, IDisposable
{
    private static readonly JsonWriterOptions Indented = new() { Indented = true };

    private readonly string _directory;
    private readonly LineFile _turns;

    /// <summary>Creates the folder. Throws <see cref="ConfigException"/> if that fails.</summary>
    public SessionFolder(string directory, SessionId id)
    {
        (_directory, Path) = (directory, System.IO.Path.Combine(directory, id.Value));
        _turns = Create(() =>
        {
            PrivateFiles.CreateDirectory(Path);
            return new LineFile(File("turns.jsonl"));
        });
        Log = Create(() => new LogFile(File("session.log")));
    }

    /// <summary>The path of the folder.</summary>
    public string Path { get; }

    /// <summary>The log of the session's actors.</summary>
    public LogFile Log { get; }

    /// <inheritdoc/>
    public string Name => "folder";

    /// <summary>The path of a file in the folder.</summary>
    public string File(string name) => System.IO.Path.Combine(Path, name);

    /// <summary>Creates a file of the folder. Throws <see cref="ConfigException"/> if the disk refuses it, for example because it is full.</summary>
    public T Create<T>(Func<T> create)
    {
        try
        {
            return create();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentOutOfRangeException)
        {
            // The runtime reports EFBIG as the last.
            var reason = e is ArgumentOutOfRangeException ? "the file may not grow any more" : e.Message.TrimEnd('.');
            throw new ConfigException($"--data {_directory} cannot be written: {reason}. Name another directory, or none.", e);
        }
    }

    /// <summary>
    /// Writes the settings of the session to config.json; they hold no secret. <paramref name="input"/>: where its sound came from, instead
    /// of the setting; null: as set. Throws as <see cref="Create"/> does.
    /// </summary>
    public void WriteConfig(StrictConfig config, string? input = null) => Create(() =>
    {
        using var file = PrivateFiles.Create(File("config.json"), FileMode.Create);
        using var json = new Utf8JsonWriter(file, Indented);
        json.WriteStartObject();
        foreach (var (path, value, origin) in config.All)
        {
            var isReplaced = input is not null && path == $"{StrictConfig.Root}.mic.input";
            json.WriteStartObject(path);
            json.WriteString("value", isReplaced ? input : value);
            json.WriteString("origin", isReplaced ? "the call" : origin);
            json.WriteEndObject();
        }
        json.WriteEndObject();
        json.Flush();
        return config;
    });

    /// <inheritdoc/>
    public Task WriteAsync(SessionRecord record)
    {
        switch (record)
        {
            case TurnRecord or HeardAgain or AssistantReplied or TaskCompleted or ToolCalled:
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
    public void Dispose()
    {
        _turns.Dispose();
        Log.Dispose();
    }
}
