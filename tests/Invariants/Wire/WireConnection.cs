using System.Text.Json;

namespace RealtimeAkka.Invariants.Wire;

/// <summary>An audio user item: line numbers of its first event and of <c>committed</c>, null if absent.</summary>
public sealed record UserItem(string Id, int Line, int? CommittedLine);

/// <summary>The first terminal ASR event of an item; <paramref name="Text"/> is null for a failure.</summary>
public sealed record AsrWord(string? Text, JsonElement? Usage, WireEvent Event);

/// <summary>One sent out-of-band <c>response.create</c>.</summary>
public sealed record WireRequest(WireEvent Event)
{
    /// <summary>The task in its metadata.</summary>
    public string? Task => Event.Json.Text("response.metadata.oob");

    /// <summary>The user item in its metadata.</summary>
    public string? ItemId => Event.Json.Text("response.metadata.item_id");

    /// <summary>The attempt in its metadata.</summary>
    public string? Attempt => Event.Json.Text("response.metadata.attempt");

    /// <summary>The referenced items; null means the current conversation.</summary>
    public IReadOnlyList<string>? References => Event.Json.At("response.input") is null
        ? null
        : [.. Event.Json.Each("response.input").Where(i => i.Text("type") == "item_reference").Select(i => i.Text("id") ?? "")];

    /// <summary>Whether the response's metadata match this request.</summary>
    public bool IsAnsweredBy(WireResponse response) => response.Task == Task && response.ItemId == ItemId && response.Attempt == Attempt;
}

/// <summary>All events of one response.</summary>
public sealed class WireResponse(string id, int bytesPerMs)
{
    /// <summary>The server's response id.</summary>
    public string Id { get; } = id;

    /// <summary><c>response.created</c>; null if never received.</summary>
    public WireEvent? Created { get; internal set; }

    /// <summary>The first <c>response.done</c>; null if never received.</summary>
    public WireEvent? Done { get; internal set; }

    /// <summary>Text of finished parts, for servers that leave the output out of <c>response.done</c>.</summary>
    public string Said { get; internal set; } = "";

    /// <summary>The text of its items as they were done.</summary>
    public string Shown { get; internal set; } = "";

    /// <summary>Bytes of audio received for it.</summary>
    public long AudioBytes { get; internal set; }

    /// <summary>The same in milliseconds.</summary>
    public double AudioMs => (double)AudioBytes / bytesPerMs;

    private JsonElement? Metadata => (Created?.Json.At("response.metadata.oob") is not null ? Created : Done)?.Json.At("response.metadata");

    /// <summary>The task of an out-of-band response; null for a response in the conversation.</summary>
    public string? Task => Metadata?.Text("oob");

    /// <summary>The user item of an out-of-band response.</summary>
    public string? ItemId => Metadata?.Text("item_id");

    /// <summary>The attempt it answers.</summary>
    public string? Attempt => Metadata?.Text("attempt");

    /// <summary>Its final status; null before <c>response.done</c>.</summary>
    public string? Status => Done?.Json.Text("response.status");

    /// <summary>The usage in <c>response.done</c>.</summary>
    public JsonElement? Usage => Done?.Json.At("response.usage");

    /// <summary>The complete text of its output.</summary>
    public string Text
    {
        get
        {
            var output = Done is null ? [] : Done.Json.Each("response.output")
                .Select(item => string.Concat(item.Each("content").Select(part => part.Text("text") ?? part.Text("transcript"))))
                .Where(words => words.Length > 0);
            return string.Join(' ', output) is { Length: > 0 } text ? text.Trim() : Said.Length > 0 ? Said.Trim() : Shown.Trim();
        }
    }
}

/// <summary>One connection of the log, indexed by item, response and request. Ids are valid within it only.</summary>
public sealed class WireConnection
{
    private const string AsrPrefix = "conversation.item.input_audio_transcription.";

    private readonly Dictionary<string, UserItem> _items = [];
    private readonly List<string> _order = [];
    private readonly Dictionary<string, AsrWord> _asr = [];
    private readonly Dictionary<string, WireResponse> _responses = [];
    private readonly Dictionary<string, int> _added = [];

    internal WireConnection(int number, IReadOnlyList<WireEvent> events)
    {
        (Number, Events) = (number, events);
        // The session is configured once on each connection, in one format for both directions.
        var settings = events.FirstOrDefault(e => e is { IsSent: true, Type: "session.update" });
        BytesPerMs = settings?.Json.Text("session.audio.input.format.type") is "audio/pcmu" or "audio/pcma" ? 8 : 48;
        foreach (var e in events.Where(e => !e.IsSent)) Hear(e);
        Requests = [.. events.Where(e => e is { IsSent: true, Type: "response.create" } && e.Json.Text("response.conversation") == "none")
            .Select(e => new WireRequest(e))];
    }

