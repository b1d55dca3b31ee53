namespace RealtimeAkka.Protocol.Messages;

/// <summary>What a request shows the model: the whole conversation, one item, the last few turns, or nothing of it.</summary>
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

    /// <summary>Nothing of the conversation: only what the request itself gives.</summary>
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
        _ when text.StartsWith("last:", StringComparison.Ordinal) && int.TryParse(text.AsSpan(5), out var n) && n is >= 1 and <= 1000 => new Last(n),
        _ => null,
    };
}

/// <summary>One question to the model beside the conversation, about the item of a turn.</summary>
/// <param name="Task">Names the kind of question, e.g. <c>transcription</c>; stands in the request's metadata and on the bill.</param>
/// <param name="Turn">The turn it is about.</param>
/// <param name="Item">The user item of that turn.</param>
/// <param name="Instructions">What the model shall do.</param>
public sealed record OutOfBandRequest(string Task, TurnNumber Turn, ItemId Item, string Instructions)
{
    /// <summary>The task every user turn asks for; it goes before all others.</summary>
    public const string Transcription = "transcription";

    /// <summary>What the model sees; null: what the station is set to.</summary>
    public ContextScope? Context { get; init; }

    /// <summary>Words of ours for the model to read, after what it sees of the conversation; null: none.</summary>
    public string? Given { get; init; }

    /// <summary>What the answer has to look like: the one function the model has to call; null: it answers in words.</summary>
    public JsonSchema? Result { get; init; }

    /// <summary>Among tasks that wait, the smaller number goes first.</summary>
    public int Priority { get; init; }

    /// <summary>Until the result, all attempts together; null: what the station is set to.</summary>
    public TimeSpan? Timeout { get; init; }

    /// <summary>How often it is asked again when it fails; null: what the station is set to.</summary>
    public int? Retries { get; init; }

    /// <summary>All requests of this task together may cost this much, in US dollars; null: as much as the session.</summary>
    public decimal? LimitUsd { get; init; }

    /// <summary>Names the prompt's version, for the record.</summary>
    public string? PromptHash { get; init; }
}
