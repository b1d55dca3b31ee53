using System.Text.Json;
using System.Text.Json.Nodes;
using RealtimeAkka.Simulator.Scenarios;

namespace RealtimeAkka.Bench.Load.Server;

/// <summary>
/// One session that behaves like the simulator's: turns detected in the audio, an answer and an ASR transcript for each, out-of-band
/// requests. The same events in the same order with the same delays, without storing audio or items.
/// </summary>
internal sealed class ServerSession(ServerLine line)
{
    /// <summary>The simulator's delays.</summary>
    public static Defaults Delays { get; } = new();

    /// <summary>Interval between visits of a session. Delays are multiples of it, since it equals the simulator's delta interval.</summary>
    public static readonly TimeSpan Visit = TimeSpan.FromMilliseconds(Delays.IntervalMs);

    private static readonly TimeSpan PingInterval = TimeSpan.FromSeconds(20);

    private readonly PriorityQueue<Action, (TimeSpan Due, long Order)> _agenda = new();
    private readonly List<ServerResponse> _running = [];
    private readonly Ear _ear = new();
    private readonly SessionSettings _settings = new();
    private TimeSpan _now;
    private long _order, _heardUntil, _speechFrom;
    private string _speech = "";
    private string? _lastItem;

    public ServerLine Line => line;
    public SessionSettings Settings => _settings;
    public Context Context { get; } = new();
    public string ConversationId { get; } = Ids.Next("conv_");

    /// <summary>Number of turns so far.</summary>
    public int Turn { get; private set; }

    private ServerResponse? Active => _running.Find(response => !response.OutOfBand);

    /// <summary>Called once after the upgrade.</summary>
    public void Start()
    {
        line.Send("session.created", $"""
            "session":{_settings.Json}
            """);
        After(PingInterval, Ping);
    }

    /// <summary>Reads input if <paramref name="readable"/> and runs due actions; ends the connection on invalid input.</summary>
    public void Serve(bool readable, TimeSpan now)
    {
        _now = now;
        try
        {
            line.Flush();
            if (readable) line.Receive(this);
            while (_agenda.TryPeek(out var what, out var at) && at.Due < now + Visit / 2 && !line.IsOver)
            {
                _agenda.Dequeue();
                what();
            }
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            Console.Error.WriteLine($"server: {e}");
            line.End();
        }
    }

    /// <summary>Runs an action after a delay; never synchronously.</summary>
    public void After(TimeSpan delay, Action what) => _agenda.Enqueue(what, (_now + delay, _order++));

    /// <summary>Processes one client message.</summary>
    public void Take(ReadOnlySpan<byte> utf8)
    {
        if (utf8.IndexOf("\"input_audio_buffer.append\""u8) >= 0)
        {
            Hear(utf8);
            return;
        }
        var e = JsonElement.Parse(utf8);
        switch (e.GetProperty("type").GetString())
        {
            case "session.update":
                _settings.Update((JsonObject)JsonNode.Parse(utf8)!["session"]!);
                (_ear.SilenceMs, _ear.Format) = (_settings.SilenceMs, _settings.Sound);
                line.Send("session.updated", $"""
                    "session":{_settings.Json}
                    """);
                break;
            case "response.create":
                Respond(e.TryGetProperty("response", out var fields) ? fields : default, Text(e, "event_id"));
                break;
            case "response.cancel":
                Cancel(Text(e, "response_id"));
                break;
            case "conversation.item.truncate":
                Truncate(e.GetProperty("item_id").GetString()!, e.GetProperty("audio_end_ms").GetInt32());
                break;
            case var other:
                Refuse("invalid_value", $"The load server knows no '{other}'; the simulator does.", "type", Text(e, "event_id"));
                break;
        }
    }

    /// <summary>Appends an item to the conversation; returns the id of the previous one.</summary>
    public string? Append(string item)
    {
        var before = _lastItem;
        _lastItem = item;
        return before;
    }

    /// <summary>Removes an ended response and schedules <c>rate_limits.updated</c>.</summary>
    public void Ended(ServerResponse response)
    {
        _running.Remove(response);
        After(TimeSpan.FromMilliseconds(Delays.RateLimitsDelayMs), RateLimits);
    }

    /// <summary>An id as a JSON string, or <c>null</c>.</summary>
    public static string Quoted(string? id) => id is null ? "null" : $"\"{id}\"";

    private void Hear(ReadOnlySpan<byte> utf8)
    {
        var name = "\"audio\":"u8;
        var audio = utf8[(utf8.IndexOf(name) + name.Length)..].TrimStart((byte)' ')[1..];
        audio = audio[..audio.IndexOf((byte)'"')];
        for (; !audio.IsEmpty; audio = audio[Math.Min(audio.Length, _ear.Window)..])
        {
            switch (_ear.Hear(audio[..Math.Min(audio.Length, _ear.Window)]))
            {
                case Edge.Started: SpeechStarted(); break;
                case Edge.Stopped: SpeechStopped(); break;
            }
        }
    }

