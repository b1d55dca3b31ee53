namespace RealtimeAkka.Lab;

/// <summary>What one variant wrote for one golden turn. The transcription model is the variant <see cref="Asr"/>.</summary>
/// <param name="Variant">The name of the variant.</param>
/// <param name="Turn">The golden turn.</param>
/// <param name="Repeat">Which repeat of the run, from 1.</param>
/// <param name="Text">The transcript; null: there is none, see <c>Error</c>.</param>
public sealed record VariantAnswer(string Variant, GoldenTurn Turn, int Repeat, string? Text)
{
    /// <summary>The name of the variant that is the built-in transcription.</summary>
    public const string Asr = "asr";

    /// <summary>Why there is no transcript; null: there is one.</summary>
    public string? Error { get; init; }

    /// <summary>What it cost in US dollars, cached tokens at their price; null: no price or no usage is known.</summary>
    public decimal? Usd { get; init; }

    /// <summary>What the same tokens cost if none of them is cached, in US dollars; null: not known.</summary>
    public decimal? ColdUsd { get; init; }

    /// <summary>From the request (ASR: from the commit) to the transcript, in ms; null: not measured.</summary>
    public double? LatencyMs { get; init; }
}
