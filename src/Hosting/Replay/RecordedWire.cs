using System.Text.Json;
using RealtimeAkka.Hosting.Configuration;
using RealtimeAkka.Hosting.Net;

namespace RealtimeAkka.Hosting.Replay;

/// <summary>What a session's folder holds about its wire: <c>timeline.jsonl</c> and <c>wire.jsonl</c>.</summary>
/// <param name="Began">The beginning of the recording.</param>
/// <param name="Connections">All attempts to connect, in order; at least one.</param>
/// <param name="Spoken">Where the input stands on the clock.</param>
/// <param name="FramesAt">When the frames of the first open connection were sent.</param>
/// <param name="LastFrameAt">When the last frame of all was sent; null: there was none.</param>
/// <param name="EndAt">When the last event was recorded.</param>
/// <param name="ReturnedAt">When the output of each function was sent to the model, by the id of its call.</param>
/// <param name="Warnings">What is not whole.</param>
internal sealed record RecordedWire(
    TimelineEntry.Began Began, IReadOnlyList<RecordedConnection> Connections, IReadOnlyList<TimelineEntry.Spoken> Spoken,
    IReadOnlyList<TimeSpan> FramesAt, TimeSpan? LastFrameAt, TimeSpan EndAt, IReadOnlyDictionary<string, TimeSpan> ReturnedAt,
    IReadOnlyList<string> Warnings)
{
    /// <summary>The largest frame of a WebSocket that is read.</summary>
    public const int MaxFrame = 16 * 1024 * 1024;

    // Of the events without their sound: weeks of speech.
    private const long MaxKept = 1024 * 1024 * 1024;

    // One year, the maximum duration of a session.
    private const double MaxSeconds = 365.0 * 24 * 3600;

    /// <summary>Reads a folder. Throws <see cref="ConfigException"/> if a file is missing, damaged or of another version.</summary>
    public static RecordedWire Read(string folder)
    {
        var timeline = new RecordedLines(Path.Combine(folder, "timeline.jsonl"));
        var entries = timeline.Read().Select(line => Entry(timeline, line)).ToList();
        if (entries.FirstOrDefault() is not TimelineEntry.Began began) throw timeline.Error("the first line must be what began.");
        var connections = new List<ConnectionReader>();
        foreach (var entry in entries)
        {
            if (entry is TimelineEntry.Connecting connecting) connections.Add(new ConnectionReader(connecting));
            else if (NumberOf(entry) is { } number) connections.Find(connection => connection.Number == number)?.Add(entry);
        }
        if (connections.Count == 0) throw timeline.Error("the session never tried to connect.");

        var opened = entries.OfType<TimelineEntry.Connected>().ToList();
        var wire = new RecordedLines(Path.Combine(folder, "wire.jsonl"));
        List<TimeSpan> frames = [];
        var returned = new Dictionary<string, TimeSpan>(StringComparer.Ordinal);
        var (last, end, current, kept) = ((TimeSpan?)null, TimeSpan.Zero, 0, 0L);
        foreach (var line in wire.Read())
        {
            if (!line.TryGetProperty("t", out var t) || t.ValueKind != JsonValueKind.Number
                || t.GetDouble() is not (>= 0 and <= MaxSeconds and var at) || !line.TryGetProperty("event", out var e))
                throw wire.Error("""it must be {"t":SECONDS,"dir":"sent" or "received","event":{...}}.""");
            end = TimeSpan.FromSeconds(at);
            while (current < opened.Count && opened[current].T <= at) current++;
            if (current == 0 || connections.Find(c => c.Number == opened[current - 1].Connection) is not { } connection)
                throw wire.Error("timeline.jsonl has no connection that was open at that time.");
            if (Text(line, "dir") == "received") kept += connection.Received(end, e);
            else if (Text(e, "type") == "input_audio_buffer.append") AddFrame(end);
            else
            {
                connection.Sent(e);
                if (CallOf(e) is { } call) returned.TryAdd(call, end);
            }
            if (kept > MaxKept) throw wire.Error("the events are more than 1 GiB, without their sound.");
        }
        var spoken = entries.OfType<TimelineEntry.Spoken>().ToList();
        return new RecordedWire(
            began, [.. connections.Select(connection => connection.Read(ListeningAt(connection)))], spoken, frames, last, end, returned,
            [.. new[] { timeline.Warning, wire.Warning }.OfType<string>()]);

        // Of the connection on which the session opened.
        TimeSpan? ListeningAt(ConnectionReader connection) =>
            spoken is [{ At: var at }, ..] && opened.FindLast(one => one.T <= at)?.Connection == connection.Number
                ? TimeSpan.FromSeconds(at) : null;

        void AddFrame(TimeSpan at)
        {
            if (current == 1) frames.Add(at);
            last = at;
        }
    }

    private static TimelineEntry Entry(RecordedLines lines, JsonElement line)
    {
        // The version first: a newer one may have lines that this program does not know.
        if (line.TryGetProperty("version", out var version) && version.GetRawText() != $"{TimelineRecorder.Version}")
            throw lines.Error($"it is of version {version.GetRawText()}; this program replays version {TimelineRecorder.Version}.");
        try
        {
            return line.Deserialize(TimelineJson.Default.TimelineEntry) is { T: >= 0 and <= MaxSeconds } entry && IsValid(entry) ? entry
                : throw lines.Error("it has a time or a name that no session has.");
        }
        catch (Exception e) when (e is JsonException or NotSupportedException or InvalidOperationException)
        {
            throw new ConfigException(lines.Error("it is not what this program writes.").Message, e);
        }
    }

    // The session's id becomes the name of an actor.
    private static bool IsValid(TimelineEntry entry) => entry switch
    {
        TimelineEntry.Began began => began.Session is { Length: > 0 and <= 64 } id && id.All(c => char.IsAsciiLetterOrDigit(c) || c == '-')
            && began is { Input: not null, At.Year: > 2000 and < 9000, SoundFormat: not null },
        TimelineEntry.Spoken spoken => spoken is { Place: >= 0, At: >= 0 and <= MaxSeconds },
        _ => true,
    };

    private static int? NumberOf(TimelineEntry entry) => entry switch
    {
        TimelineEntry.Connected c => c.Connection,
        TimelineEntry.Closing c => c.Connection,
        TimelineEntry.Ended c => c.Connection,
        _ => null,
    };

    private static string? CallOf(JsonElement sent) =>
        sent.ValueKind == JsonValueKind.Object && sent.TryGetProperty("item", out var item) && Text(item, "type") == "function_call_output"
            ? Text(item, "call_id") : null;

    private static string? Text(JsonElement e, string name) =>
        e.ValueKind == JsonValueKind.Object && e.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String
            ? value.GetString() : null;
}
