using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace RealtimeAkka.Host.Net;

/// <summary>Keeps the API key out of everything that is kept or shown, even where a server repeats it to us.</summary>
public sealed class SecretGuard(string? key)
{
    // A shorter "key" is a placeholder for a test server, and may be an ordinary word.
    private const int LeastLength = 16;

    private static readonly JsonSerializerOptions PlainText = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private readonly byte[]? _key = key is { Length: >= LeastLength } ? Encoding.UTF8.GetBytes(key) : null;

    /// <summary>Overwrites the key with asterisks wherever it stands in a frame.</summary>
    public void Scrub(Span<byte> utf8)
    {
        if (_key is null) return;
        for (int at; (at = utf8.IndexOf(_key)) >= 0; utf8 = utf8[(at + _key.Length)..]) utf8.Slice(at, _key.Length).Fill((byte)'*');
    }

    /// <summary>
    /// The frame without the key where a string of it holds the key in escaped form (<c>\\u002B</c> for a plus); null where none
    /// does, which is nearly always.
    /// </summary>
    public byte[]? ScrubEscaped(ReadOnlySpan<byte> utf8)
    {
        if (_key is null || utf8.IndexOf((byte)'\\') < 0) return null;
        try
        {
            var reader = new Utf8JsonReader(utf8);
            while (reader.Read())
            {
                if (!reader.ValueIsEscaped || reader.GetString()?.Contains(key!, StringComparison.Ordinal) != true) continue;
                return JsonSerializer.SerializeToUtf8Bytes(Scrubbed(JsonNode.Parse(utf8)), PlainText);
            }
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            // Not readable as JSON: then nothing of it is shown as text either.
        }
        return null;
    }

    private JsonNode? Scrubbed(JsonNode? node) => node switch
    {
        JsonObject o => new JsonObject(o.Select(pair => KeyValuePair.Create(Plain(pair.Key), Scrubbed(pair.Value)))),
        JsonArray a => new JsonArray([.. a.Select(Scrubbed)]),
        JsonValue v when v.TryGetValue<string>(out var text) => Plain(text),
        _ => node?.DeepClone(),
    };

    private string Plain(string text) => text.Replace(key!, new string('*', key!.Length), StringComparison.Ordinal);
}
