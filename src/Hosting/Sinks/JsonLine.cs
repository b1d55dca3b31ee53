using System.Text;
using System.Text.Json;

namespace RealtimeAkka.Hosting.Sinks;

/// <summary>A JSON object on one line, for programs that read line by line.</summary>
internal static class JsonLine
{
    /// <summary>The object with the properties that <paramref name="write"/> writes.</summary>
    public static string Of(Action<Utf8JsonWriter> write)
    {
        using var stream = new MemoryStream();
        using (var json = new Utf8JsonWriter(stream))
        {
            json.WriteStartObject();
            write(json);
            json.WriteEndObject();
        }
        return Encoding.UTF8.GetString(stream.ToArray());
    }
}
