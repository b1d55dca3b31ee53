using System.Text.Json;
using RealtimeAkka.Audio;
using RealtimeAkka.Protocol.Records;

namespace RealtimeAkka.Hosting.Sessions.Verify;

/// <summary>How bad a finding is.</summary>
public enum FindingLevel
{
    /// <summary>Something to know, such as a session that was killed.</summary>
    Warning,
    /// <summary>Something is lost, changed, or visible to others.</summary>
    Damage,
}

/// <summary>Something that is wrong in a session's folder.</summary>
/// <param name="Level">How bad it is.</param>
/// <param name="Code">The kind, for programs.</param>
/// <param name="File">The file's name; null: the folder.</param>
/// <param name="Line">The line, from 1; null: the whole file.</param>
/// <param name="Message">What is wrong, for people; it may hold text from outside.</param>
public sealed record Finding(FindingLevel Level, string Code, string? File, int? Line, string Message);

/// <summary>An entry of the folder.</summary>
/// <param name="Name">Its name.</param>
/// <param name="IsFile">Not a link, a folder, a pipe or a device.</param>
/// <param name="Length">Bytes.</param>
/// <param name="Mode">Its permissions; null on Windows.</param>
public sealed record FileEvidence(string Name, bool IsFile, long Length, UnixFileMode? Mode);

/// <summary>What a line is that cannot be used.</summary>
public enum LineFault
{
    /// <summary>It has no line break: the last one, cut off.</summary>
    Torn,
    /// <summary>It is no JSON, or not of this file.</summary>
    Invalid,
    /// <summary>It names another session.</summary>
    Foreign,
    /// <summary>It holds what looks like a key.</summary>
    Secret,
    /// <summary>Its time is before that of the line above.</summary>
    Backwards,
}

/// <summary>A line with a fault; <c>Line</c> from 1.</summary>
public readonly record struct LineEvidence(string File, int Line, LineFault Fault);

/// <summary>A record of turns.jsonl; <c>Line</c> from 1.</summary>
public sealed record RecordEvidence(int Line, RecordLine Of);

/// <summary>A WAV file. <c>Problem</c>: why it cannot be read; <c>Bytes</c>: by its header; <c>Actual</c>: that are there.</summary>
public sealed record WavEvidence(string Name, string? Problem, WavFormat? Format, long Bytes, long Actual)
{
    /// <summary>The sound's length in ms.</summary>
    public long Milliseconds => Format is { } format ? Actual * 1000 / ((long)format.FrameBytes * format.Rate) : 0;
}

/// <summary>Everything that is in the folder of a session, as far as it is judged.</summary>
/// <param name="Id">The folder's name.</param>
public sealed record SessionEvidence(string Id)
{
    /// <summary>A process has it open: it may still be written.</summary>
    public bool IsOpen { get; init; }

    /// <summary>The folder's permissions; null on Windows.</summary>
    public UnixFileMode? Mode { get; init; }

    /// <summary>The folder's entries.</summary>
    public IReadOnlyList<FileEvidence> Files { get; init; } = [];

    /// <summary>Lines that cannot be used.</summary>
    public IReadOnlyList<LineEvidence> Faults { get; init; } = [];

    /// <summary>The records that can be read, in order.</summary>
    public IReadOnlyList<RecordEvidence> Records { get; init; } = [];

    /// <summary>summary.json; null: it is not there, or cannot be read.</summary>
    public SessionSummary? Summary { get; init; }

    /// <summary>config.json; null: it is not there, or no JSON.</summary>
    public JsonElement? Config { get; init; }

    /// <summary>What the wire log says was used; null: the wire was not recorded.</summary>
    public WireBill? Wire { get; init; }

    /// <summary>The recorded sound.</summary>
    public IReadOnlyList<WavEvidence> Sounds { get; init; } = [];

    /// <summary>The entry of this name; null: there is none.</summary>
    public FileEvidence? File(string name) => Files.FirstOrDefault(file => file.Name == name);

    /// <summary>A setting of config.json; null: it is not there.</summary>
    public string? Setting(string key) =>
        Config is { ValueKind: JsonValueKind.Object } config && config.TryGetProperty($"realtime.{key}", out var setting)
        && setting.ValueKind == JsonValueKind.Object && setting.TryGetProperty("value", out var value)
        && value.ValueKind == JsonValueKind.String ? value.GetString() : null;
}
