using System.Text.Json.Serialization;

namespace RealtimeAkka.Protocol.Wire;

/// <summary>
/// An item of a conversation, or a reference to one. Only the id and the type can be relied on (docs/protocol.md 4.3).
/// <c>CallId</c>, <c>Name</c>, <c>Arguments</c>: of a function call; <c>Output</c>: of its result.
/// </summary>
public sealed record ConversationItem(
    string Type,
    ItemId? Id = null,
    string? Status = null,
    string? Role = null,
    IReadOnlyList<ContentPart>? Content = null,
    string? CallId = null,
    string? Name = null,
    string? Arguments = null,
    string? Output = null)
{
    /// <summary>Somebody said it; what we put into a conversation ourselves is text.</summary>
    [JsonIgnore]
    public bool IsUserSpeech => Role == "user" && Content?.Any(part => part?.Type == "input_audio") == true; // a list may hold null

    /// <summary>Stands for an item that is already in the conversation, in <see cref="ResponseRequest.Input"/>.</summary>
    public static ConversationItem Reference(ItemId id) => new("item_reference", id);

    /// <summary>Words in the user's place: what the user said, or what we show the model beside the conversation.</summary>
    public static ConversationItem UserText(string text) => new("message", Role: "user", Content: [new ContentPart("input_text", text)]);

    /// <summary>What the assistant said, in words.</summary>
    public static ConversationItem AssistantText(string text) => new("message", Role: "assistant", Content: [new ContentPart("output_text", text)]);
    /// <summary>What a function that the model called came to.</summary>
    public static ConversationItem CallOutput(string callId, string output) => new("function_call_output", CallId: callId, Output: output);
}

/// <summary>A part of an item: <c>input_audio</c>, <c>output_audio</c>, <c>output_text</c>, and the beta names <c>audio</c>, <c>text</c>.</summary>
public sealed record ContentPart(string? Type = null, string? Text = null, string? Transcript = null);