    /// <summary>Number of the connection, from 1.</summary>
    public int Number { get; }

    /// <summary>Bytes of audio per millisecond: G.711 at 8 kHz, or PCM16 at 24 kHz.</summary>
    public int BytesPerMs { get; }

    /// <summary>All events of the connection.</summary>
    public IReadOnlyList<WireEvent> Events { get; }

    /// <summary>The server accepted the session settings; turns are possible from then on.</summary>
    public bool IsConfigured => Events.Any(e => e is { IsSent: false, Type: "session.updated" });

    /// <summary>Audio user items, in the order of their first event.</summary>
    public IEnumerable<UserItem> Items => _order.Select(id => _items[id]);

    /// <summary>Sent out-of-band requests, oldest first.</summary>
    public IReadOnlyList<WireRequest> Requests { get; }

    /// <summary>All responses.</summary>
    public IReadOnlyCollection<WireResponse> Responses => _responses.Values;

    /// <summary>The first terminal ASR event of each item.</summary>
    public IReadOnlyDictionary<string, AsrWord> Asr => _asr;

    /// <summary>The audio user item with an id.</summary>
    public UserItem? Item(string id) => _items.GetValueOrDefault(id);

    /// <summary>The response with an id.</summary>
    public WireResponse? Response(string? id) => id is null ? null : _responses.GetValueOrDefault(id);

    /// <summary>The responses to a task's requests about an item.</summary>
    public IEnumerable<WireResponse> About(string itemId, string task) =>
        _responses.Values.Where(r => r.ItemId == itemId && r.Task == task);

    /// <summary>We cancelled the response before it was done, which the server may have learned too late.</summary>
    public bool WasCancelled(WireResponse response) => Events.Any(e => e is { IsSent: true, Type: "response.cancel" }
        && e.Json.Text("response_id") == response.Id && e.Line < response.Done?.Line);

    /// <summary>The line from which on an item may be referenced; null: never.</summary>
    public int? AddedLine(string itemId) => _added.TryGetValue(itemId, out var line) ? line : null;

    /// <summary>
    /// A request without references concerns the newest item when the server reads it: a newer item before <c>response.created</c>
    /// may have become its subject.
    /// </summary>
    public bool IsOvertaken(WireResponse response) => Requests.FirstOrDefault(r => r.IsAnsweredBy(response)) is { References: null } request
        && Items.Any(i => i.Id != response.ItemId && i.Line > request.Event.Line && i.Line < (response.Created ?? response.Done)!.Line);

    private void Hear(WireEvent e)
    {
        switch (e.Type)
        {
            case "input_audio_buffer.committed" when e.Json.Text("item_id") is { } id:
                Announce(id, e.Line, committed: true);
                break;
            case "conversation.item.added" or "conversation.item.done" or "conversation.item.created" when e.Json.Text("item.id") is { } id:
                _added.TryAdd(id, e.Line);
                // Items created by the client contain text and are not turns.
                if (e.Json.Text("item.role") == "user" && e.Json.Each("item.content").Any(part => part.Text("type") == "input_audio"))
                    Announce(id, e.Line, committed: false);
                break;
            case AsrPrefix + "completed" when e.Json.Text("item_id") is { } id && e.Json.Text("transcript") is { } text:
                // A transcript may come although it was reported as failed.
                if (_asr.GetValueOrDefault(id)?.Text is null) _asr[id] = new AsrWord(text.Trim(), e.Json.At("usage"), e);
                break;
            case AsrPrefix + "failed" when e.Json.Text("item_id") is { } id:
                _asr.TryAdd(id, new AsrWord(null, null, e));
                break;
            case "response.created" when e.Json.Text("response.id") is { } id:
                Named(id).Created ??= e;
                break;
            case "response.done" when e.Json.Text("response.id") is { } id:
                Named(id).Done ??= e;
                break;
            case "response.output_text.done" when e.Json.Text("response_id") is { } id && e.Json.Text("text") is { } text:
                Named(id).Said += text;
                break;
            case "response.output_item.done" when e.Json.Text("response_id") is { } id:
                Named(id).Shown += string.Concat(e.Json.Each("item.content").Select(part => part.Text("text")));
                break;
            case "response.output_audio.delta" when e.Json.Text("response_id") is { } id:
                Named(id).AudioBytes += e.AudioBytes;
                break;
        }
    }

    private void Announce(string id, int line, bool committed)
    {
        if (_items.TryGetValue(id, out var known))
        {
            if (committed) _items[id] = known with { CommittedLine = known.CommittedLine ?? line };
            return;
        }
        _order.Add(id);
        _items.Add(id, new UserItem(id, line, committed ? line : null));
    }

    private WireResponse Named(string id)
    {
        if (!_responses.TryGetValue(id, out var response)) _responses.Add(id, response = new WireResponse(id, BytesPerMs));
        return response;
    }
}
