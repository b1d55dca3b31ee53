using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace RealtimeAkka.Hosting.Net;

/// <summary>Keeps the API key out of recordings and output, even if the server echoes it.</summary>
public sealed partial class KeyRedactor(string? key)
{
    // A shorter key is a placeholder for a test server and may be an ordinary word.
    private const int MinLength = 16;

    private readonly byte[]? _key = key is { Length: >= MinLength } ? Encoding.UTF8.GetBytes(key) : null;

    /// <summary>Overwrites every occurrence of the key in a frame with asterisks.</summary>
    public void Redact(Span<byte> utf8)
    {
        if (_key is null) return;
        for (int at; (at = utf8.IndexOf(_key)) >= 0; utf8 = utf8[(at + _key.Length)..]) utf8.Slice(at, _key.Length).Fill((byte)'*');
    }

    /// <summary>The text with every occurrence of the key replaced by asterisks.</summary>
    [return: NotNullIfNotNull(nameof(text))]
    public string? Redact(string? text) =>
        _key is null || text is null ? text : text.Replace(key!, new string('*', key!.Length), StringComparison.Ordinal);

    /// <summary>
    /// The frame with the key redacted, if one of its JSON strings holds the key in escaped form (<c>\\u002B</c> for a plus); null,
    /// the usual result, if none does.
    /// </summary>
    public byte[]? RedactEscaped(ReadOnlySpan<byte> utf8)
    {
        if (_key is null || utf8.IndexOf((byte)'\\') < 0) return null;
        ArrayBufferWriter<byte>? clean = null;
        var copied = 0;
        try
        {
            var reader = new Utf8JsonReader(utf8);
            while (reader.Read())
            {
                if (!reader.ValueIsEscaped || Redacted(ref reader) is not { } text) continue;
                clean ??= new ArrayBufferWriter<byte>(utf8.Length);
                var value = (int)reader.TokenStartIndex + 1; // after the quotation mark
                clean.Write(utf8[copied..value]);
                clean.Write(JsonEncodedText.Encode(text, JavaScriptEncoder.UnsafeRelaxedJsonEscaping).EncodedUtf8Bytes);
                copied = value + reader.ValueSpan.Length;
            }
        }
        catch (JsonException)
        {
            // Not valid JSON from here on: no later string of it is ever decoded.
        }
        if (clean is null) return null;
        clean.Write(utf8[copied..]);
        return clean.WrittenSpan.ToArray();
    }

    // Null if the string does not hold the key.
    private string? Redacted(ref Utf8JsonReader reader)
    {
        try
        {
            var text = reader.GetString()!;
            return text.Contains(key!, StringComparison.Ordinal)
                ? text.Replace(key!, new string('*', key!.Length), StringComparison.Ordinal) : null;
        }
        catch (InvalidOperationException)
        {
            // Half a surrogate pair: the string cannot be written again as it was, so all of it is redacted.
            return Unescaped(reader.ValueSpan).Contains(key!, StringComparison.Ordinal) ? new string('*', key!.Length) : null;
        }
    }

    private static string Unescaped(ReadOnlySpan<byte> value) => EscapedCharacter().Replace(
        Encoding.UTF8.GetString(value),
        escape => escape.Value[1] == 'u' ? ((char)Convert.ToUInt16(escape.Value[2..], 16)).ToString() : escape.Value[1..]);

    [GeneratedRegex(@"\\(u[0-9A-Fa-f]{4}|.)")]
    private static partial Regex EscapedCharacter();
}
