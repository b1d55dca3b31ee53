using System.Text.Json.Nodes;

namespace RealtimeAkka.Simulator.Session;

/// <summary>A validated <c>response.create</c>: the settings of this response and its subject item.</summary>
internal sealed record ResponseRequest
{
    public required bool OutOfBand { get; init; }
    public required bool Audio { get; init; }
    public required string Instructions { get; init; }
    public required JsonNode Tools { get; init; }
    public required JsonNode ToolChoice { get; init; }
    public required JsonNode MaxOutputTokens { get; init; }
    public required JsonNode Voice { get; init; }
    public required JsonNode Format { get; init; }
    public JsonObject? Metadata { get; init; }

    /// <summary>The input items, in order.</summary>
    public required IReadOnlyList<Item> Context { get; init; }

    /// <summary>Its <c>input</c> consists of item references only.</summary>
    public required bool OnlyReferences { get; init; }

    /// <summary>The last user item of the context, at the moment the server processes the request.</summary>
    public Item? Subject { get; init; }

    /// <summary>Requests a transcript: instructions or metadata contain "transcri", or both are absent.</summary>
    public bool IsTranscription { get; init; }

    public static ResponseRequest Read(JsonObject? fields, SessionContext session)
    {
        fields ??= [];
        FieldRules.Response.Check(fields);
        if (fields["reasoning"] is not null) session.Config.RequireReasoning();
        var conversation = fields["conversation"]?.GetValue<string>() ?? "auto";
        if (conversation is not ("auto" or "none") && conversation != session.ConversationId)
            throw RequestError.InvalidValue("response.conversation", conversation, ["auto", "none"]);

        var config = session.Config;
        var input = fields["input"] as JsonArray;
        var context = input is null ? [.. session.Conversation.Items] : Resolve(input, session);
        var output = fields["audio"]?["output"];
        var metadata = fields["metadata"] as JsonObject;
        var instructions = fields["instructions"]?.GetValue<string>();
        return new ResponseRequest
        {
            OutOfBand = conversation == "none",
            Audio = (fields["output_modalities"] ?? config["output_modalities"])[0]!.GetValue<string>() == "audio",
            Instructions = instructions ?? config.Instructions,
            Tools = fields["tools"] ?? config["tools"],
            ToolChoice = fields["tool_choice"] ?? config["tool_choice"],
            MaxOutputTokens = fields["max_output_tokens"] ?? config["max_output_tokens"],
            Voice = output?["voice"] ?? config.Voice,
            Format = output?["format"] ?? config.OutputFormat,
            Metadata = metadata is { Count: > 0 } ? metadata : null,
            Context = context,
            OnlyReferences = input is { Count: > 0 } && input.All(i => i!["type"]!.GetValue<string>() == "item_reference"),
            Subject = context.LastOrDefault(i => i.Role == "user"),
            IsTranscription = instructions is null && metadata is null
                || Speaks(instructions) || (metadata?.Any(p => Speaks(p.Value?.ToString())) ?? false),
        };
    }

    private static bool Speaks(string? text) => text?.Contains("transcri", StringComparison.OrdinalIgnoreCase) ?? false;

    private static List<Item> Resolve(JsonArray input, SessionContext session)
    {
        var items = new List<Item>();
        for (var i = 0; i < input.Count; i++)
        {
            var path = $"response.input[{i}]";
            if (input[i] is not JsonObject part) throw RequestError.InvalidType(path, "an object");
            if (part["type"]?.ToString() != "item_reference")
            {
                items.Add(ItemReader.Read(part, path, session.Ids, session.Config.InputFormat));
                continue;
            }
            var id = part["id"]?.ToString() ?? throw RequestError.Missing($"{path}.id");
            items.Add(session.Conversation.Find(id)
                ?? throw new RequestError("invalid_value", $"Item with id '{id}' not found.", $"{path}.id"));
        }
        return items;
    }
}
