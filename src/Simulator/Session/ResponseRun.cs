using System.Text.Json;
using System.Text.Json.Nodes;
using RealtimeAkka.Simulator.Audio;
using RealtimeAkka.Simulator.Scenarios;
using RealtimeAkka.Simulator.Wire;

namespace RealtimeAkka.Simulator.Session;

/// <summary>One response from <c>response.created</c> to <c>response.done</c>, in the order of PROTOCOL section 5.</summary>
internal sealed class ResponseRun
{
    private readonly SessionContext _session;
    private readonly ReplyScript _script;
    private readonly Action<ResponseRun> _ended;
    private readonly Scope _scope;
    private readonly InputTokenDetails _input;
    private readonly string _text;
    private readonly CallScript? _call;
    private readonly string _callId;
    private readonly int _wholeAudioMs;

    private bool _created;
    private Item? _item;
    private string? _before;
    private string _said = "";
    private int _audioMs;

    public ResponseRun(SessionContext session, ResponseRequest request, ReplyScript script, Action<ResponseRun> ended)
    {
        _session = session;
        _script = script;
        _ended = ended;
        Request = request;
        Id = session.Ids.Next("resp_");
        _callId = session.Ids.Next("call_", 16);
        _scope = new Scope(request.Subject?.Turn, request.OutOfBand);
        _input = session.Meter.Input(request);
        _call = script.Call ?? (script.Text is null ? Reply.ForcedCall(request) : null);
        _text = Reply.Text(request, script);
        _wholeAudioMs = request.Audio ? script.AudioMs ?? Reply.AudioMs(_text) : 0;
    }

    public string Id { get; }
    public ResponseRequest Request { get; }
    public bool Ended { get; private set; }

    /// <summary>Sound sent so far, in milliseconds.</summary>
    public int AudioMs => _audioMs;

    private Defaults Defaults => _session.Scenario.Defaults;

    public void Start() => After(_script.CreatedDelayMs ?? Defaults.CreatedDelayMs, () =>
    {
        Created();
        if (_script.Stalled) return;
        After(_script.DelayMs ?? (Request.OutOfBand ? Defaults.OobDelayMs : Defaults.AnswerDelayMs), Answer);
    });

    /// <summary>Ends it before its time; what was said stays.</summary>
    public void Cancel(string reason)
    {
        if (!_created) Created();
        End("cancelled", new JsonObject { ["type"] = "cancelled", ["reason"] = reason });
    }

    private void After(int ms, Action what) => _session.After(ms, () => { if (!Ended) what(); });

    private void Created()
    {
        _created = true;
        _session.Out.Emit(_scope, "response.created", ("response", Json("in_progress", null, null)));
    }

    private void Answer()
    {
        // What fails or is filtered before the first word has no output at all.
        if (_script.Status is ReplyStatus.Failed or ReplyStatus.Cancelled or ReplyStatus.Incomplete && _script.Text is null && _call is null)
        {
            EndAsScripted();
            return;
        }
        if (_call is not null) Call(_call);
        else Say();
    }

    private void Say()
    {
        OpenItem(Items.Assistant(_session.Ids.Next("item_"), "in_progress", null));
        Emit("response.content_part.added", ("part", Part("")));
        var chunkMs = _script.ChunkMs ?? Defaults.ChunkMs;
        var chunks = Request.Audio ? (_wholeAudioMs + chunkMs - 1) / chunkMs : int.MaxValue;
        var deltas = Words.Deltas(_text, Math.Max(1, chunks));
        Next(deltas, Request.Audio ? Math.Max(chunks, deltas.Count) : deltas.Count, 0, chunkMs);
    }

    private void Next(IReadOnlyList<string> deltas, int count, int index, int chunkMs)
    {
        if (index == count)
        {
            EndAsScripted();
            return;
        }
        // Spread over the sound when there are fewer words than chunks; a word comes before its sound.
        for (var w = Share(index); w < Share(index + 1); w++) Word(deltas[w]);
        if (Request.Audio && _audioMs < _wholeAudioMs) Sound(Math.Min(chunkMs, _wholeAudioMs - _audioMs));
        After(index + 1 == count ? 0 : _script.IntervalMs ?? Defaults.IntervalMs, () => Next(deltas, count, index + 1, chunkMs));

        int Share(int chunk) => (chunk * deltas.Count + count - 1) / count;
    }

    private void Word(string delta)
    {
        _said += delta;
        Emit(Request.Audio ? "response.output_audio_transcript.delta" : "response.output_text.delta",
            ("delta", delta), ("obfuscation", Words.Obfuscation(delta)));
    }

    private void Sound(int ms)
    {
        var pcm = ToneVoice.Say(_audioMs, ms);
        _audioMs += ms;
        _item!.AudioMs = _audioMs;
        var format = AudioFormat.Named(Request.Format["type"]?.ToString());
        _session.Out.EmitAudio(_scope, Id, _item.Id, format == AudioFormat.Pcm ? pcm : format.FromPcm24(pcm));
    }

