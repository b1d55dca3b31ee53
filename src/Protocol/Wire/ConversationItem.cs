using System.Text.Json.Serialization;

namespace RealtimeAkka.Protocol.Wire;

/// <summary>
/// An item of a conversation, or a reference to one. Only the id and the type can be relied on (docs/protocol.md 4.3).
/// <c>CallId</c>, <c>Name</c>, <c>Arguments</c>: of a function call; <c>Output</c>: of its result.
/// </summary>
[JsonConverter(typeof(ConversationItemConverter))]
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
    /// <summary>Whether the user spoke it; items that we add to a conversation are text.</summary>
    [JsonIgnore]
    public bool IsUserSpeech => Role == "user" && Content?.Any(part => part?.Type == "input_audio") == true; // elements may be null

    /// <summary>All text of its content, spoken or written.</summary>
    [JsonIgnore]
    public string Text => Content is [{ } only] ? only.Text ?? only.Transcript ?? ""
        : string.Concat((Content ?? []).Select(part => part?.Text ?? part?.Transcript)); // elements may be null

    /// <summary>Refers to an item of the conversation, in <see cref="ResponseRequest.Input"/>.</summary>
    public static ConversationItem Reference(ItemId id) => new("item_reference", id);

    /// <summary>Text in the user role: the user's words, or text that we show the model out of band.</summary>
    public static ConversationItem UserText(string text) => new("message", Role: "user", Content: [new ContentPart("input_text", text)]);

    /// <summary>Sound in the user role, with an id of ours. The server does not transcribe it.</summary>
    public static ConversationItem UserAudio(ItemId id, ReadOnlyMemory<byte> pcm) =>
        new("message", id, Role: "user", Content: [new ContentPart("input_audio") { Audio = pcm }]);

    /// <summary>The assistant's words as text.</summary>
    public static ConversationItem AssistantText(string text) =>
        new("message", Role: "assistant", Content: [new ContentPart("output_text", text)]);
    /// <summary>The output of a function that the model called.</summary>
    public static ConversationItem CallOutput(string callId, string output) => new("function_call_output", CallId: callId, Output: output);
}

/// <summary>A part of an item: <c>input_audio</c>, <c>output_audio</c>, <c>output_text</c>, or beta <c>audio</c>, <c>text</c>.</summary>
public sealed record ContentPart(string? Type = null, string? Text = null, string? Transcript = null)
{
    /// <summary>Sound that we add to a conversation, PCM16 mono 24 kHz; it is not read from events.</summary>
    [JsonConverter(typeof(SentAudioConverter))]
    public ReadOnlyMemory<byte>? Audio { get; init; }
}
