using System.Text.Json.Nodes;

namespace RealtimeAkka.Simulator.Session;

/// <summary>Shapes of items as server events show them (docs/protocol.md 4.3: no <c>object</c>, user audio without bytes).</summary>
internal static class Items
{
    public static JsonObject UserSpeech(string id) => new()
    {
        ["id"] = id,
        ["type"] = "message",
        ["status"] = "completed",
        ["role"] = "user",
        ["content"] = new JsonArray(new JsonObject { ["type"] = "input_audio", ["transcript"] = null }),
    };

    public static JsonObject Assistant(string id, string status, JsonObject? content) => new()
    {
        ["id"] = id,
        ["type"] = "message",
        ["role"] = "assistant",
        ["status"] = status,
        ["content"] = content is null ? new JsonArray() : new JsonArray(content),
    };

    public static JsonObject Call(string id, string status, string name, string callId, string arguments) => new()
    {
        ["id"] = id,
        ["type"] = "function_call",
        ["name"] = name,
        ["call_id"] = callId,
        ["status"] = status,
        ["arguments"] = arguments,
    };
}
