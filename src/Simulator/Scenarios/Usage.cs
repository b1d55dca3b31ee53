namespace RealtimeAkka.Simulator.Scenarios;

/// <summary>Tokens of one response, as in <c>response.done</c>; text tokens include the cached ones.</summary>
public sealed record ResponseUsage
{
    /// <summary>Input and output tokens.</summary>
    public int TotalTokens { get; init; }

    /// <summary>All input tokens.</summary>
    public int InputTokens { get; init; }

    /// <summary>All output tokens.</summary>
    public int OutputTokens { get; init; }

    /// <summary>Input tokens by modality.</summary>
    public InputTokenDetails InputTokenDetails { get; init; } = new();

    /// <summary>Output tokens by modality.</summary>
    public OutputTokenDetails OutputTokenDetails { get; init; } = new();
}

/// <summary>Input tokens by modality.</summary>
public sealed record InputTokenDetails
{
    /// <summary>Text tokens.</summary>
    public int TextTokens { get; init; }

    /// <summary>Audio tokens.</summary>
    public int AudioTokens { get; init; }

    /// <summary>Image tokens.</summary>
    public int ImageTokens { get; init; }

    /// <summary>Tokens read from the prompt cache.</summary>
    public int CachedTokens { get; init; }

    /// <summary>Cached tokens by modality.</summary>
    public CachedTokensDetails CachedTokensDetails { get; init; } = new();
}

/// <summary>Cached input tokens by modality.</summary>
public sealed record CachedTokensDetails
{
    /// <summary>Text tokens.</summary>
    public int TextTokens { get; init; }

    /// <summary>Audio tokens.</summary>
    public int AudioTokens { get; init; }

    /// <summary>Image tokens.</summary>
    public int ImageTokens { get; init; }
}

/// <summary>Output tokens by modality.</summary>
public sealed record OutputTokenDetails
{
    /// <summary>Text tokens.</summary>
    public int TextTokens { get; init; }

    /// <summary>Audio tokens.</summary>
    public int AudioTokens { get; init; }
}

/// <summary>Tokens of one ASR transcript.</summary>
public sealed record AsrUsage
{
    /// <summary>Input and output tokens.</summary>
    public int TotalTokens { get; init; }

    /// <summary>All input tokens.</summary>
    public int InputTokens { get; init; }

    /// <summary>Input tokens by modality.</summary>
    public AsrInputTokenDetails? InputTokenDetails { get; init; }

    /// <summary>All output tokens.</summary>
    public int OutputTokens { get; init; }
}

/// <summary>Input tokens of the ASR by modality.</summary>
public sealed record AsrInputTokenDetails
{
    /// <summary>Text tokens.</summary>
    public int TextTokens { get; init; }

    /// <summary>Audio tokens.</summary>
    public int AudioTokens { get; init; }
}
