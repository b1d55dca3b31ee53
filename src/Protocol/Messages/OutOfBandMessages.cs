namespace RealtimeAkka.Protocol.Messages;

/// <summary>Owned by OutOfBandActor: every question that goes to the model beside the conversation.</summary>
public static class OutOfBandMessages
{
    /// <summary>Ask this; the answer, always exactly one terminal result, goes to the sender.</summary>
    public sealed record Ask(OutOfBandRequest Request);

    /// <summary>The budget allows only this much from now on; null allows no requests at all.</summary>
    public sealed record Limit(ContextScope? Context);
}
