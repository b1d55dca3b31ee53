using System.Text.RegularExpressions;

namespace RealtimeAkka.Protocol.Wire;

/// <summary>Kinds of client events, as far as an error can be about them.</summary>
[Flags]
public enum RequestKinds
{
    /// <summary>None of our events: the service itself failed, or refuses what was never sent.</summary>
    None = 0,
    /// <summary>The connection as a whole, its key or its model: the server closes it next.</summary>
    Connection = 1,
    /// <summary><c>session.update</c>.</summary>
    Update = 2,
    /// <summary><c>input_audio_buffer.append</c>; never acknowledged.</summary>
    Append = 4,
    /// <summary><c>input_audio_buffer.commit</c>.</summary>
    Commit = 8,
    /// <summary><c>input_audio_buffer.clear</c>.</summary>
    Clear = 16,
    /// <summary><c>conversation.item.create</c>.</summary>
    CreateItem = 32,
    /// <summary><c>conversation.item.truncate</c>.</summary>
    Truncate = 64,
    /// <summary><c>conversation.item.delete</c>.</summary>
    Delete = 128,
    /// <summary><c>response.cancel</c>.</summary>
    Cancel = 256,
    /// <summary><c>response.create</c> of an answer in the conversation.</summary>
    Answer = 512,
    /// <summary><c>response.create</c> out of band.</summary>
    OutOfBand = 1024,
    /// <summary>Any client event.</summary>
    Any = Update | Append | Commit | Clear | CreateItem | Truncate | Delete | Cancel | Answer | OutOfBand,
}

