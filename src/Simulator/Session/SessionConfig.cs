using System.Text.Json.Nodes;
using RealtimeAkka.Protocol;
using RealtimeAkka.Simulator.Audio;

namespace RealtimeAkka.Simulator.Session;

/// <summary>Turn detection settings; null in <see cref="SessionConfig"/> means that the client commits.</summary>
internal sealed record TurnDetection(
    double Threshold, int PaddingMs, int SilenceMs, int? IdleTimeoutMs, bool CreateResponse, bool InterruptResponse);

/// <summary>
/// The effective session as sent in events; immutable. An update returns a new one or throws a <see cref="RequestError"/>
/// (docs/protocol.md 3.2).
/// </summary>
internal sealed class SessionConfig
{
    private readonly JsonObject _json;

    private SessionConfig(JsonObject json) => _json = json;

    public static SessionConfig Realtime(string id, string model, long expiresAt) => new(SessionDefaults.Realtime(id, model, expiresAt));

    public static SessionConfig Transcription(string id, long expiresAt) => new(SessionDefaults.Transcription(id, expiresAt));

    private JsonObject AudioInput => (JsonObject)_json["audio"]!["input"]!;
    private JsonObject AudioOutput => (JsonObject)_json["audio"]!["output"]!;

    public bool IsTranscription => _json["type"]!.GetValue<string>() == "transcription";
    public string Id => _json["id"]!.GetValue<string>();
    public string Model => _json["model"]?.GetValue<string>() ?? "";
    public string Instructions => _json["instructions"]?.GetValue<string>() ?? "";
    public JsonNode this[string field] => _json[field]!;
    public SoundFormat InputFormat => WireSound.Named(AudioInput["format"]!["type"]!.GetValue<string>());
    public JsonNode OutputFormat => AudioOutput["format"]!;
    public JsonNode Voice => AudioOutput["voice"]!;

    /// <summary>The ASR model; null where input is not transcribed.</summary>
    public string? TranscriptionModel => AudioInput["transcription"]?["model"]?.GetValue<string>();

    public TurnDetection? TurnDetection
    {
        get
        {
            if (AudioInput["turn_detection"] is not JsonObject td) return null;
            var create = td["create_response"]?.GetValue<bool>() ?? false;
            var interrupt = td["interrupt_response"]?.GetValue<bool>() ?? false;
            return td["type"]!.GetValue<string>() == "semantic_vad"
                ? new TurnDetection(0.5, 300, Patience(td["eagerness"]!.GetValue<string>()), null, create, interrupt)
                : new TurnDetection(td["threshold"]!.GetValue<double>(), td["prefix_padding_ms"]!.GetValue<int>(),
                    td["silence_duration_ms"]!.GetValue<int>(), td["idle_timeout_ms"]?.GetValue<int>(), create, interrupt);
        }
    }

    /// <summary>The session object for events, with only those transcription fields that the service echoes.</summary>
    public JsonObject ToJson()
    {
        var json = (JsonObject)_json.DeepClone();
        if (json["audio"]!["input"]!["transcription"] is JsonObject asr)
        {
            asr.Remove("keywords");
            asr.Remove("delay");
            asr.TryAdd("language", null);
            asr.TryAdd("prompt", null);
        }
        return json;
    }

    /// <summary>The session after a <c>session.update</c>, applied completely or not at all.</summary>
    public SessionConfig Update(JsonObject update, bool voiceLocked)
    {
        if (!update.ContainsKey("type")) throw RequestError.Missing("session.type");
        FieldRules.Session.Check(update);
        if (update["type"]!.GetValue<string>() != _json["type"]!.GetValue<string>())
            throw new RequestError("invalid_value", IsTranscription
                ? "Passing a realtime session update to a transcription session is not allowed."
                : "Passing a transcription session update to a realtime session is not allowed.", "session.type");
        if (IsTranscription && update.FirstOrDefault(f => f.Key is not ("type" or "audio" or "include")).Key is { } foreign)
            throw RequestError.Unknown($"session.{foreign}");
        if (IsTranscription && update["audio"] is JsonObject sound && sound.ContainsKey("output"))
            throw RequestError.Unknown("session.audio.output");
        if (update["model"] is { } model && model.GetValue<string>() != Model)
            throw new RequestError("invalid_value", "Cannot update a session's model.", "session.model");
        if (update["reasoning"] is not null) RequireReasoning();
        if (update["audio"]?["input"]?["transcription"] is JsonObject asr) RequireLanguages(asr);
        if (voiceLocked && update["audio"]?["output"]?["voice"] is { } voice && !JsonNode.DeepEquals(voice, Voice))
            throw new RequestError("cannot_update_voice", "Cannot update a conversation's voice if assistant audio is present.");

        var next = (JsonObject)_json.DeepClone();
        Merge(next, update, "");
        var updated = new SessionConfig(next);
        if (updated is { IsTranscription: true, TranscriptionModel: "gpt-realtime-whisper" or "gpt-live-transcribe",
            TurnDetection: not null })
            throw new RequestError("invalid_value", "Turn detection is not supported for this transcription model.",
                "session.audio.input.turn_detection");
        return updated;
    }

