using System.Text;

namespace RealtimeAkka.Host.Net;

/// <summary>Keeps the API key out of everything that is kept or shown, even where a server repeats it to us.</summary>
public sealed class SecretGuard(string? key)
{
    // A shorter "key" is a placeholder for a test server, and may be an ordinary word.
    private const int LeastLength = 16;

    private readonly byte[]? _key = key is { Length: >= LeastLength } ? Encoding.UTF8.GetBytes(key) : null;

    /// <summary>Overwrites the key with asterisks wherever it stands in a frame.</summary>
    public void Scrub(Span<byte> utf8)
    {
        if (_key is null) return;
        for (int at; (at = utf8.IndexOf(_key)) >= 0; utf8 = utf8[(at + _key.Length)..]) utf8.Slice(at, _key.Length).Fill((byte)'*');
    }

    /// <summary>The text without the key.</summary>
    public string Scrub(string text) => _key is null ? text : text.Replace(key!, "***", StringComparison.Ordinal);
}
