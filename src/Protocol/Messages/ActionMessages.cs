namespace RealtimeAkka.Protocol.Messages;

/// <summary>Owned by DeliveryActor, and by the action actors to which it may hand deliveries.</summary>
public static class ActionMessages
{
    /// <summary>Deliver this after all earlier deliveries. Answered with <see cref="Done"/>.</summary>
    /// <param name="Id">Names the delivery; a repeated delivery has the same id.</param>
    /// <param name="Json">The content, one JSON object.</param>
    public sealed record Deliver(string Id, string Json);

    /// <summary>A delivery succeeded with this output, or was given up with this error.</summary>
    public sealed record Done(string Id, string? Output, string? Error);

    /// <summary>To an action actor: run this now. Answered with <see cref="Ran"/>.</summary>
    public sealed record Run(string Id, string Json);

    /// <summary>From an action actor: the run succeeded.</summary>
    public sealed record Ran(string Output);

    /// <summary>Answer <see cref="Flushed"/> when no delivery is open.</summary>
    public sealed record Flush;

    /// <summary>No delivery is open.</summary>
    public sealed record Flushed;
}