    /// <summary>Throws a refusal without a parameter name, as the service does (docs/protocol.md 3.2).</summary>
    public void RequireReasoning()
    {
        if (!Model.StartsWith("gpt-realtime-2", StringComparison.Ordinal))
            throw new RequestError("invalid_value", $"Reasoning is not supported by the model '{Model}'.");
    }

    // The newer models take several languages and keywords, the older ones one language (docs/protocol.md 11).
    private static void RequireLanguages(JsonObject asr)
    {
        const string path = "session.audio.input.transcription";
        var model = asr["model"]?.GetValue<string>();
        var isNew = model is "gpt-transcribe" or "gpt-live-transcribe";
        var isOld = model is "whisper-1" or "gpt-realtime-whisper" || model?.StartsWith("gpt-4o-", StringComparison.Ordinal) == true;
        foreach (var field in (string[])(isNew ? ["language"] : isOld ? ["languages", "keywords"] : []))
        {
            if (asr[field] is not null)
                throw new RequestError("invalid_value", $"'{field}' is not supported by the model '{model}'.", $"{path}.{field}");
        }
    }

    private void Merge(JsonObject target, JsonObject update, string prefix)
    {
        foreach (var (name, value) in update)
        {
            var path = prefix + name;
            target[name] = (path, value) switch
            {
                ("audio.input.turn_detection", JsonObject td) => MergeTurnDetection(target[name] as JsonObject, td),
                ("audio.input.transcription", JsonObject asr) => MergeTranscription(target[name] as JsonObject, asr),
                ("audio.input.format" or "audio.output.format", JsonObject format) => MergeFormat(format),
                ("audio" or "audio.input" or "audio.output" or "reasoning", JsonObject inner)
                    => Merged(target[name] as JsonObject, inner, path),
                _ => value?.DeepClone(),
            };
        }
    }

    private JsonObject Merged(JsonObject? old, JsonObject update, string path)
    {
        var merged = (JsonObject?)old?.DeepClone() ?? [];
        Merge(merged, update, path + ".");
        return merged;
    }

    // A different detection type starts from its defaults; the same type keeps its values.
    private JsonObject MergeTurnDetection(JsonObject? old, JsonObject update)
    {
        const string path = "session.audio.input.turn_detection";
        var kind = (update["type"] ?? old?["type"])?.GetValue<string>() ?? throw RequestError.Missing($"{path}.type");
        var merged = old?["type"]?.GetValue<string>() == kind ? (JsonObject)old.DeepClone() : SessionDefaults.TurnDetection(kind);
        if (IsTranscription) SessionDefaults.OnlyListening(merged);
        foreach (var (name, value) in update)
        {
            if (!merged.ContainsKey(name)) throw RequestError.Unknown($"{path}.{name}");
            merged[name] = value?.DeepClone();
        }
        return merged;
    }

    private static JsonObject MergeTranscription(JsonObject? old, JsonObject update)
    {
        var merged = Overlay(old, update);
        if (merged["model"] is null) throw RequestError.Missing("session.audio.input.transcription.model");
        return merged;
    }

    private static JsonObject MergeFormat(JsonObject update)
    {
        var name = update["type"]?.GetValue<string>() ?? "audio/pcm";
        return name == "audio/pcm" ? SessionDefaults.Pcm() : new JsonObject { ["type"] = name };
    }

    private static JsonObject Overlay(JsonObject? old, JsonObject update)
    {
        var merged = (JsonObject?)old?.DeepClone() ?? [];
        foreach (var (name, value) in update) merged[name] = value?.DeepClone();
        return merged;
    }

    // The service's semantic VAD waits up to 8, 4 or 2 s; this energy-based detection waits a quarter of that, in ms.
    private static int Patience(string eagerness) => eagerness switch { "low" => 2000, "high" => 500, _ => 1000 };
}
