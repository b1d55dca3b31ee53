namespace RealtimeAkka.Protocol.Messages;

/// <summary>What a request shows the model: the whole conversation, one item, the last few turns, or none of it.</summary>
public abstract record ContextScope
{
    private ContextScope() { }

    /// <summary>Everything up to and including the item.</summary>
    public sealed record Full : ContextScope
    {
        /// <inheritdoc/>
        public override string ToString() => "full";
    }

    /// <summary>The last <paramref name="Turns"/> turns (user and assistant items), the item's own included; 1 is the item alone.</summary>
    public sealed record Last(int Turns) : ContextScope
    {
        /// <inheritdoc/>
        public override string ToString() => Turns == 1 ? "last" : $"last:{Turns}";
    }

    /// <summary>Nothing of the conversation: only what the request itself contains.</summary>
    public sealed record None : ContextScope
    {
        /// <inheritdoc/>
        public override string ToString() => "none";
    }

    /// <summary>Whether this shows less than <paramref name="other"/>.</summary>
    public bool IsNarrowerThan(ContextScope other) => (this, other) switch
    {
        (Last, Full) => true,
        (Last a, Last b) => a.Turns < b.Turns,
        (None, not None) => true,
        _ => false,
    };

    /// <summary>Reads <c>full</c>, <c>last</c>, <c>last:N</c> with N from 1 to 1000, or <c>none</c>; null for anything else.</summary>
    public static ContextScope? Parse(string text) => text switch
    {
        "full" => new Full(),
        "none" => new None(),
        "last" => new Last(1),
        _ when text.StartsWith("last:", StringComparison.Ordinal) && int.TryParse(text.AsSpan(5), out var n) && n is >= 1 and <= 1000
            => new Last(n),
        _ => null,
    };
}

/// <summary>One request to the model outside the conversation, about the item of a turn.</summary>
/// <param name="Task">Names the kind of request, e.g. <c>transcription</c>, in the request's metadata and in the costs.</param>
/// <param name="Turn">The turn it is about.</param>
/// <param name="Item">The user item of that turn.</param>
/// <param name="Instructions">The instructions for the model.</param>
public sealed record OutOfBandRequest(string Task, TurnNumber Turn, ItemId Item, string Instructions)
{
    /// <summary>The task requested for every user turn; it goes before all others.</summary>
    public const string Transcription = "transcription";

    /// <summary>Characters of an answer for which one delta is passed on; a transcript of a usual turn is shorter.</summary>
    public const int ProgressStep = 400;

    /// <summary>What the model sees; null: the station's setting.</summary>
    public ContextScope? Context { get; init; }

    /// <summary>Text of ours for the model, after the context it sees; null: none.</summary>
    public string? Given { get; init; }

    /// <summary>The schema of the answer: the parameters of the one function the model must call; null: it answers in text.</summary>
    public JsonSchema? Result { get; init; }

    /// <summary>Among waiting tasks, the smaller number goes first.</summary>
    public int Priority { get; init; }

    /// <summary>Until the result, all attempts together; null: the station's setting.</summary>
    public TimeSpan? Timeout { get; init; }

    /// <summary>How often a failed request is repeated; null: the station's setting.</summary>
    public int? Retries { get; init; }

    /// <summary>Limit for all requests of this task together, in US dollars; null: the session's limit.</summary>
    public decimal? LimitUsd { get; init; }

    /// <summary>Characters of the answer beyond which it is cancelled; null: no limit.</summary>
    public int? MaxText { get; init; }

    /// <summary>The hash of the prompt, for the record.</summary>
    public string? PromptHash { get; init; }
}
