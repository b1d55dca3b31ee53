using System.Text.Json;
using System.Text.Json.Nodes;
using RealtimeAkka.Protocol;

namespace RealtimeAkka.Simulator.Session;

/// <summary>Reads a client's item from <c>conversation.item.create</c> or a response's <c>input</c>.</summary>
internal static class ItemReader
{
    private static readonly string[] Types =
        ["message", "function_call", "function_call_output", "mcp_approval_response", "mcp_approval_request", "mcp_call", "mcp_list_tools"];

    public static Item Read(JsonObject given, string path, IdGenerator ids, SoundFormat format)
    {
        var type = Text(given, "type", path);
        if (!Types.Contains(type)) throw RequestError.InvalidValue($"{path}.type", type, Types);

        var id = given["id"] is null ? ids.Next("item_") : Text(given, "id", path);
        var json = (JsonObject)given.DeepClone();
        json.Remove("object");
        json.Remove("id");
        json.Insert(0, "id", id);
        json["status"] ??= "completed";

        byte[]? audio = null;
        if (type == "message") audio = Message(json, path);
        if (type is "function_call_output") _ = (Text(given, "call_id", path), Text(given, "output", path));
        if (type is "function_call") _ = (Text(given, "name", path), Text(given, "arguments", path));
        return new Item(id, json) { Audio = audio, Format = format, AudioMs = (audio?.Length ?? 0) / (double)format.BytesPerMillisecond };
    }

    // Returns the audio of a user message; its content part in the item remains, without the audio.
    private static byte[]? Message(JsonObject json, string path)
    {
        var role = Text(json, "role", path);
        string[] allowed = role switch
        {
            "user" => ["input_text", "input_audio", "input_image"],
            "assistant" => ["output_text"],
            "system" => ["input_text"],
            _ => throw RequestError.InvalidValue($"{path}.role", role, ["user", "assistant", "system"]),
        };
        if (!json.ContainsKey("content")) throw RequestError.Missing($"{path}.content");
        if (json["content"] is not JsonArray content) throw RequestError.InvalidType($"{path}.content", "an array");

        byte[]? audio = null;
        for (var i = 0; i < content.Count; i++)
        {
            var at = $"{path}.content[{i}]";
            if (content[i] is not JsonObject part) throw RequestError.InvalidType(at, "an object");
            var type = Text(part, "type", at);
            if (!allowed.Contains(type)) throw RequestError.InvalidValue($"{at}.type", type, allowed);
            if (type is "input_text" or "output_text") Text(part, "text", at);
            if (type != "input_audio") continue;
            try
            {
                audio = Convert.FromBase64String(Text(part, "audio", at));
            }
            catch (FormatException)
            {
                throw new RequestError("invalid_value", $"Invalid '{at}.audio'. Expected base64-encoded audio bytes.", $"{at}.audio");
            }
            content[i] = new JsonObject { ["type"] = "input_audio", ["transcript"] = part["transcript"]?.DeepClone() };
        }
        return audio;
    }

    private static string Text(JsonObject from, string name, string path)
    {
        if (!from.ContainsKey(name)) throw RequestError.Missing($"{path}.{name}");
        if (from[name] is not { } value || value.GetValueKind() != JsonValueKind.String)
            throw RequestError.InvalidType($"{path}.{name}", "a string");
        return value.GetValue<string>();
    }
}
