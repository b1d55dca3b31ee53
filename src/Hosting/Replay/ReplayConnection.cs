using System.Text.Json;
using System.Text.Json.Nodes;
using RealtimeAkka.Actors.Socket;
using RealtimeAkka.Protocol.Messages;
using RealtimeAkka.Protocol.Wire;

namespace RealtimeAkka.Hosting.Replay;

/// <summary>
/// A connection on which the recorded events arrive at their recorded times, but never before the request that they answer: an answer to
/// a request that is not made never arrives.
/// </summary>
internal sealed class ReplayConnection : IRealtimeConnection
{
    private readonly RecordedConnection _recorded;
    private readonly VirtualTime _time;
    private readonly TimeSpan _origin;
    private readonly PriorityQueue<RecordedEvent, (TimeSpan At, int Place)> _coming = new();
    private readonly Dictionary<string, List<(RecordedEvent Event, int Place)>> _waiting = new(StringComparer.Ordinal);
    private readonly HashSet<string> _asked = new(StringComparer.Ordinal);
    private readonly List<string> _unanswered = [];
    private TaskCompletionSource<ReceiveResult>? _receiving;
    private IDisposable? _alarm;
    private (TimeSpan At, ConnectionEnd How)? _end;

    /// <summary>The connection opens now.</summary>
    public ReplayConnection(RecordedConnection recorded, VirtualTime time, TimeSpan origin)
    {
        (_recorded, _time, _origin) = (recorded, time, origin);
        for (var place = 0; place < recorded.Events.Count; place++)
        {
            var e = recorded.Events[place];
            if (e.Answers is null) Add(e, place);
            else if (_waiting.TryGetValue(e.Answers, out var others)) others.Add((e, place));
            else _waiting[e.Answers] = [(e, place)];
        }
        if (recorded is { EndAt: { } at, End: { } end, ClosingAt: null }) _end = (origin + at, end);
    }

    /// <summary>See <see cref="ReplayConnector.Deviations"/>.</summary>
    public IEnumerable<string> Deviations(bool isWhole) => _unanswered.Concat(
        _recorded.Requests.Where(request => isWhole && request.IsAnswered && !_asked.Contains(request.Id))
        .Select(request => $"{About(request.Turn)}the request {request.Id} of the recording is not made; its answer is left out"));

    /// <inheritdoc/>
    public ValueTask<ReceiveResult> ReceiveAsync()
    {
        if (Next() is { } next) return new(next);
        _receiving = new TaskCompletionSource<ReceiveResult>(); // its continuations run at once
        Arm();
        return new(_receiving.Task);
    }

    /// <inheritdoc/>
    public Task SendAsync(ClientEvent clientEvent)
    {
        if (clientEvent is not (SessionUpdate or CreateResponse or CommitAudio) || clientEvent.EventId is not { Value: var id })
            return Task.CompletedTask;
        _asked.Add(id);
        var known = _recorded.Requests.FirstOrDefault(request => request.Id == id);
        if (known is null)
            _unanswered.Add($"{About(Turn(clientEvent))}the request {id} is not in the recording and gets no answer");
        if (_waiting.Remove(id, out var answers))
        {
            foreach (var (e, place) in answers) Add(e, place);
            Arm();
        }
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public Task CloseAsync()
    {
        var delay = _recorded is { ClosingAt: { } closing, EndAt: { } ended } && ended > closing ? ended - closing : TimeSpan.Zero;
        var how = _recorded is { ClosingAt: not null, End: { } end } ? end : new ConnectionEnd.Closed(1000, null);
        _end ??= (_time.Now + delay, how);
        Arm();
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync()
    {
        _alarm?.Dispose();
        return ValueTask.CompletedTask;
    }

    private static string About(string? turn) => turn is null ? "" : $"turn {turn}: ";

    private static string? Turn(ClientEvent e) => (e as CreateResponse)?.Response?.Metadata?.GetValueOrDefault(OutOfBandMetadata.Turn);

    private void Add(RecordedEvent e, int place)
    {
        var at = _origin + e.At;
        _coming.Enqueue(e, (at > _time.Now ? at : _time.Now, place));
    }

    private ReceiveResult? Next()
    {
        if (_coming.TryPeek(out var e, out var place) && place.At <= _time.Now && !(_end?.At < place.At))
        {
            _coming.Dequeue();
            return Decode(e);
        }
        return _end is { } end && end.At <= _time.Now ? new ReceiveResult.End(end.How) : null;
    }

    private void Arm()
    {
        if (_receiving is null) return;
        TimeSpan? due = _coming.TryPeek(out _, out var place) ? place.At : null;
        if (_end is { } end && !(due <= end.At)) due = end.At;
        _alarm?.Dispose();
        _alarm = due is { } at ? _time.At(at, Deliver) : null;
    }

    private void Deliver()
    {
        if (_receiving is not { } receiving || Next() is not { } next) return;
        _receiving = null;
        receiving.SetResult(next);
    }

    private static ReceiveResult Decode(RecordedEvent e)
    {
        var frame = e.AudioBytes == 0 ? e.Json : WithSilence(e);
        try
        {
            return new ReceiveResult.Event(RealtimeCodec.Decode(frame));
        }
        catch (JsonException broken)
        {
            return new ReceiveResult.Skipped(RealtimeCodec.Peek(frame, "type"u8), broken.Message, frame.Length);
        }
    }

    // Of the assistant's audio only the length counts.
    private static byte[] WithSilence(RecordedEvent e)
    {
        var json = JsonNode.Parse(e.Json)!;
        json["delta"] = Convert.ToBase64String(new byte[e.AudioBytes]);
        return JsonSerializer.SerializeToUtf8Bytes(json);
    }
}
