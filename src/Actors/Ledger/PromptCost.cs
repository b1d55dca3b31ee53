namespace RealtimeAkka.Actors.Ledger;

/// <summary>
/// The estimated cost of sending a prompt once, in US dollars: uncached, and from the prompt cache; null without a price.
/// The token count is an estimate too.
/// </summary>
public sealed record PromptCost(long Tokens, decimal? ColdUsd, decimal? CachedUsd)
{
    /// <summary>
    /// Estimates the tokens of a text without a tokenizer: one per four ASCII characters (OpenAI's rule of thumb for English), and
    /// one per other character, which is high for accented letters and about right for scripts without an alphabet.
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
    /// A prompt of this many tokens costs as much uncached as this one cached (docs/cookbook.md 3: 1,809 and 180); null without a price.
    /// </summary>
    public long? CheaperBelow => CachedUsd is { } cached && ColdUsd > 0 ? (long)(Tokens * (cached / ColdUsd.Value)) : null;

    /// <summary>A prompt of this many tokens costs as much cached as this one uncached; null without a price.</summary>
    public long? DearerAbove => ColdUsd is { } cold && CachedUsd > 0 ? (long)(Tokens * (cold / CachedUsd.Value)) : null;
}
