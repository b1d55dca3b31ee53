using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace RealtimeAkka.Host.Net;

/// <summary>Keeps the API key out of recordings and output, even if the server echoes it.</summary>
public sealed class SecretGuard(string? key)
{
    // A shorter key is a placeholder for a test server and may be an ordinary word.
    private const int LeastLength = 16;

    private static readonly JsonSerializerOptions PlainText = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private readonly byte[]? _key = key is { Length: >= LeastLength } ? Encoding.UTF8.GetBytes(key) : null;

    /// <summary>Overwrites every occurrence of the key in a frame with asterisks.</summary>
    public void Scrub(Span<byte> utf8)
    {
        if (_key is null) return;
        for (int at; (at = utf8.IndexOf(_key)) >= 0; utf8 = utf8[(at + _key.Length)..]) utf8.Slice(at, _key.Length).Fill((byte)'*');
    }

    /// <summary>
    /// The frame with the key redacted, if one of its JSON strings holds the key in escaped form (<c>\\u002B</c> for a plus); null,
    /// the usual result, if none does.
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
            // Not valid JSON, or half a surrogate pair: the frame is left as it is.
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
