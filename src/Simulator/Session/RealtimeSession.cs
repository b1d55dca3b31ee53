using System.Text.Json;
using System.Text.Json.Nodes;
using RealtimeAkka.Simulator.Wire;

namespace RealtimeAkka.Simulator.Session;

/// <summary>
/// The server side of one conversation: client events in, server events out (docs/protocol.md 3 to 9).
/// Not thread-safe; the connection calls it under its lock.
/// </summary>
internal sealed class RealtimeSession
{
    private static readonly string[] Supported =
    [
        "session.update", "session.close", "input_audio_buffer.append", "input_audio_buffer.commit", "input_audio_buffer.clear",
        "session.input_audio_buffer.append", "conversation.item.create", "conversation.item.truncate", "conversation.item.delete",
        "conversation.item.retrieve", "response.create", "response.cancel",
    ];

    private const string ExpiredText = "Your session hit the maximum duration of 60 minutes.";

    private static readonly JsonDocumentOptions NoDuplicates = new() { AllowDuplicateProperties = false };

    private readonly SessionContext _session;
    private readonly IClientConnection _connection;
    private readonly InputAudioHandler _listening;
    private readonly Transcriber _transcriber;
    private readonly Responses _responses;
    private readonly ItemCommands _items;

    public RealtimeSession(SessionContext session, IClientConnection line)
    {
        _session = session;
        _connection = line;
        _transcriber = new Transcriber(session);
        _responses = new Responses(session, run => _listening!.WatchIdle(run.AudioMs));
        _listening = new InputAudioHandler(session, SpeechStarted, Committed);
        _items = new ItemCommands(session);
    }

    public void Start()
    {
        _session.Out.Emit(default, "session.created", ("session", Shown()));
        _session.Agenda.After(TimeSpan.FromMilliseconds(_session.Script.ExpiresAfterMs), Expire);
    }

    /// <summary>Processes one append; returns its number of audio bytes.</summary>
    public int Append(ReadOnlySpan<byte> base64)
    {
        try
        {
            if (base64.IsEmpty) throw RequestError.Missing("audio");
            return _listening.Append(base64);
        }
        catch (RequestError refusal)
        {
            _session.Out.Error(refusal, null);
            return 0;
        }
    }

    /// <summary>Processes any other event.</summary>
    public void Take(string? type, ReadOnlySpan<byte> utf8)
    {
        string? eventId = null;
        try
        {
            var e = (JsonObject)JsonNode.Parse(utf8, documentOptions: NoDuplicates)!;
            if (type is null) throw new RequestError("invalid_event", "The 'type' field is missing.", "type");
            eventId = ItemCommands.OptionalText(e, "event_id");
            if (eventId?.Length > 512) throw RequestError.TooLong("event_id", 512);
            Take(type, e);
        }
        catch (RequestError refusal)
        {
            _session.Out.Error(refusal, refusal.NamesEvent ?? type == "response.create" ? eventId : null);
        }
    }

    /// <summary>Answers a message that is not an event with an error; the session goes on.</summary>
    public void TakeGarbage(bool binary) => _session.Out.Error(binary
        ? new RequestError("invalid_event", "Binary messages are not supported. Send events as JSON text.")
        : new RequestError("invalid_json", "Unable to parse event: it is not a JSON object."), null);

    private void Take(string type, JsonObject e)
    {
        switch (type)
        {
            case "session.update": Update(e); break;
            case "session.close": _connection.Close(1000, ""); break;
            case "input_audio_buffer.commit": _listening.Commit(); break;
            case "input_audio_buffer.clear": _listening.Clear(); break;
            case "conversation.item.create": _items.Create(e); break;
            case "conversation.item.delete": _items.Delete(e); break;
            case "conversation.item.retrieve": _items.Retrieve(e); break;
            case "conversation.item.truncate": _items.Truncate(e); break;
            case "response.create" when !_session.Config.IsTranscription:
                Respond(e);
                break;
            case "response.cancel" when !_session.Config.IsTranscription:
                _responses.Cancel(ItemCommands.OptionalText(e, "response_id"));
                break;
            default:
                throw new RequestError("invalid_value", RequestError.InvalidValue("type", type, Supported).Message, "type")
                    { NamesEvent = true };
        }
    }

    private void Update(JsonObject e)
    {
        if (e["session"] is not JsonObject update) throw RequestError.NoObject(e, "session");
        if (_session.Script.RejectSessionUpdate is { } reject) throw RequestError.Scripted(reject);
        _session.Config = _session.Config.Update(update, _responses.VoiceLocked);
        _listening.Configured();
        _session.Out.Emit(default, "session.updated", ("session", Shown()));
    }

    private JsonObject Shown() => _session.Script.Session is { } over ? Overlaid(_session.Config.ToJson(), over) : _session.Config.ToJson();

    private static JsonObject Overlaid(JsonObject under, JsonObject over)
    {
        foreach (var (name, value) in over)
        {
            under[name] = value is JsonObject inner && under[name] is JsonObject old
                ? Overlaid((JsonObject)old.DeepClone(), inner) : value?.DeepClone();
        }
        return under;
    }

    private void Respond(JsonObject e)
    {
        var fields = e["response"] as JsonObject;
        if (fields is null && e["response"] is not null) throw RequestError.InvalidType("response", "an object");
        _responses.Create(fields);
    }

    private void SpeechStarted()
    {
        if (_session.Config.TurnDetection is { InterruptResponse: true }) _responses.Interrupt();
    }

    private void Committed(Item item, bool automatic)
    {
        _transcriber.Hear(item);
        if (!automatic || _session.Config.IsTranscription || _session.Config.TurnDetection is not { CreateResponse: true }) return;
        try
        {
            _responses.Create(null);
        }
        catch (RequestError refusal)
        {
            _session.Out.Error(refusal, null);
        }
    }

    private void Expire()
    {
        _session.Out.Error(new RequestError("session_expired", ExpiredText), null);
        _connection.Close(1001, ExpiredText);
    }
}
