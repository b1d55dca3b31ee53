using System.Text.Json;
using Akka.Configuration;
using Akka.Configuration.Hocon;

namespace RealtimeAkka.Hosting.Configuration;

/// <summary>Reads configuration files, in HOCON or JSON, into layers of scalars.</summary>
public static class HoconFile
{
    /// <summary>The largest file that is read, in bytes.</summary>
    public const int MaxBytes = 1024 * 1024;

    /// <summary>
    /// Reads <paramref name="text"/> into one layer. Throws <see cref="ConfigException"/> with <paramref name="origin"/>, line and
    /// column if it does not conform to <see cref="HoconSyntax"/>.
    /// </summary>
    public static ConfigLayer Read(string text, string origin) => new(origin, ReadJson(text) ?? ReadHocon(text, origin));

    /// <summary>One key and its value as HOCON; any characters are allowed.</summary>
    public static string Write(string path, string value) => $"{string.Join('.', path.Split('.').Select(Quoted))} = {Quoted(value)}";

    private static Dictionary<string, string> ReadHocon(string text, string origin)
    {
        HoconSyntax.Check(text, origin);
        var values = NoValues();
        try
        {
            // Akka's parser ignores a blank or a '#' that is the last character.
            Add(ConfigurationFactory.ParseString(text + "\n").Root, "", values);
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            throw new ConfigException(
                $"{origin} cannot be read by Akka's HOCON parser: {e.Message.ReplaceLineEndings(" ")} Put texts in quotes, or write the file as JSON.", e);
        }
        return values;
    }

    /// <summary>Null if the text is not a JSON object, or if <see cref="HoconSyntax"/> has to refuse it with line and column.</summary>
    private static Dictionary<string, string>? ReadJson(string text)
    {
        var values = NoValues();
        try
        {
            using var json = JsonDocument.Parse(
                text, new JsonDocumentOptions { MaxDepth = HoconSyntax.MaxPath, AllowDuplicateProperties = false });
            return json.RootElement.ValueKind == JsonValueKind.Object && TryAdd(json.RootElement, "", values) ? values : null;
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException) // the latter for half a surrogate pair
        {
            return null;
        }
    }

    private static void Add(HoconValue value, string path, Dictionary<string, string> values)
    {
        if (value.GetObject() is { } block)
        {
            foreach (var (key, child) in block.Items) Add(child, Join(path, key), values);
            return;
        }
        // Blanks after a value are a separate part. GetString would also trim blanks in quotes.
        var parts = value.Values.Select(part => part.GetString()).ToList();
        if (parts.Count > 1 && string.IsNullOrWhiteSpace(parts[^1])) parts.RemoveAt(parts.Count - 1);
        values[path] = string.Concat(parts);
    }

    private static bool TryAdd(JsonElement value, string path, Dictionary<string, string> values)
    {
        if (path.Length > HoconSyntax.MaxPath) return false;
        switch (value.ValueKind)
        {
            case JsonValueKind.Array:
                return false;
            case JsonValueKind.Object:
                return value.EnumerateObject()
                    .All(child => child.Name.Length > 0 && !child.Name.Contains('.', StringComparison.Ordinal)
                    && TryAdd(child.Value, Join(path, child.Name), values));
            default:
                // A JSON null is read as the word null: "output": null names the null output.
                var text = value.ValueKind == JsonValueKind.String ? value.GetString()! : value.GetRawText();
                values[path] = text;
                return text.Length <= HoconSyntax.MaxValue && !text.Contains('\0', StringComparison.Ordinal)
                    && values.Count <= HoconSyntax.MaxKeys;
        }
    }

    private static Dictionary<string, string> NoValues() => new(StringComparer.Ordinal);

    private static string Join(string path, string key) => path.Length == 0 ? key : $"{path}.{key}";

    private static string Quoted(string text) => $"\"{JsonEncodedText.Encode(text)}\"";
}
