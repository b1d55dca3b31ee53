using System.Buffers.Text;
using System.Globalization;
using System.Text;
using System.Text.Json;
using RealtimeAkka.Hosting.Net;
using RealtimeAkka.Protocol.Messages;
using RealtimeAkka.Protocol.Wire;

namespace RealtimeAkka.Hosting.Replay;

/// <summary>
/// Collects one connection from the lines of its recording, and finds out which event answers which request: by the id of the request
/// where the server repeats it, else the n-th event of a kind answers the n-th request of its kind.
/// </summary>
public sealed class ConnectionReader(TimelineEntry.Connecting attempt)
{
    private const int MaxId = 512; // characters; the longest id that the protocol allows

    private readonly List<RecordedEvent> _events = [];
    private readonly List<RecordedRequest> _requests = [];
    private readonly HashSet<string> _answered = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string> _about = new(StringComparer.Ordinal); // request by the id of a response or an item
    private readonly Queue<string> _updates = new(), _commits = new(), _answers = new(); // requests without an answer
    private TimeSpan? _openAt, _endAt, _closingAt;
    private ConnectionEnd? _end;
    private int? _settled; // place of the event that says that the session is configured

    /// <summary>Its number.</summary>
    public int Number => attempt.Connection;

    /// <summary>What happened to the connection.</summary>
    public void Add(TimelineEntry entry)
    {
        var at = TimeSpan.FromSeconds(entry.T);
        if (entry is TimelineEntry.Connected) _openAt = at;
        if (entry is TimelineEntry.Closing) _closingAt ??= at;
        if (entry is TimelineEntry.Ended ended) (_endAt, _end) = (_endAt ?? at, _end ?? ended.End);
    }

    /// <summary>An event of ours, which is not audio.</summary>
    public void Sent(JsonElement e)
    {
        if (Text(e, "event_id") is not { Length: <= MaxId } id) return;
        var request = Object(e, "response");
        var turn = request is { } r && Object(r, "metadata") is { } metadata ? Text(metadata, OutOfBandMetadata.Turn) : null;
        var isOutOfBand = request is { } asked && Object(asked, "metadata") is not null;
        switch (Text(e, "type"))
        {
            case "session.update":
                _updates.Enqueue(id);
                break;
            case "input_audio_buffer.commit":
                _commits.Enqueue(id);
                break;
            case "response.create":
                if (!isOutOfBand) _answers.Enqueue(id);
                break;
            default:
                return;
        }
        _requests.Add(new RecordedRequest(id, turn, IsAnswered: false));
    }

    /// <summary>An event of the server; a frame that is not JSON is a text. Returns the bytes that are kept of it.</summary>
    public int Received(TimeSpan at, JsonElement e)
    {
        if (e.ValueKind == JsonValueKind.String)
        {
            var frame = Encoding.UTF8.GetBytes(e.GetString()!);
            _events.Add(new RecordedEvent(at, frame, 0, null));
            return frame.Length;
        }
        var answers = AnsweredBy(e);
        if (answers is not null) _answered.Add(answers);
        var (json, bytes) = WithoutAudio(e);
        if (Text(e, "type") == "session.updated") _settled ??= _events.Count;
        _events.Add(new RecordedEvent(at, json, bytes, answers));
        return json.Length;
    }

    /// <summary>
    /// All of it. <paramref name="listeningAt"/>: when the session began to listen on it; null: not known. A machine that starts a program
    /// needs a while between the event that configures the session and that moment, from which all times of a session count.
    /// </summary>
    public RecordedConnection Read(TimeSpan? listeningAt)
    {
        if (_settled is { } place && listeningAt > _events[place].At) _events[place] = _events[place] with { At = listeningAt.Value };
        return new RecordedConnection(
            Number, TimeSpan.FromSeconds(attempt.T), _openAt, _endAt, _end, _closingAt, _events,
            [.. _requests.Select(request => request with { IsAnswered = _answered.Contains(request.Id) })]);
    }

    private string? AnsweredBy(JsonElement e)
    {
        var response = Object(e, "response");
        var item = Object(e, "item") is { } whole ? Text(whole, "id") : null;
        var about = Text(e, "response_id") ?? (response is { } r ? Text(r, "id") : null) ?? Text(e, "item_id") ?? item;
        switch (Text(e, "type"))
        {
            case "session.updated":
                return _updates.TryDequeue(out var update) ? update : null;
            case "error":
                return Object(e, "error") is { } error && Text(error, "event_id") is { } id && _requests.Exists(asked => asked.Id == id)
                    ? id : null;
            case "response.created" when about is not null && response is { } created:
                var metadata = Object(created, "metadata");
                var of = metadata is { } ours && Text(ours, OutOfBandMetadata.Task) is not null ? OutOfBand(ours)
                    : _answers.TryDequeue(out var asked) ? asked : null;
                if (of is not null) _about[about] = of;
                return of;
            case "input_audio_buffer.committed" when about is not null:
                if (!_commits.TryDequeue(out var commit)) return null;
                return _about[about] = commit;
            default:
                if (about is null || !_about.TryGetValue(about, out var request)) return null;
                // The conversation tells of an item by its own id only.
                if (item is not null) _about[item] = request;
                return request;
        }
    }

    private string? OutOfBand(JsonElement metadata)
    {
        var (turn, attempt) = (Text(metadata, OutOfBandMetadata.Turn), Text(metadata, OutOfBandMetadata.Attempt));
        var id = $"oob_{Text(metadata, OutOfBandMetadata.Task)}_{turn}_{attempt}";
        return _requests.Exists(request => request.Id == id) ? id : null;
    }

    // The assistant's audio is only counted: it may be left out of the recording, and takes no memory here.
    private static (byte[] Json, int AudioBytes) WithoutAudio(JsonElement e)
    {
        if (Text(e, "type") is not ("response.output_audio.delta" or "response.audio.delta") || Text(e, "delta") is not { } delta)
            return (Encoding.UTF8.GetBytes(e.GetRawText()), 0);
        var bytes = delta.StartsWith('<') && delta.EndsWith(" bytes>", StringComparison.Ordinal)
            && int.TryParse(delta.AsSpan(1, delta.Length - 8), NumberStyles.None, CultureInfo.InvariantCulture, out var told) ? told
            : Base64.IsValid(delta, out var decoded) ? decoded : -1;
        if (bytes is < 0 or > RecordedWire.MaxFrame) return (Encoding.UTF8.GetBytes(e.GetRawText()), 0);
        using var json = new MemoryStream();
        using (var writer = new Utf8JsonWriter(json))
        {
            writer.WriteStartObject();
            foreach (var property in e.EnumerateObject().Where(property => property.Name != "delta")) property.WriteTo(writer);
            writer.WriteEndObject();
        }
        return (json.ToArray(), bytes);
    }

    private static string? Text(JsonElement e, string name) =>
        e.ValueKind == JsonValueKind.Object && e.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String
            ? value.GetString() : null;

    private static JsonElement? Object(JsonElement e, string name) =>
        e.ValueKind == JsonValueKind.Object && e.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.Object
            ? value : null;
}
