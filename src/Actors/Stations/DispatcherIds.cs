namespace RealtimeAkka.Actors.Stations;

/// <summary>The dispatchers that actors run on.</summary>
public static class DispatcherIds
{
    /// <summary>
    /// A thread of the actor's own (<c>PinnedDispatcher</c>), for user-written code: if it blocks for ever, the stations of the
    /// conversation are not affected. Configured in reference.hocon.
    /// </summary>
    public const string DedicatedThread = "akka.actor.own-thread";

    /// <summary>Threads for all sinks together, which wait for the disk. Configured in reference.hocon.</summary>
    public const string Sinks = "akka.actor.sinks";
}
