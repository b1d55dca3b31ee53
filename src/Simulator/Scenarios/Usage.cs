namespace RealtimeAkka.Simulator.Scenarios;

/// <summary>Tokens of one response, as in <c>response.done</c>; text tokens include the cached ones.</summary>
public sealed record ResponseUsage
{
    public int TotalTokens { get; init; }
    public int InputTokens { get; init; }
    public int OutputTokens { get; init; }
    public InputTokenDetails InputTokenDetails { get; init; } = new();
    public OutputTokenDetails OutputTokenDetails { get; init; } = new();
}

/// <summary>Input tokens by modality.</summary>
public sealed record InputTokenDetails
{
    public int TextTokens { get; init; }
    public int AudioTokens { get; init; }
    public int ImageTokens { get; init; }
    public int CachedTokens { get; init; }
    public CachedTokensDetails CachedTokensDetails { get; init; } = new();
}

/// <summary>Cached input tokens by modality.</summary>
public sealed record CachedTokensDetails
{
    public int TextTokens { get; init; }
    public int AudioTokens { get; init; }
    public int ImageTokens { get; init; }
}

/// <summary>Output tokens by modality.</summary>
public sealed record OutputTokenDetails
{
    public int TextTokens { get; init; }
    public int AudioTokens { get; init; }
}

/// <summary>Tokens of one ASR transcript.</summary>
public sealed record AsrUsage
{
    public int TotalTokens { get; init; }
    public int InputTokens { get; init; }
    public AsrInputTokenDetails? InputTokenDetails { get; init; }
    public int OutputTokens { get; init; }
}

/// <summary>Input tokens of the ASR by modality.</summary>
public sealed record AsrInputTokenDetails
{
    public int TextTokens { get; init; }
    public int AudioTokens { get; init; }
}
