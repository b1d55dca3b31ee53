using System.Globalization;
using System.Text;
using System.Text.Json;
using RealtimeAkka.Hosting.Configuration;
using RealtimeAkka.Hosting.Logging;
using RealtimeAkka.Protocol.Records;

namespace RealtimeAkka.Hosting.Sessions;

/// <summary>What a session's name and settings say about it.</summary>
/// <param name="StartedAt">When it started, UTC; to the second, from its id.</param>
/// <param name="Model">The Realtime model; "unknown" if the folder does not say.</param>
/// <param name="AsrModel">The built-in transcription's model, or null.</param>
/// <param name="Source">Where the call came from, as far as the settings say.</param>
public sealed record RecordedFacts(DateTimeOffset StartedAt, string Model, string? AsrModel, CallSource Source);

/// <summary>A session as recorded in its folder (docs/contract.md 6), written by any version and ended in any way.</summary>
/// <param name="Folder">The path of the folder; of a session that comes from elsewhere, where it would be.</param>
/// <param name="StartedAt">When it started, UTC; to the second, from its id.</param>
/// <param name="Model">The Realtime model; "unknown" if the folder does not say.</param>
/// <param name="AsrModel">The built-in transcription's model, or null.</param>
/// <param name="Summary">Its own summary; if it left none, one computed from its records.</param>
/// <param name="IsFinished">Whether it left a summary; if not, it was killed or is still running.</param>
/// <param name="Skipped">Lines of its records that could not be read.</param>
public sealed record RecordedSession(
    string Folder, DateTimeOffset StartedAt, string Model, string? AsrModel, SessionSummary Summary, bool IsFinished, int Skipped)
{
    // A summary and a configuration are a few kilobytes; a larger file was not written by this program.
    private const int MaxFile = 4 * 1024 * 1024;

    // One year, the maximum duration of a session.
    private const long MaxMs = 365L * 24 * 3600 * 1000;

    /// <summary>Its id, the folder's name.</summary>
    public string Id => Path.GetFileName(Folder);

    /// <summary>Its duration; for an unfinished session, until its last log entry.</summary>
    public TimeSpan Length => TimeSpan.FromMilliseconds(Summary.DurationMs);

    /// <summary>Where the call came from.</summary>
    public CallSource Source { get; init; }

    /// <summary>A warning about it, one line; null if every line could be read.</summary>
    public string? Warning =>
        Skipped == 0 ? null : $"{Id}: {Skipped} unreadable {(Skipped == 1 ? "line" : "lines")} of turns.jsonl skipped.";

    /// <summary>Reads a folder. Throws <see cref="IOException"/> or <see cref="UnauthorizedAccessException"/> if that fails.</summary>
    public static RecordedSession Read(string folder)
    {
        var facts = Facts(folder);
        if (SummaryIn(folder) is var (_, summary)) return Finished(folder, facts, summary);
        using var file = Open(Path.Combine(folder, "turns.jsonl"));
        var reader = new RecordReader(file);
        return Unfinished(folder, facts, reader.Read(), LengthOf(folder)) with { Skipped = reader.Skipped };
    }

    /// <summary>A session that left a summary.</summary>
    internal static RecordedSession Finished(string folder, RecordedFacts facts, SessionSummary summary) =>
        new(folder, facts.StartedAt, facts.Model, facts.AsrModel, summary, IsFinished: true, Skipped: 0)
            { Source = summary.Source ?? facts.Source };

    /// <summary>A session that left none: its records are added up.</summary>
    internal static RecordedSession Unfinished(string folder, RecordedFacts facts, IEnumerable<RecordLine> lines, TimeSpan length)
    {
        var costs = new RecordedCosts(facts.Model, facts.AsrModel);
        foreach (var line in lines) costs.Add(line.Record);
        return new(folder, facts.StartedAt, facts.Model, facts.AsrModel, costs.Summarize(Path.GetFileName(folder), length),
            IsFinished: false, Skipped: 0) { Source = facts.Source };
    }

    /// <summary>What the name and the settings of a folder say. Throws as <see cref="Read"/> does.</summary>
    internal static RecordedFacts Facts(string folder)
    {
        var settings = Json(Path.Combine(folder, "config.json"));
        var source = Setting(settings, "realtime.mic.input") switch
            { "mic" => CallSource.Mic, "browser" => CallSource.Browser, "telephone" => CallSource.Telephone, _ => CallSource.File };
        return new RecordedFacts(
            Start(folder), Setting(settings, "realtime.session.model") ?? "unknown",
            Setting(settings, "realtime.session.asr-model") is { } name and not "none" ? name : null, source);
    }

    /// <summary>How long an unfinished session lasted, by its last log entry.</summary>
    internal static TimeSpan LengthOf(string folder) => LastSign(folder) - Start(folder);

    /// <summary>All records in order, and how many lines could not be read. Throws as <see cref="Read"/> does.</summary>
    public (IReadOnlyList<RecordLine> Lines, int Skipped) Records()
    {
        using var file = Open(Path.Combine(Folder, "turns.jsonl"));
        var reader = new RecordReader(file);
        return ([.. reader.Read()], reader.Skipped);
    }

    /// <summary>The summary in a folder, as written and as read; null: there is none. Throws as <see cref="Read"/> does.</summary>
    internal static (byte[] Json, SessionSummary Summary)? SummaryIn(string folder) =>
        Bytes(Path.Combine(folder, "summary.json")) is { } bytes && ReadSummary(bytes, Path.GetFileName(folder)) is { } summary
            ? (bytes, summary) : null;

    /// <summary>The summary of a session; null: it is none.</summary>
    internal static SessionSummary? ReadSummary(ReadOnlySpan<byte> json, string id)
    {
        try
        {
            if (RecordCodec.Decode(json) is not SessionSummary { Oob: not null, Asr: not null, Conversation: not null,
                DurationMs: >= 0 and <= MaxMs } summary) return null;
            return summary with
            {
                Session = id, Tasks = summary.Tasks is { ByTask: not null } tasks ? tasks
                : new TaskCosts(summary.Tasks?.Usd ?? 0m, TaskCosts.None.ByTask),
                Unpriced = summary.Unpriced ?? [], OobUsdIfNarrower = summary.OobUsdIfNarrower ?? [],
                Audio = summary.Audio ?? new AudioFigures(0, 0, 0, 0), Exit = summary.Exit ?? RecordedCosts.Unfinished,
            };
        }
        catch (Exception e) when (e is JsonException or NotSupportedException or InvalidOperationException)
        {
            return null; // torn: killed while writing
        }
    }

    /// <summary>
    /// When the session in a folder started. s-20261122-084500-...: the time to the second; a folder with any other name: when it was
    /// created.
    /// </summary>
    public static DateTimeOffset Start(string folder) =>
        Path.GetFileName(folder) is { Length: > 17 } id
        && DateTimeOffset.TryParseExact(
            id.AsSpan(2, 15), "yyyyMMdd-HHmmss", CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var start)
            ? start
            : new DateTimeOffset(Directory.GetCreationTimeUtc(folder), TimeSpan.Zero);

    // The time of the last readable log entry: a copied folder keeps it, unlike the times of its files.
    private static DateTimeOffset LastSign(string folder)
    {
        try
        {
            using var log = Open(Path.Combine(folder, "session.log"));
            log.Seek(-Math.Min(log.Length, 256 * 1024), SeekOrigin.End);
            var lines = new StreamReader(log, Encoding.UTF8).ReadToEnd().Split('\n');
            return lines.Reverse().Select(LogEntry.TryParse).FirstOrDefault(entry => entry is not null)?.Time ?? Start(folder);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return Start(folder);
        }
    }

    private static string? Setting(JsonElement? settings, string key) =>
        settings is { ValueKind: JsonValueKind.Object } s && s.TryGetProperty(key, out var entry) && entry.ValueKind == JsonValueKind.Object
        && entry.TryGetProperty("value", out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    private static JsonElement? Json(string path)
    {
        try
        {
            return Bytes(path) is { } bytes ? JsonElement.Parse(bytes) : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static byte[]? Bytes(string path)
    {
        if (!File.Exists(path)) return null;
        using var file = Open(path);
        if (file.Length > MaxFile) return null;
        var bytes = new byte[file.Length];
        file.ReadExactly(bytes);
        return bytes;
    }

    private static FileStream Open(string path) => TextFile.OpenRegular(path);
}