    private void SpeechStarted()
    {
        _speech = Ids.Next("item_");
        _speechFrom = Math.Max(_heardUntil, _ear.StartedAt - _settings.PaddingMs);
        line.Send("input_audio_buffer.speech_started", $"""
            "audio_start_ms":{_speechFrom},"item_id":"{_speech}"
            """);
        if (_settings.InterruptResponse) Active?.Cancel("turn_detected");
    }

    private void SpeechStopped()
    {
        Turn++;
        _heardUntil = _ear.StoppedAt;
        line.Send("input_audio_buffer.speech_stopped", $"""
            "audio_end_ms":{_heardUntil},"item_id":"{_speech}"
            """);
        var before = Quoted(_lastItem);
        line.Send("input_audio_buffer.committed", $"""
            "previous_item_id":{before},"item_id":"{_speech}"
            """);
        Append(_speech);
        foreach (var type in (ReadOnlySpan<string>)["conversation.item.added", "conversation.item.done"])
        {
            line.Send(type, $$$"""
                "previous_item_id":{{{before}}},"item":{"id":"{{{_speech}}}","type":"message","status":"completed","role":"user","content":[{"type":"input_audio","transcript":null}]}
                """);
        }
        var tokens = Context.UserSpoke(_heardUntil - _speechFrom);
        if (_settings.HasTranscription)
        {
            var (item, turn) = (_speech, Turn);
            After(TimeSpan.FromMilliseconds(Delays.AsrDelayMs), () => Transcribe(item, turn, tokens));
        }
        if (_settings.CreateResponse && Active is null) Begin(default);
    }

    private void Transcribe(string item, int turn, int audioTokens)
    {
        var text = Call.Heard(turn, "the ear");
        foreach (var delta in Words.Of(text))
        {
            line.Send("conversation.item.input_audio_transcription.delta", $"""
                "item_id":"{item}","content_index":0,"delta":"{delta}","obfuscation":"{Words.Obfuscation(delta)}"
                """);
        }
        var textTokens = Context.Said(text);
        line.Send("conversation.item.input_audio_transcription.completed", $$$"""
            "item_id":"{{{item}}}","content_index":0,"transcript":"{{{text}}}","usage":{"type":"tokens","total_tokens":{{{audioTokens + textTokens}}},"input_tokens":{{{audioTokens}}},"input_token_details":{"text_tokens":0,"audio_tokens":{{{audioTokens}}}},"output_tokens":{{{textTokens}}}}
            """);
    }

    private void Respond(JsonElement fields, string? eventId)
    {
        var outOfBand = fields.ValueKind == JsonValueKind.Object && Text(fields, "conversation") == "none";
        if (fields.ValueKind == JsonValueKind.Object && fields.TryGetProperty("input", out _))
            Refuse("invalid_value", "The load server answers about the conversation only; the simulator knows 'input'.", "response.input",
                eventId);
        else if (!outOfBand && Active is { } active)
            Refuse("conversation_already_has_active_response",
                $"Conversation already has an active response in progress: {active.Id}. Wait until the response is finished before creating a new one.", null, eventId);
        else
            Begin(fields);
    }

    private void Begin(JsonElement fields)
    {
        var response = new ServerResponse(this, fields);
        _running.Add(response);
        response.Start();
    }

    private void Cancel(string? id)
    {
        var response = id is null ? Active : _running.Find(running => running.Id == id);
        if (response is null) Refuse("response_cancel_not_active", "Cancellation failed: no active response found", null, null);
        else response.Cancel("client_cancelled");
    }

    private void Truncate(string item, int endMs)
    {
        if (item != Context.AnswerItem)
            Refuse("item_truncate_invalid_item_id", $"Error truncating item: the item with id '{item}' does not exist.", null, null);
        else if (endMs > Context.AnswerMs)
            Refuse("invalid_value", $"Audio content of {Context.AnswerMs}ms is already shorter than {endMs}ms", "audio_end_ms", null);
        else
        {
            Context.Truncate(endMs);
            line.Send("conversation.item.truncated", $"""
                "item_id":"{item}","content_index":0,"audio_end_ms":{endMs}
                """);
        }
    }

    private void RateLimits() => line.Send("rate_limits.updated", $$"""
        "rate_limits":[{"name":"tokens","limit":40000,"remaining":38490,"reset_seconds":2.265}]
        """);

    private void Ping()
    {
        line.Ping();
        After(PingInterval, Ping);
    }

    private void Refuse(string code, string message, string? field, string? eventId) => line.Send("error", $$"""
        "error":{"type":"invalid_request_error","code":"{{code}}","message":{{JsonSerializer.Serialize(message)}},"param":{{Quoted(field)}},"event_id":{{JsonSerializer.Serialize(eventId)}}}
        """);

    private static string? Text(JsonElement e, string name) => e.TryGetProperty(name, out var value) ? value.GetString() : null;
}
