namespace RealtimeAkka.Actors;

/// <summary>On whose threads an actor runs.</summary>
public static class Threads
{
    /// <summary>
    /// A thread of the actor's own (<c>PinnedDispatcher</c>), for what others have written: one that blocks for ever takes nothing
    /// from the stations of the conversation. Configured in reference.hocon.
    /// </summary>
    public const string Own = "akka.actor.own-thread";
}
