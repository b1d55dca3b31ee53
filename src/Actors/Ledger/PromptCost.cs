namespace RealtimeAkka.Actors.Ledger;

/// <summary>
/// What a prompt costs each time it is sent, in US dollars: the first time, and from the prompt cache; null without a price.
/// An estimate, as the tokens are.
/// </summary>
public sealed record PromptCost(long Tokens, decimal? ColdUsd, decimal? CachedUsd)
{
    /// <summary>
    /// Estimates the tokens of a text without its tokenizer: four ASCII characters are one (OpenAI's rule of thumb for English), and
    /// each other character is one, which is high for accents and about right for scripts without an alphabet.
    /// </summary>
    public static long Estimate(string text)
    {
        long ascii = text.Count(char.IsAscii);
        return (ascii + 3) / 4 + (text.Length - ascii);
    }

    /// <summary>The cost of a prompt at a model's price.</summary>
    public static PromptCost Of(string prompt, ModelPrice? price)
    {
        var tokens = Estimate(prompt);
        return new PromptCost(tokens, tokens * price?.TextIn / 1_000_000m, tokens * price?.TextCached / 1_000_000m);
    }

    /// <summary>
    /// A prompt of this many tokens costs uncached what this one costs cached (docs/cookbook.md 3: 1,809 and 180); null without a price.
    /// </summary>
    public long? CheaperBelow => CachedUsd is { } cached && ColdUsd > 0 ? (long)(Tokens * (cached / ColdUsd.Value)) : null;

    /// <summary>A prompt of this many tokens costs cached what this one costs uncached; null without a price.</summary>
    public long? DearerAbove => ColdUsd is { } cold && CachedUsd > 0 ? (long)(Tokens * (cold / CachedUsd.Value)) : null;
}
