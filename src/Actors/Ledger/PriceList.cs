using RealtimeAkka.Protocol;

namespace RealtimeAkka.Actors.Ledger;

/// <summary>
/// The prices of a model, in US dollars per million tokens, or per minute of audio; null if not sold or not known.
/// </summary>
/// <param name="Model">The model's name without a date.</param>
public sealed record ModelPrice(string Model)
{
    /// <summary>Text input.</summary>
    public decimal? TextIn { get; init; }
    /// <summary>Text input, from the prompt cache.</summary>
    public decimal? TextCached { get; init; }
    /// <summary>Text output.</summary>
    public decimal? TextOut { get; init; }
    /// <summary>Audio input.</summary>
    public decimal? AudioIn { get; init; }
    /// <summary>Audio input, from the prompt cache.</summary>
    public decimal? AudioCached { get; init; }
    /// <summary>Audio output.</summary>
    public decimal? AudioOut { get; init; }
    /// <summary>Image input.</summary>
    public decimal? ImageIn { get; init; }
    /// <summary>Image input, from the prompt cache.</summary>
    public decimal? ImageCached { get; init; }
    /// <summary>Per minute of audio; each started second counts in full.</summary>
    public decimal? PerMinute { get; init; }
    /// <summary>The date on which these prices were read.</summary>
    public DateOnly? AsOf { get; init; }
    /// <summary>The date on which the service retires the model.</summary>
    public DateOnly? Retires { get; init; }
    /// <summary>Where these prices were read.</summary>
    public string? Source { get; init; }

    /// <summary>The exact cost of <paramref name="usage"/>; null if a used kind of token has no price here.</summary>
    public decimal? Cost(Usage usage) => usage switch
    {
        Usage.Duration d => PerMinute * Math.Ceiling(d.Seconds) / 60m,
        Usage.Tokens t => Sum(
            (t.TextIn - t.CachedText, TextIn), (t.CachedText, TextCached), (t.TextOut, TextOut),
            (t.AudioIn - t.CachedAudio, AudioIn), (t.CachedAudio, AudioCached), (t.AudioOut, AudioOut),
            (t.ImageIn - t.CachedImage, ImageIn), (t.CachedImage, ImageCached)),
        _ => null,
    };

    private static decimal? Sum(params ReadOnlySpan<(long Tokens, decimal? PerMillion)> parts)
    {
        var sum = 0m;
        foreach (var (tokens, perMillion) in parts)
        {
            if (tokens == 0) continue;
            if (perMillion is not { } price) return null;
            sum += tokens * price / 1_000_000m;
        }
        return sum;
    }
}

/// <summary>All known prices.</summary>
public sealed record PriceList(IReadOnlyList<ModelPrice> Models)
{
    /// <summary>The price of a model, or of the model it is a dated snapshot of (<c>name-2026-01-31</c>); null if unknown.</summary>
    public ModelPrice? Find(string model)
    {
        for (var i = 0; i < Models.Count; i++)
        {
            if (Models[i].Model == model) return Models[i];
        }
        return Models.FirstOrDefault(price => ModelName.IsSnapshot(model, price.Model));
    }

    /// <summary>The cost of a usage at a model's price; null if either is unknown.</summary>
    public decimal? Cost(string model, Usage? usage) => usage is null ? null : Find(model)?.Cost(usage);
}
