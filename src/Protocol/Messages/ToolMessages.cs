namespace RealtimeAkka.Protocol.Messages;

/// <summary>Owned by ToolsActor: the functions the spoken agent may call. Turns arrive as <see cref="TurnFacts.Published"/>.</summary>
public static class ToolMessages
{
    /// <summary>The model calls a function, once per <paramref name="CallId"/>. Answered with <see cref="Returned"/>.</summary>
    /// <param name="CallId">The server's id for the call.</param>
    /// <param name="Name">The function.</param>
    /// <param name="Arguments">JSON as the model wrote it.</param>
    /// <param name="Turn">The turn whose answer made the call; null if unknown.</param>
    public sealed record Call(string CallId, string Name, string Arguments, TurnNumber? Turn);

    /// <summary>The output of the call, as text or JSON for the model.</summary>
    public sealed record Returned(string CallId, string Output);
}
