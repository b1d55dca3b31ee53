using System.Text.Json;

namespace RealtimeAkka.Hosting.Configuration;

/// <summary>Reads the settings that a session had from its <c>config.json</c>.</summary>
internal static class RecordedSettings
{
    private const int MaxBytes = 4 * 1024 * 1024;

    /// <summary>
    /// The values by their keys, and whether each was the default. Throws <see cref="FormatException"/> for a file that cannot be read, with
    /// what it must be, and <see cref="InvalidDataException"/> for one that this program does not write.
    /// </summary>
    public static Dictionary<string, (string? Value, bool IsDefault)> Read(string path)
    {
        var text = TextFile.Read(path, MaxBytes);
        try
        {
            using var document = JsonDocument.Parse(text);
            return document.RootElement.EnumerateObject().ToDictionary(entry => entry.Name, entry => (
                entry.Value.GetProperty("value").GetString(), entry.Value.GetProperty("origin").GetString() == "reference.hocon"),
                StringComparer.Ordinal);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or KeyNotFoundException or ArgumentException)
        {
            throw new InvalidDataException(e.Message, e);
        }
    }
}
