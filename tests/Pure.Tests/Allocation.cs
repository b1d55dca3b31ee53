namespace RealtimeAkka.Pure.Tests;

/// <summary>Measures allocations of a step.</summary>
internal static class Allocation
{
    /// <summary>
    /// Bytes that 100 runs of the step allocate on this thread, the minimum of five attempts: the runtime may occasionally compile or
    /// move something in between, which does not belong to the step.
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
