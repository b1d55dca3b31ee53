using System.Text.Json;

namespace RealtimeAkka.Protocol.Wire;

/// <summary>
/// Reads an error in any form that a server gives it, because it explains what follows: an object, also one whose code is a number;
/// a plain text; or the fields in the event itself (docs/protocol.md 9.1).
/// </summary>
internal sealed class ErrorDetailConverter : ServerConverter<ErrorDetail>
{
    // Characters of a text that are kept: the service writes one or two sentences, and the text is logged and shown.
    private const int MaxText = 2000;

    /// <inheritdoc/>
    public override ErrorDetail Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        using var json = JsonDocument.ParseValue(ref reader);
        return Of(json.RootElement);
    }

    /// <summary>The error of an <c>error</c> event: its <c>error</c>, completed by the event's own fields.</summary>
    public static ErrorDetail OfEvent(JsonElement e)
    {
        var outer = new ErrorDetail(null, Text(e, "code"u8), Message(e), Text(e, "param"u8));
        if (!e.TryGetProperty("error"u8, out var inner) || inner.ValueKind == JsonValueKind.Null) return outer;
        var error = Of(inner);
        return error with { Code = error.Code ?? outer.Code, Message = error.Message ?? outer.Message, Param = error.Param ?? outer.Param };
    }

    private static ErrorDetail Of(JsonElement error) => error.ValueKind switch
    {
        JsonValueKind.Object => new(
            Text(error, "type"u8), Text(error, "code"u8), Message(error), Text(error, "param"u8), Text(error, "event_id"u8)),
        JsonValueKind.Number => new(Code: Text(error)),
        _ => new(Message: Text(error)),
    };

    private static string? Message(JsonElement error) => Text(error, "message"u8) ?? Text(error, "detail"u8) ?? Text(error, "reason"u8);

    private static string? Text(JsonElement parent, ReadOnlySpan<byte> name) =>
        parent.TryGetProperty(name, out var value) ? Text(value) : null;

    private static string? Text(JsonElement value)
    {
        var text = value.ValueKind switch
        {
            JsonValueKind.Null => null,
            JsonValueKind.String => value.GetString(),
            _ => value.GetRawText(),
        };
        return text?.Length > MaxText ? text[..MaxText] : text;
    }
}

/// <summary>Reads an <c>error</c> event, whose fields may stand in the event itself.</summary>
internal sealed class ServerErrorConverter : ServerConverter<ServerError>
{
    /// <inheritdoc/>
    public override ServerError Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        using var json = JsonDocument.ParseValue(ref reader);
        return new ServerError(ErrorDetailConverter.OfEvent(json.RootElement));
    }
}
