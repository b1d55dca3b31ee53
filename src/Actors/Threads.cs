namespace RealtimeAkka.Actors;

/// <summary>On whose threads an actor runs.</summary>
public static class Threads
{
    /// <summary>
    /// A thread of the actor's own (<c>PinnedDispatcher</c>), for what others have written: one that blocks for ever takes nothing
    /// from the stations of the conversation. Configured in reference.hocon.
    /// </summary>
    public const string Own = "akka.actor.own-thread";

    /// <summary>
    /// The thread that brought the event, where a socket did. For stations that never wait, not even for a disk: whatever one of them
    /// takes is taken from all the lines of that thread. Configured in reference.hocon.
    /// </summary>
    public const string Line = "akka.actor.line-thread";
}
