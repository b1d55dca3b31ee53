using System.Globalization;
using System.Text.Json.Nodes;
using RealtimeAkka.Simulator.Scenarios;

namespace RealtimeAkka.Simulator.Session;

/// <summary>The content of one response: the scenario's text, or a text marked as simulated.</summary>
internal static class Reply
{
    /// <summary>The script for a request, chosen by the request's subject item, never by the order of requests.</summary>
    public static ReplyScript? Scripted(ResponseRequest request, Scenario scenario)
    {
        var ofTurn = request.Subject?.Turn is { } turn ? scenario.Turn(turn).Requests : [];
        if (request.OutOfBand && ofTurn.Concat(scenario.Requests).FirstOrDefault(r => Matches(r, request)) is { } special)
            return special.Reply;
        if (request.Subject?.Turn is not { } number) return null;
        if (!request.OutOfBand) return scenario.Turn(number).Answer;
        return request.IsTranscription ? scenario.Turn(number).Oob : null;
    }

    public static string Text(ResponseRequest request, ReplyScript script)
    {
        if (script.Text is { } text) return text;
        if (script.Status == ReplyStatus.Empty) return "";
        var subject = request.Subject;
        if (request.OutOfBand && request.IsTranscription && subject is { AudioMs: > 0 })
            return subject.Turn is null ? "" : subject.Heard ?? Transcriber.Simulated(subject.AudioMs);
        if (request.OutOfBand)
            return string.Create(CultureInfo.InvariantCulture, $"[simulated result from {request.Context.Count} items]");
        return subject is { AudioMs: > 0 }
            ? string.Create(CultureInfo.InvariantCulture, $"This is a simulated answer to {subject.AudioMs / 1000:0.0} seconds of speech.")
            : "This is a simulated answer.";
    }

    /// <summary>Audio duration in milliseconds of a text without a scripted one: 66 ms per character, 15 characters per second.</summary>
    public static int AudioMs(string text) => text.Length == 0 ? 0 : Math.Clamp(text.Length * 66, 400, 20_000);

    /// <summary>The call for a request without a script; null unless its <c>tool_choice</c> requires one.</summary>
    public static CallScript? ForcedCall(ResponseRequest request)
    {
        var wanted = request.ToolChoice is JsonObject choice ? choice["name"]?.ToString() : null;
        if (wanted is null && request.ToolChoice.ToString() != "required") return null;
        var tool = (request.Tools as JsonArray)?.OfType<JsonObject>()
            .FirstOrDefault(t => t["type"]?.ToString() == "function" && (wanted is null || t["name"]?.ToString() == wanted));
        if (tool is null) return null;
        var arguments = Example(tool["parameters"]) ?? new JsonObject();
        return new CallScript { Name = tool["name"]!.ToString(), Arguments = arguments.ToJsonString() };
    }

    private static bool Matches(RequestScript script, ResponseRequest request) =>
        (script.Metadata?.All(p => request.Metadata?[p.Key]?.ToString() == p.Value) ?? true)
        && (script.Instructions is null || request.Instructions.Contains(script.Instructions, StringComparison.OrdinalIgnoreCase));

    // A minimal value that fits a JSON schema's type, enum and required properties.
    private static JsonNode? Example(JsonNode? schema)
    {
        if (schema is not JsonObject s) return null;
        if (s["enum"] is JsonArray { Count: > 0 } values) return values[0]?.DeepClone();
        var type = s["type"] is JsonArray types ? types[0]?.ToString() : s["type"]?.ToString();
        switch (type)
        {
            case "string": return "simulated";
            case "integer" or "number": return s["minimum"]?.DeepClone() ?? 0;
            case "boolean": return false;
            case "array": return new JsonArray();
            case "null": return null;
        }
        var example = new JsonObject();
        foreach (var name in (s["required"] as JsonArray ?? []).Select(n => n!.ToString()))
            example[name] = Example(s["properties"]?[name]);
        return example;
    }
}
