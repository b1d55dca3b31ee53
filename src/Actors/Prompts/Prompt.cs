using System.Security.Cryptography;
using System.Text;
using RealtimeAkka.Protocol.Records;

namespace RealtimeAkka.Actors.Prompts;

/// <summary>Instructions for the model. <c>Hash</c> identifies their version in the records: the first 12 hex digits of SHA-256.</summary>
public sealed record Prompt(string Text, string Hash) : IPromptSource
{
    /// <summary>A prompt with this text.</summary>
    public static Prompt Of(string text) => new(text, Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)))[..12]);

    /// <inheritdoc/>
    public (Prompt Prompt, Notice? Problem) Read() => (this, null);
}
