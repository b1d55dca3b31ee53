using System.Text.Json;

namespace RealtimeAkka.Hosting.Sessions;

/// <summary>Texts of JSON from outside, which may hold half a surrogate pair: valid JSON, and no text.</summary>
internal static class JsonText
{
    /// <summary>The string; null: it is none.</summary>
    public static string? Of(JsonElement value)
    {
        try
        {
            return value.ValueKind == JsonValueKind.String ? value.GetString() : null;
        }
        catch (InvalidOperationException)
        {
            return null;
        }
    }
}
