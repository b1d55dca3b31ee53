using System.Text;
using System.Text.Json;

namespace RealtimeAkka.Simulator.Wire;

/// <summary>What a connection's log keeps.</summary>
public enum WireLogging
{
    /// <summary>Nothing.</summary>
    None,

    /// <summary>Everything except appends, which are only counted.</summary>
    Events,

    /// <summary>Everything.</summary>
    All,
}

/// <summary>Sender of a message from the client's point of view, as in a recorded wire log.</summary>
public enum Direction
{
    /// <summary>By the client.</summary>
    Sent,

    /// <summary>By the simulator, received by the client.</summary>
    Received,
}

/// <summary>One message on the wire: <c>Sent</c> by the client or <c>Received</c> by it.</summary>
public sealed class WireEntry(Direction direction, string type, byte[] utf8, DateTimeOffset at)
{
    private readonly Lazy<JsonElement> _json = new(() => JsonElement.Parse(utf8));

    /// <summary>Who sent the message.</summary>
    public Direction Direction { get; } = direction;

    /// <summary>The event's <c>type</c>; empty where it could not be read.</summary>
    public string Type { get; } = type;

    /// <summary>When the message was sent or received.</summary>
    public DateTimeOffset At { get; } = at;

    /// <summary>The message exactly as on the wire.</summary>
    public string Text => Encoding.UTF8.GetString(utf8);

    /// <summary>The message as JSON; throws for a deliberately malformed one.</summary>
    public JsonElement Json => _json.Value;

    /// <summary>The string, or the raw JSON of another value, at a path such as <c>response.status</c>; null where there is none.</summary>
    public string? this[string path]
    {
        get
        {
            var at = Json;
            foreach (var name in path.Split('.'))
                if (at.ValueKind != JsonValueKind.Object || !at.TryGetProperty(name, out at)) return null;
            return at.ValueKind == JsonValueKind.String ? at.GetString() : at.GetRawText();
        }
    }

    /// <inheritdoc/>
    public override string ToString() => $"{Direction} {Type}";
}

/// <summary>All messages of one connection, in order, with methods that wait for a message instead of sleeping.</summary>
public sealed class WireLog(WireLogging level)
{
    private readonly Lock _lock = new();
    private readonly List<WireEntry> _entries = [];
    private readonly List<(Func<WireEntry, bool> Wanted, TaskCompletionSource<WireEntry> Found)> _waiting = [];
    private readonly List<(long Bytes, TaskCompletionSource Heard)> _listening = [];

    /// <summary>All kept messages so far, oldest first.</summary>
    public IReadOnlyList<WireEntry> Entries { get { lock (_lock) return [.. _entries]; } }

    /// <summary>Decoded audio bytes received so far.</summary>
    public long AudioBytes { get; private set; }

    /// <summary>Number of <c>input_audio_buffer.append</c> events received so far.</summary>
    public long Appends { get; private set; }

    /// <summary>The messages of one type, oldest first.</summary>
    public IReadOnlyList<WireEntry> Of(string type) => [.. Entries.Where(e => e.Type == type)];

    /// <summary>The first matching message, past or future; <see cref="TimeoutException"/> after the limit.</summary>
    public Task<WireEntry> WaitAsync(Func<WireEntry, bool> wanted, TimeSpan limit)
    {
        lock (_lock)
        {
            if (_entries.FirstOrDefault(wanted) is { } already) return Task.FromResult(already);
            var found = new TaskCompletionSource<WireEntry>(TaskCreationOptions.RunContinuationsAsynchronously);
            _waiting.Add((wanted, found));
            return WithinAsync(found.Task, limit);
        }
    }

    /// <summary>The first or <paramref name="nth"/> event of a type, past or future.</summary>
    public Task<WireEntry> WaitAsync(string type, TimeSpan limit, int nth = 1)
    {
        var seen = 0;
        return WaitAsync(e => e.Type == type && ++seen == nth, limit);
    }

    /// <summary>Completes once that many bytes of audio were received; <see cref="TimeoutException"/> after the limit.</summary>
    public Task WaitForAudioAsync(long bytes, TimeSpan limit)
    {
        lock (_lock)
        {
            if (AudioBytes >= bytes) return Task.CompletedTask;
            var heard = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            _listening.Add((bytes, heard));
            return heard.Task.WaitAsync(limit);
        }
    }

    /// <summary>One JSON object per line, <c>{"dir":..., "event":...}</c>; malformed messages are left out.</summary>
    public string ToJsonLines()
    {
        var lines = new StringBuilder();
        foreach (var entry in Entries)
            if (entry.Type.Length > 0)
                lines.Append(entry.Direction == Direction.Sent ? "{\"dir\":\"sent\",\"event\":" : "{\"dir\":\"received\",\"event\":")
                    .Append(entry.Text.ReplaceLineEndings(" ")).Append("}\n");
        return lines.ToString();
    }

    private async Task<WireEntry> WithinAsync(Task<WireEntry> found, TimeSpan limit)
    {
        try
        {
            return await found.WaitAsync(limit);
        }
        catch (TimeoutException)
        {
            throw new TimeoutException(
                $"Not on the wire within {limit.TotalSeconds} s. The last that was: {string.Join(", ", Entries.TakeLast(20))}");
        }
    }

    internal void Add(Direction direction, string type, ReadOnlySpan<byte> utf8, DateTimeOffset at)
    {
        if (level == WireLogging.None) return;
        lock (_lock)
        {
            var entry = new WireEntry(direction, type, utf8.ToArray(), at);
            _entries.Add(entry);
            _waiting.RemoveAll(w => w.Found.Task.IsCompleted || (w.Wanted(entry) && w.Found.TrySetResult(entry)));
        }
    }

    internal void AddAppend(ReadOnlySpan<byte> utf8, DateTimeOffset at)
    {
        lock (_lock) Appends++;
        if (level == WireLogging.All) Add(Direction.Sent, ClientFrame.Append, utf8, at);
    }

    internal void AddAudio(int bytes)
    {
        lock (_lock)
        {
            AudioBytes += bytes;
            _listening.RemoveAll(l => l.Bytes <= AudioBytes && l.Heard.TrySetResult());
        }
    }
}
