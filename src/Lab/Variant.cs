using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;

namespace RealtimeAkka.Lab;

/// <summary>A transcription prompt under trial.</summary>
/// <param name="Name">Its name in results.</param>
/// <param name="Prompt">The instructions that the model gets.</param>
public sealed partial record Variant(string Name, string Prompt)
{
    /// <summary>The variant that is the prompt in use, if no other is given.</summary>
    public const string InUse = "oob";

    private const string Prefix = "transcription.";

    /// <summary>
    /// The name of its requests on the wire. A task of the user has no dot in its name, so they are never taken for each other.
    /// </summary>
    public string Task => Prefix + Name;

    /// <summary>Identifies the prompt: SHA-256 in hex.</summary>
    public string Hash { get; } = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(Prompt)));

    /// <summary>Reads <c>NAME=FILE</c>. Throws <see cref="FormatException"/>, which says what is wrong.</summary>
    public static (string Name, string File) Parse(string text)
    {
        var at = text.IndexOf('=', StringComparison.Ordinal);
        if (at <= 0 || at == text.Length - 1) throw new FormatException("it must be NAME=FILE, such as short=prompts/short.md");
        var name = text[..at];
        if (name.Equals(VariantAnswer.Asr, StringComparison.OrdinalIgnoreCase))
            throw new FormatException($"the name {VariantAnswer.Asr} is that of the built-in transcription; choose another");
        return IsName().IsMatch(name) ? (name, text[(at + 1)..])
            : throw new FormatException("its name must be up to 32 letters, digits, hyphens or underscores, a letter or digit first");
    }

    [GeneratedRegex("^[A-Za-z0-9][A-Za-z0-9_-]{0,31}$")]
    private static partial Regex IsName();
}