/// <summary>
/// What an error is about, by the table below: its parameter, then its code, then its message, since each may be absent
/// (docs/protocol.md 9). The kinds are those that the error can be about; several mean that only what is unanswered decides.
/// </summary>
/// <param name="Kinds">The kinds of client events that it can be about.</param>
/// <param name="IsField">It refuses a field of the event, so the event has fields.</param>
public readonly partial record struct ErrorSubject(RequestKinds Kinds, bool IsField = false)
{
    // Characters of a message that are read; a message of the service is one or two sentences.
    private const int MaxMessage = 1000;

    private const RequestKinds WithFields = RequestKinds.Update | RequestKinds.CreateItem | RequestKinds.Truncate | RequestKinds.Delete
        | RequestKinds.Cancel | RequestKinds.Answer | RequestKinds.OutOfBand;

    private const RequestKinds OfItem = RequestKinds.Truncate | RequestKinds.Delete | RequestKinds.OutOfBand;

    // The first part of the path of a refused field, in param or quoted in the message.
    private static readonly (string Root, RequestKinds Kinds)[] Paths =
    [
        ("session", RequestKinds.Update),
        ("response", RequestKinds.Answer | RequestKinds.OutOfBand),
        ("item", RequestKinds.CreateItem),
        ("previous_item_id", RequestKinds.CreateItem),
        ("audio_end_ms", RequestKinds.Truncate),
        ("content_index", RequestKinds.Truncate),
        ("item_id", RequestKinds.Truncate | RequestKinds.Delete),
        ("response_id", RequestKinds.Cancel),
        ("audio", RequestKinds.Append),
    ];

    // How a code begins.
    private static readonly (string Code, RequestKinds Kinds)[] Codes =
    [
        ("session_expired", RequestKinds.Connection),
        ("invalid_api_key", RequestKinds.Connection),
        ("missing_model", RequestKinds.Connection),
        ("invalid_model", RequestKinds.Connection),
        ("model_not_found", RequestKinds.Connection),
        ("beta_api_shape_disabled", RequestKinds.Connection),
        ("conversation_already_has_active_response", RequestKinds.Answer),
        ("response_cancel", RequestKinds.Cancel),
        ("input_audio_buffer_commit", RequestKinds.Commit),
        ("input_audio_buffer_clear", RequestKinds.Clear),
        ("input_audio_buffer", RequestKinds.Append),
        ("item_truncate", RequestKinds.Truncate),
        ("item_delete", RequestKinds.Delete),
        ("item_create", RequestKinds.CreateItem),
        ("item_retrieve", RequestKinds.None), // never sent
        ("invalid_tool_call_id", RequestKinds.CreateItem),
        ("cannot_update_voice", RequestKinds.Update),
        ("rate_limit", RequestKinds.None),
        ("insufficient_quota", RequestKinds.None),
        ("server_error", RequestKinds.None),
        ("internal", RequestKinds.None),
        ("invalid_json", RequestKinds.None),
        ("invalid_event", RequestKinds.None),
    ];

    // What a message contains, in any case.
    private static readonly (string Words, RequestKinds Kinds)[] Messages =
    [
        ("already has an active response", RequestKinds.Answer),
        ("no active response", RequestKinds.Cancel),
        ("cancellation failed", RequestKinds.Cancel),
        ("committing input audio buffer", RequestKinds.Commit),
        ("buffer too small", RequestKinds.Commit),
        ("already shorter than", RequestKinds.Truncate),
        ("can be truncated", RequestKinds.Truncate),
        ("truncating item", RequestKinds.Truncate),
        ("deleting item", RequestKinds.Delete),
        ("adding item", RequestKinds.CreateItem),
        ("tool call id", RequestKinds.CreateItem),
        ("conversation's voice", RequestKinds.Update),
        ("session update", RequestKinds.Update),
        ("session.update", RequestKinds.Update),
        ("maximum duration", RequestKinds.Connection),
        ("rate limit", RequestKinds.None),
        ("server had an error", RequestKinds.None),
    ];

    // Codes that refuse a field, by how they begin; param and message may both fail to name it.
    private static readonly string[] FieldCodes =
        ["invalid_value", "invalid_type", "unknown_parameter", "missing_required_parameter", "unsupported_", "integer_", "decimal_",
        "string_", "array_"];

    /// <summary>What <paramref name="error"/> is about.</summary>
    public static ErrorSubject Of(ErrorDetail error)
    {
        var code = error.Code ?? "";
        var message = error.Message is { Length: > MaxMessage } text ? text[..MaxMessage] : error.Message ?? "";
        if (OfPath(error.Param).And(OfCode(code)).And(OfMessage(message)) is { } known) return known;

        // An error of another type is the service's own fault; without a type there is no telling.
        if (error.Type != "invalid_request_error") return new(RequestKinds.None);
        return Array.Exists(FieldCodes, prefix => code.StartsWith(prefix, StringComparison.Ordinal)) ? new(WithFields, IsField: true)
            : new(RequestKinds.Any);
    }

    /// <summary>Whether it refuses a <c>response.create</c> because another response is in progress (docs/protocol.md 6.2).</summary>
    public static bool IsActiveResponse(ErrorDetail error) => Of(error) == new ErrorSubject(RequestKinds.Answer);

    private static ErrorSubject? OfPath(string? path)
    {
        if (path is null) return null;
        var end = path.IndexOfAny(['.', '[']);
        var root = end < 0 ? path : path[..end];
        foreach (var (name, kinds) in Paths)
            if (root == name) return new(kinds, IsField: true);
        return null;
    }

    private static ErrorSubject? OfCode(string code)
    {
        foreach (var (prefix, kinds) in Codes)
            if (code.StartsWith(prefix, StringComparison.Ordinal)) return new(kinds);
        return null;
    }

    private static ErrorSubject? OfMessage(string message)
    {
        foreach (var (words, kinds) in Messages)
            if (message.Contains(words, StringComparison.OrdinalIgnoreCase)) return new(kinds);
        if (QuotedPath().Match(message) is { Success: true } path && OfPath(path.Groups[1].Value) is { } quoted) return quoted;
        return message.Contains("item with id", StringComparison.OrdinalIgnoreCase) ? new(OfItem, IsField: true) : null;
    }

    [GeneratedRegex(@"'([a-z_]{1,64}(?:[.\[][a-z0-9_.\[\]]{0,200})?)'")]
    private static partial Regex QuotedPath();
}

/// <summary>How the parts of an error agree on its subject.</summary>
internal static class ErrorSubjects
{
    /// <summary>What both say; if they contradict each other, what the first says.</summary>
    public static ErrorSubject? And(this ErrorSubject? first, ErrorSubject? second)
    {
        if (first is not { } a || second is not { } b) return first ?? second;
        return (a.Kinds & b.Kinds) == RequestKinds.None ? a : new(a.Kinds & b.Kinds, a.IsField || b.IsField);
    }
}
