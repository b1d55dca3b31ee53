using System.Text.Json;
using System.Text.Json.Nodes;
using RealtimeAkka.Protocol;
using RealtimeAkka.Simulator.Audio;
using RealtimeAkka.Simulator.Scenarios;
using RealtimeAkka.Simulator.Wire;

namespace RealtimeAkka.Simulator.Session;

/// <summary>
/// The events of one response, in the order of docs/protocol.md 5.2 and 5.6: its items one by one, each a spoken or written message or
/// a function call. Out of band there are no <c>conversation.item.*</c> events.
/// </summary>
internal sealed class ResponseEvents(SessionContext session, ResponseRequest request)
{
    private readonly Scope _scope = new(request.Subject?.Turn, request.OutOfBand);
    private readonly SoundFormat _format = WireSound.Named(request.Format["type"]?.ToString());
    private readonly string _callId = session.Ids.Next("call_", 16);

    private readonly List<Item> _closed = [];

    private Item? _item;
    private string? _before;
    private CallScript? _call;
    private string _said = "";
    private string _saidBefore = "";
    private OutputKind _output;
    private int _audioMsBefore;

    public string Id { get; } = session.Ids.Next("resp_");

    /// <summary>Audio of the open item sent so far, in milliseconds.</summary>
    public int ItemAudioMs { get; private set; }

    /// <summary>Audio sent so far, in milliseconds.</summary>
    public int AudioMs => _audioMsBefore + ItemAudioMs;

    public void Created() => session.Out.Emit(_scope, "response.created", ("response", Json("in_progress", null, null)));

    public void OpenMessage()
    {
        Open(Items.Assistant(session.Ids.Next("item_"), "in_progress", null));
        OfPart("response.content_part.added", ("part", Part("")));
    }

    public void Word(string delta)
    {
        _said += delta;
        OfPart(request.Audio ? "response.output_audio_transcript.delta" : "response.output_text.delta",
            ("delta", delta), ("obfuscation", Words.Obfuscation(delta)));
    }

    public void Sound(int ms)
    {
        var pcm = ToneVoice.Say(ItemAudioMs, ms);
        ItemAudioMs += ms;
        _item!.AudioMs = ItemAudioMs;
        session.Out.EmitAudio(_scope, Id, _item.Id, _format.FromPcm24(pcm));
    }

    public void OpenCall(CallScript call)
    {
        _call = call;
        Open(Items.Call(session.Ids.Next("item_"), "in_progress", call.Name, _callId, ""));
        foreach (var delta in Words.Deltas(call.Arguments))
            OfItem("response.function_call_arguments.delta", ("call_id", _callId), ("delta", delta),
                ("obfuscation", Words.Obfuscation(delta)));
        _said = call.Arguments;
    }

    /// <summary>Closes the open item, if any; another one may follow.</summary>
    public void CloseItem(string status)
    {
        if (_item is not { } item) return;
        Close(item, status);
        _closed.Add(item);
        (_saidBefore, _audioMsBefore) = (_saidBefore + _said, AudioMs);
        (_item, _said, ItemAudioMs, _call) = (null, "", 0, null);
    }

    /// <summary>Closes the item, if any, and the response; a scripted usage replaces the measured one.</summary>
    public void Done(string status, JsonObject? details, InputTokenDetails input, ReplyScript script)
    {
        _output = script.Output;
        CloseItem(status == "completed" && _call is not { Incomplete: true } ? "completed" : "incomplete");
        var usage = script.Usage
            ?? (status == "failed" && _closed.Count == 0 ? new ResponseUsage() : TokenMeter.Total(input, _saidBefore, AudioMs));
        session.Out.Emit(_scope, "response.done",
            ("response", Json(status, details, JsonSerializer.SerializeToNode(usage, ScenarioReader.Json))));
    }

    private void Open(JsonObject json)
    {
        _item = new Item(json["id"]!.GetValue<string>(), json);
        _before = session.Conversation.LastId;
        session.Out.Emit(_scope, "response.output_item.added", ("response_id", Id), ("output_index", _closed.Count), ("item", json));
        if (request.OutOfBand) return;
        session.Conversation.Append(_item);
        session.Out.Emit(_scope, "conversation.item.added", ("previous_item_id", _before), ("item", json));
    }

    private void Close(Item item, string status)
    {
        if (_call is not null) CloseCall(item, status, _call.Name); else CloseMessage(item, status);
        if (!request.OutOfBand) session.Out.Emit(_scope, "conversation.item.done", ("previous_item_id", _before), ("item", item.Json));
        session.Out.Emit(_scope, "response.output_item.done", ("response_id", Id), ("output_index", _closed.Count), ("item", item.Json));
    }

    private void CloseCall(Item item, string status, string function)
    {
        OfItem("response.function_call_arguments.done", ("call_id", _callId), ("name", function), ("arguments", _said));
        item.Json = Items.Call(item.Id, status, function, _callId, _said);
    }

    private void CloseMessage(Item item, string status)
    {
        if (request.Audio)
        {
            OfPart("response.output_audio.done");
            OfPart("response.output_audio_transcript.done", ("transcript", _said));
        }
        else
        {
            OfPart("response.output_text.done", ("text", _said));
        }
        OfPart("response.content_part.done", ("part", Part(_said)));
        item.Json = Items.Assistant(item.Id, status, request.Audio
            ? new JsonObject { ["type"] = "output_audio", ["transcript"] = _said }
            : new JsonObject { ["type"] = "output_text", ["text"] = _said });
    }

    private void OfItem(string type, params ReadOnlySpan<(string, JsonNode?)> more) =>
        session.Out.Emit(_scope, type, [("response_id", Id), ("item_id", _item!.Id), ("output_index", _closed.Count), .. more]);

    private void OfPart(string type, params ReadOnlySpan<(string, JsonNode?)> more) => OfItem(type, [("content_index", 0), .. more]);

    // Content parts are of type audio or text here, while an item's content is output_audio or output_text.
    private JsonObject Part(string text) => request.Audio
        ? new JsonObject { ["type"] = "audio", ["transcript"] = text }
        : new JsonObject { ["type"] = "text", ["text"] = text };

    private JsonObject Json(string status, JsonObject? details, JsonNode? usage) => new()
    {
        ["object"] = "realtime.response",
        ["id"] = Id,
        ["status"] = status,
        ["status_details"] = details,
        ["output"] = _output switch
        {
            OutputKind.Whole => new JsonArray([.. _closed.Select(item => item.Json.DeepClone())]),
            OutputKind.Empty => new JsonArray(),
            _ => null,
        },
        ["conversation_id"] = request.OutOfBand ? null : session.ConversationId,
        ["output_modalities"] = new JsonArray(request.Audio ? "audio" : "text"),
        ["max_output_tokens"] = request.MaxOutputTokens.DeepClone(),
        ["audio"] = new JsonObject { ["output"] =
        new JsonObject { ["format"] = request.Format.DeepClone(), ["voice"] = request.Voice.DeepClone() } },
        ["usage"] = usage,
        ["metadata"] = request.Metadata?.DeepClone(),
    };
}
