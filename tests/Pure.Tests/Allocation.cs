namespace RealtimeAkka.Pure.Tests;

/// <summary>What a step allocates.</summary>
internal static class Allocation
{
    /// <summary>
    /// Bytes that a hundred times of it allocate on this thread, the least of five tries: the runtime may compile or move something
    /// meanwhile, which is not the step's and does not come every time.
    /// </summary>
    public static long Of(Action step)
    {
        step();
        var least = long.MaxValue;
        for (var tries = 0; tries < 5; tries++)
        {
            var before = GC.GetAllocatedBytesForCurrentThread();
            for (var i = 0; i < 100; i++) step();
            least = Math.Min(least, GC.GetAllocatedBytesForCurrentThread() - before);
        }
        return least;
    }
}
