namespace RealtimeAkka.Actors.Ledger;

/// <summary>
/// What a model costs, in US dollars per million tokens, or per minute of audio; null where that is not sold or not known.
/// </summary>
/// <param name="Model">The model's name without a date.</param>
public sealed record ModelPrice(string Model)
{
    /// <summary>Text in.</summary>
    public decimal? TextIn { get; init; }
    /// <summary>Text in, from the prompt cache.</summary>
    public decimal? TextCached { get; init; }
    /// <summary>Text out.</summary>
    public decimal? TextOut { get; init; }
    /// <summary>Audio in.</summary>
    public decimal? AudioIn { get; init; }
    /// <summary>Audio in, from the prompt cache.</summary>
    public decimal? AudioCached { get; init; }
    /// <summary>Audio out.</summary>
    public decimal? AudioOut { get; init; }
    /// <summary>Images in.</summary>
    public decimal? ImageIn { get; init; }
    /// <summary>Images in, from the prompt cache.</summary>
    public decimal? ImageCached { get; init; }
    /// <summary>Per minute of audio; every second begun counts.</summary>
    public decimal? PerMinute { get; init; }
    /// <summary>The day these prices were read.</summary>
    public DateOnly? AsOf { get; init; }
    /// <summary>The day the service switches the model off.</summary>
    public DateOnly? Retires { get; init; }
    /// <summary>Where these prices were read.</summary>
    public string? Source { get; init; }

    /// <summary>What <paramref name="usage"/> costs, exactly; null where something was used that has no price here.</summary>
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

/// <summary>All prices we know.</summary>
public sealed record PriceList(IReadOnlyList<ModelPrice> Models)
{
    /// <summary>The price of a model by its name, or of the model it is a dated snapshot of (<c>name-2026-01-31</c>); null where unknown.</summary>
    public ModelPrice? Find(string model)
    {
        for (var i = 0; i < Models.Count; i++)
        {
            if (Models[i].Model == model) return Models[i];
        }
        return Models.FirstOrDefault(price => model.StartsWith(price.Model, StringComparison.Ordinal) && IsDate(model.AsSpan(price.Model.Length)));
    }

    /// <summary>The cost of a usage at a model's price; null where either is unknown.</summary>
    public decimal? Cost(string model, Usage? usage) => usage is null ? null : Find(model)?.Cost(usage);

    private static bool IsDate(ReadOnlySpan<char> suffix) =>
        suffix.Length == 11 && suffix[0] == '-' && DateOnly.TryParseExact(suffix[1..], "yyyy-MM-dd", out _);
}
