using System.Text.Json;

namespace RealtimeAkka.Protocol.Messages;

/// <summary>Owned by ToolsActor: the functions that the spoken agent may call. It hears the turns as <see cref="TurnFacts.Told"/>.</summary>
public static class ToolMessages
{
    /// <summary>The model calls a function, once per <paramref name="CallId"/>. Answered with <see cref="Returned"/>.</summary>
    /// <param name="CallId">The server's name for the call.</param>
    /// <param name="Name">The function.</param>
    /// <param name="Arguments">JSON as the model wrote it.</param>
    /// <param name="Turn">The turn in whose answer it is called; null where that is not known.</param>
    public sealed record Call(string CallId, string Name, string Arguments, TurnNumber? Turn);

    /// <summary>What the call came to, in words or JSON for the model.</summary>
    public sealed record Returned(string CallId, string Output);
}
