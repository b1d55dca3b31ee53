using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using RealtimeAkka.Protocol;

namespace RealtimeAkka.Bench.Load.Server;

/// <summary>The effective session: the service's defaults, overlaid with the client's updates.</summary>
internal sealed class SessionSettings
{
    private static readonly JsonSerializerOptions Plain = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public SessionSettings() => Json = $$$"""
        {"type":"realtime","object":"realtime.session","id":"{{{Ids.Next("sess_")}}}","model":"{{{LoadOptions.Model}}}","output_modalities":["audio"],"instructions":"","tools":[],"tool_choice":"auto","max_output_tokens":"inf","tracing":null,"truncation":"auto","prompt":null,"expires_at":{{{DateTimeOffset.UtcNow.AddHours(1).ToUnixTimeSeconds()}}},"audio":{"input":{"format":{"type":"audio/pcm","rate":24000},"transcription":null,"noise_reduction":null,"turn_detection":{"type":"server_vad","threshold":0.5,"prefix_padding_ms":300,"silence_duration_ms":200,"idle_timeout_ms":null,"create_response":true,"interrupt_response":true}},"output":{"format":{"type":"audio/pcm","rate":24000},"voice":"marin","speed":1}},"include":null}
        """;

    /// <summary>The session object for events.</summary>
    public string Json { get; private set; }

    public string Instructions { get; private set; } = "";
    public string Voice { get; private set; } = "marin";
    public bool HasTranscription { get; private set; }
    public int PaddingMs { get; private set; } = 300;
    public int SilenceMs { get; private set; } = 200;
    public bool CreateResponse { get; private set; } = true;
    public bool InterruptResponse { get; private set; } = true;

    /// <summary>How the sound of both sides is coded.</summary>
    public SoundFormat Sound { get; private set; } = SoundFormat.Pcm16;

    /// <summary>The same as the session says it, as JSON.</summary>
    public string Format { get; private set; } = """{"type":"audio/pcm","rate":24000}""";

    /// <summary>Applies a <c>session.update</c>; turn detection must stay on, and both sides have one format, PCM16 or µ-law.</summary>
    public void Update(JsonObject update)
    {
        var session = (JsonObject)JsonNode.Parse(Json)!;
        Merge(session, update);
        var input = session["audio"]!["input"]!;
        var transcription = input["transcription"] as JsonObject;
        transcription?.TryAdd("language", null);
        transcription?.TryAdd("prompt", null);
        var detection = input["turn_detection"]!;
        HasTranscription = transcription is not null;
        PaddingMs = (int)detection["prefix_padding_ms"]!;
        SilenceMs = (int)detection["silence_duration_ms"]!;
        CreateResponse = (bool)detection["create_response"]!;
        InterruptResponse = (bool)detection["interrupt_response"]!;
        Sound = SoundFormat.OfType((string?)input["format"]!["type"]) ?? SoundFormat.Pcm16;
        Format = input["format"]!.ToJsonString(Plain);
        Instructions = (string)session["instructions"]!;
        Voice = (string)session["audio"]!["output"]!["voice"]!;
        Json = session.ToJsonString(Plain);
    }

    private static void Merge(JsonObject target, JsonObject update)
    {
        foreach (var (name, value) in update)
        {
            if (target[name] is JsonObject inner && value is JsonObject more) Merge(inner, more);
            else target[name] = value?.DeepClone();
        }
    }
}
