using System.Text.Json;

namespace RealtimeAkka.Protocol.Wire;

/// <summary>Reads a session of any shape: compatible servers describe theirs in their own way (docs/protocol.md 12).</summary>
internal sealed class SessionStateConverter : ServerConverter<SessionState>
{
    private const int MaxName = 200;

    /// <inheritdoc/>
    public override SessionState Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        var all = JsonElement.ParseValue(ref reader);
        if (all.ValueKind != JsonValueKind.Object) return new SessionState();
        long? expiresAt = all.TryGetProperty("expires_at"u8, out var at) && at.ValueKind == JsonValueKind.Number
            && at.GetDouble() is > 0 and < 1e11 and var seconds ? (long)seconds : null;
        return new SessionState(Name(all, "id"u8), Name(all, "model"u8), expiresAt, all);
    }

    private static string? Name(JsonElement session, ReadOnlySpan<byte> field) =>
        session.TryGetProperty(field, out var value) && value.ValueKind == JsonValueKind.String
            && value.GetString() is { Length: > 0 and <= MaxName } name ? name : null;
}
