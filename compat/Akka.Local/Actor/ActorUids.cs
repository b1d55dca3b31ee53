namespace Akka.Actor;

/// <summary>Numbers for incarnations: never used twice in one process.</summary>
internal static class ActorUids
{
    private static long _last;

    public static long Next() => Interlocked.Increment(ref _last);
}
