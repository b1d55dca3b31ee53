using System.Text.Json.Nodes;

namespace RealtimeAkka.Simulator.Session;

/// <summary>Session before its first update, as captured from the service (docs/protocol.md 3.1 and 3.4); null for unset fields.</summary>
internal static class SessionDefaults
{
    public static JsonObject Realtime(string id, string model, long expiresAt) => new()
    {
        ["type"] = "realtime",
        ["object"] = "realtime.session",
        ["id"] = id,
        ["model"] = model,
        ["output_modalities"] = new JsonArray("audio"),
        ["instructions"] = "",
        ["tools"] = new JsonArray(),
        ["tool_choice"] = "auto",
        ["max_output_tokens"] = "inf",
        ["tracing"] = null,
        ["truncation"] = "auto",
        ["prompt"] = null,
        ["expires_at"] = expiresAt,
        ["audio"] = new JsonObject
        {
            ["input"] = Input(TurnDetection("server_vad")),
            ["output"] = new JsonObject { ["format"] = Pcm(), ["voice"] = "marin", ["speed"] = 1.0 },
        },
        ["include"] = null,
    };

    public static JsonObject Transcription(string id, long expiresAt) => new()
    {
        ["type"] = "transcription",
        ["object"] = "realtime.transcription_session",
        ["id"] = id,
        ["expires_at"] = expiresAt,
        ["audio"] = new JsonObject { ["input"] = Input(OnlyListening(TurnDetection("server_vad"))) },
        ["include"] = null,
    };

    public static JsonObject Pcm() => new() { ["type"] = "audio/pcm", ["rate"] = 24000 };

    /// <summary>The defaults of <c>server_vad</c> or <c>semantic_vad</c>.</summary>
    public static JsonObject TurnDetection(string kind) => kind == "semantic_vad"
        ? new JsonObject
        {
            ["type"] = kind,
            ["eagerness"] = "auto",
            ["create_response"] = true,
            ["interrupt_response"] = true,
        }
        : new JsonObject
        {
            ["type"] = kind,
            ["threshold"] = 0.5,
            ["prefix_padding_ms"] = 300,
            ["silence_duration_ms"] = 200,
            ["idle_timeout_ms"] = null,
            ["create_response"] = true,
            ["interrupt_response"] = true,
        };

    /// <summary>Removes the fields that a transcription session does not have.</summary>
    public static JsonObject OnlyListening(JsonObject turnDetection)
    {
        turnDetection.Remove("create_response");
        turnDetection.Remove("interrupt_response");
        turnDetection.Remove("idle_timeout_ms");
        return turnDetection;
    }

    private static JsonObject Input(JsonObject turnDetection) => new()
    {
        ["format"] = Pcm(),
        ["transcription"] = null,
        ["noise_reduction"] = null,
        ["turn_detection"] = turnDetection,
    };
}
