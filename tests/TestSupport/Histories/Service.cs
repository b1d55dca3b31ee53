using RealtimeAkka.Protocol.Wire;
using static RealtimeAkka.TestSupport.Say;

namespace RealtimeAkka.TestSupport;

/// <summary>
/// The service on one connection, reduced to turns: it commits items, transcribes them, reads requests in order and answers each
/// about the item it refers to at that time. Its events are queued until the history delivers them. It receives the part of the call
/// at or after <paramref name="fromMs"/> on the session's audio clock.
/// </summary>
internal sealed class Service(int number, Call call, long fromMs)
{
    public const string ResponseUsage = """{"output_tokens":100,"output_token_details":{"text_tokens":100}}""";
    public const string AsrUsage = """{"input_tokens":100,"input_token_details":{"audio_tokens":100}}""";

    private readonly List<string> _items = [];
    private readonly List<string> _untranscribed = [];
    private readonly List<(string Id, string? Subject, Dictionary<string, string>? Metadata)> _running = [];
    private readonly Queue<ClientEvent> _unread = new();
    private int _responses;
    private int _heard = call.FirstFrom(fromMs) - 1;
    private string? _speaking;

    /// <summary>Events that were sent and not delivered.</summary>
    public LinkedList<ServerEvent> Said { get; } = new();

    /// <summary>Whether it has not yet received speech that an earlier connection did.</summary>
    public bool IsBehind => _heard < call.Said || _speaking is not null;

    public void Arrives(ClientEvent e) => _unread.Enqueue(e);

    public void HearsSpeech()
    {
        if (_speaking is not null) return;
        _speaking = call.Item($"i{number}.{_items.Count + 1}", ++_heard);
        Say(Started(_speaking, Call.StartMs(_heard) - fromMs), Stopped(_speaking, Call.EndMs(_heard) - fromMs));
    }

    public void Commits(bool silently, bool idle)
    {
        if (idle && _speaking is not null) return; // speech is in progress
        if (!idle) HearsSpeech();
        var item = _speaking ?? $"i{number}.{_items.Count + 1}";
        var before = _items.LastOrDefault();
        _speaking = null;
        _items.Add(item);
        // Its clock begins with the connection, maybe behind the end of what was heard before.
        var atMs = Math.Max(0, Call.EndMs(_heard) - fromMs);
        if (idle) Say(TimedOut(item, atMs, atMs));
        else _untranscribed.Add(item);
        if (!silently) Say(Committed(item, before));
        Say(Spoken(item, before), new ItemDone(Spoken(item, before).Item));
    }

    public void Transcribes(int which, bool fails)
    {
        if (_untranscribed.Count == 0) return;
        var item = _untranscribed[which % _untranscribed.Count];
        _untranscribed.Remove(item);
        Say(fails ? AsrFailed(item, "audio_unintelligible") : Asr(item, call.Words(item), AsrUsage));
    }

    /// <summary>Reads the next request; a request without references is bound to the latest turn here.</summary>
    public void Reads()
    {
        if (!_unread.TryDequeue(out var e)) return;
        if (e is CancelResponse { ResponseId: { } id } && _running.FindIndex(r => r.Id == id.Value) is >= 0 and var at)
            Ends(at, "cancelled", null, null);
        if (e is not CreateResponse { Response: { } request }) return;

        var subject = request.Input is { Count: > 0 } input ? input[^1].Id!.Value.Value : _items.LastOrDefault();
        Begins(subject, request.Metadata!.ToDictionary());
    }

    public void Ignores() => _unread.TryDequeue(out _);

    public void Rejects(bool withId, string code)
    {
        if (!_unread.TryDequeue(out var e) || e is not CreateResponse) return;
        Say(Error(code, withId ? e.EventId!.Value.Value : null, "Please try again in 250ms."));
    }

    /// <summary>Starts a response in the conversation.</summary>
    public void Answers() => Begins(_items.LastOrDefault(), null);

    public void Finishes(int which, int how)
    {
        if (_running.Count == 0) return;
        var at = which % _running.Count;
        var words = call.Words(_running[at].Subject ?? "nobody");
        switch (how % 8)
        {
            case 0: Ends(at, "completed", "", null); break;
            case 1: Ends(at, "failed", null, new ErrorDetail("server_error", "server_error")); break;
            case 2: Ends(at, "failed", null, new ErrorDetail("tokens", "rate_limit_exceeded", "Please try again in 1.5s.")); break;
            case 3: Ends(at, "incomplete", words[..3], null); break;
            case 4: Ends(at, "failed", null, new ErrorDetail("insufficient_quota", "insufficient_quota")); break;
            default: Ends(at, "completed", words, null); break;
        }
    }

    private void Begins(string? subject, Dictionary<string, string>? metadata)
    {
        var id = $"r{number}.{++_responses}";
        _running.Add((id, subject, metadata));
        Say(Created(id, metadata));
    }

    private void Ends(int at, string status, string? text, ErrorDetail? error)
    {
        var (id, _, metadata) = _running[at];
        _running.RemoveAt(at);
        Say(Done(id, text, status, ResponseUsage, error: error, metadata: metadata));
    }

    private void Say(params ReadOnlySpan<ServerEvent> events)
    {
        foreach (var e in events) Said.AddLast(e);
    }
}