    private void Call(CallScript call)
    {
        OpenItem(Items.Call(_session.Ids.Next("item_"), "in_progress", call.Name, _callId, ""));
        foreach (var delta in Words.Deltas(call.Arguments))
            _session.Out.Emit(_scope, "response.function_call_arguments.delta", ("response_id", Id), ("item_id", _item!.Id), ("output_index", 0),
                ("call_id", _callId), ("delta", delta), ("obfuscation", Words.Obfuscation(delta)));
        _said = call.Arguments;
        EndAsScripted();
    }

    private void OpenItem(JsonObject json)
    {
        _item = new Item(json["id"]!.GetValue<string>(), json);
        _before = _session.Conversation.LastId;
        _session.Out.Emit(_scope, "response.output_item.added", ("response_id", Id), ("output_index", 0), ("item", json));
        if (Request.OutOfBand) return;
        _session.Conversation.Append(_item);
        _session.Out.Emit(_scope, "conversation.item.added", ("previous_item_id", _before), ("item", json));
    }

    private void EndAsScripted()
    {
        switch (_script.Status)
        {
            case ReplyStatus.Completed or ReplyStatus.Empty:
                End("completed", null);
                break;
            case ReplyStatus.Incomplete:
                End("incomplete", new JsonObject { ["type"] = "incomplete", ["reason"] = _script.Reason ?? "max_output_tokens" });
                break;
            case ReplyStatus.Cancelled:
                End("cancelled", new JsonObject { ["type"] = "cancelled", ["reason"] = _script.Reason ?? "client_cancelled" });
                break;
            case ReplyStatus.Failed:
                End("failed", new JsonObject
                {
                    ["type"] = "failed",
                    ["error"] = new JsonObject
                    {
                        ["type"] = _script.Error?.Type ?? "server_error",
                        ["code"] = _script.Error?.Code ?? "server_error",
                        ["message"] = _script.Error?.Message ?? "The server had an error while processing your request.",
                    },
                });
                break;
        }
    }

    private void End(string status, JsonObject? details)
    {
        Ended = true;
        if (_item is not null) CloseItem(status == "completed" ? "completed" : "incomplete");
        _session.Out.Emit(_scope, "response.done", ("response", Json(status, details, Usage(status))));
        _ended(this);
    }

    private void CloseItem(string status)
    {
        if (_call is { } call)
        {
            Emit("response.function_call_arguments.done", ("call_id", _callId), ("name", call.Name), ("arguments", _said));
            _item!.Json = Items.Call(_item.Id, status, call.Name, _callId, _said);
        }
        else
        {
            if (Request.Audio) Emit("response.output_audio.done");
            Emit(Request.Audio ? "response.output_audio_transcript.done" : "response.output_text.done", (Request.Audio ? "transcript" : "text", _said));
            Emit("response.content_part.done", ("part", Part(_said)));
            _item!.Json = Items.Assistant(_item.Id, status, Request.Audio
                ? new JsonObject { ["type"] = "output_audio", ["transcript"] = _said }
                : new JsonObject { ["type"] = "output_text", ["text"] = _said });
        }
        if (!Request.OutOfBand) _session.Out.Emit(_scope, "conversation.item.done", ("previous_item_id", _before), ("item", _item.Json));
        _session.Out.Emit(_scope, "response.output_item.done", ("response_id", Id), ("output_index", 0), ("item", _item.Json));
    }

    // Every event about the one content part of the one output item.
    private void Emit(string type, params ReadOnlySpan<(string, JsonNode?)> more)
    {
        var isCall = type.StartsWith("response.function_call", StringComparison.Ordinal);
        (string, JsonNode?)[] fields = isCall
            ? [("response_id", Id), ("item_id", _item!.Id), ("output_index", 0), .. more]
            : [("response_id", Id), ("item_id", _item!.Id), ("output_index", 0), ("content_index", 0), .. more];
        _session.Out.Emit(_scope, type, fields);
    }

    private JsonObject Part(string text) => Request.Audio
        ? new JsonObject { ["type"] = "audio", ["transcript"] = text }
        : new JsonObject { ["type"] = "text", ["text"] = text };

    private JsonNode Usage(string status)
    {
        var usage = _script.Usage ?? (status == "failed" && _item is null ? new ResponseUsage() : TokenMeter.Total(_input, _said, _audioMs));
        return JsonSerializer.SerializeToNode(usage, ScenarioReader.Json)!;
    }

    private JsonObject Json(string status, JsonObject? details, JsonNode? usage) => new()
    {
        ["object"] = "realtime.response",
        ["id"] = Id,
        ["status"] = status,
        ["status_details"] = details,
        ["output"] = status == "in_progress" || _item is null ? new JsonArray() : new JsonArray(_item.Json.DeepClone()),
        ["conversation_id"] = Request.OutOfBand ? null : _session.ConversationId,
        ["output_modalities"] = new JsonArray(Request.Audio ? "audio" : "text"),
        ["max_output_tokens"] = Request.MaxOutputTokens.DeepClone(),
        ["audio"] = new JsonObject { ["output"] = new JsonObject { ["format"] = Request.Format.DeepClone(), ["voice"] = Request.Voice.DeepClone() } },
        ["usage"] = usage,
        ["metadata"] = Request.Metadata?.DeepClone(),
    };
}
