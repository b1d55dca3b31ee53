namespace RealtimeAkka.Protocol.Messages;

/// <summary>What a request shows the model: the whole conversation, one item, or the last few turns.</summary>
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

    /// <summary>Reads <c>full</c>, <c>last</c> or <c>last:N</c> with N from 1 to 1000; null for anything else.</summary>
    public static ContextScope? Parse(string text) => text switch
    {
        "full" => new Full(),
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
}
