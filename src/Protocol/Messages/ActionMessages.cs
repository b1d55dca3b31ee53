namespace RealtimeAkka.Protocol.Messages;

/// <summary>Owned by DeliveryActor, and by the action actors it may give its deliveries to.</summary>
public static class ActionMessages
{
    /// <summary>Do this outside, after all that was told before. Answered with <see cref="Done"/>.</summary>
    /// <param name="Id">Names the delivery; one that is made again has the same.</param>
    /// <param name="Json">What it is about, one JSON object.</param>
    public sealed record Deliver(string Id, string Json);

    /// <summary>A delivery was made, with this answer, or given up for this reason.</summary>
    public sealed record Done(string Id, string? Output, string? Error);

    /// <summary>To an action actor: do this now. Answered with <see cref="Ran"/>.</summary>
    public sealed record Run(string Id, string Json);

    /// <summary>From an action actor: it is done.</summary>
    public sealed record Ran(string Output);

    /// <summary>Answer <see cref="Flushed"/> when no delivery is open.</summary>
    public sealed record Flush;

    /// <summary>No delivery is open.</summary>
    public sealed record Flushed;
}
