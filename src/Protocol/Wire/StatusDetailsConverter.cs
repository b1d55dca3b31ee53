using System.Text.Json;

namespace RealtimeAkka.Protocol.Wire;

/// <summary>Reads status details; some compatible servers send a plain string, which becomes the reason (docs/protocol.md 12).</summary>
internal sealed class StatusDetailsConverter : ServerConverter<ResponseStatusDetails>
{
    /// <inheritdoc/>
    public override ResponseStatusDetails? Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        if (reader.TokenType == JsonTokenType.String) return new ResponseStatusDetails(Reason: reader.GetString());

        using var details = JsonDocument.ParseValue(ref reader);
        var root = details.RootElement;
        if (root.ValueKind != JsonValueKind.Object) throw new JsonException("status_details must be an object or a string.");
        var error = root.TryGetProperty("error"u8, out var found) ? found.Deserialize(WireJson.Default.ErrorDetail) : null;
        return new ResponseStatusDetails(Text(root, "type"u8), Text(root, "reason"u8), error);
    }

    private static string? Text(JsonElement details, ReadOnlySpan<byte> name) =>
        details.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;
}
