using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using RealtimeAkka.Faults;

namespace RealtimeAkka.Soak;

/// <summary>
/// Plays sessions continuously in one process, a fixed number at a time, each with random faults, each judged. Memory, handles and
/// threads are sampled while no session runs and must not grow.
/// </summary>
internal static class SoakRun
{
    // Allowed growth after warm-up in MB. Array pools keep returned arrays for about a minute, so in runs below 3 minutes
    // (MegabytesOfPools) a transcript of 1 MB is still in a pool.
    private const double MegabytesMore = 24;
    private const double MegabytesOfPools = 150;
    private static readonly TimeSpan Warm = TimeSpan.FromMinutes(3);

    private const double HandlesMore = 40;
    private const double ThreadsMore = 16;

    private sealed record Sample(TimeSpan At, int Sessions, double Megabytes, int Handles, int Threads)
    {
        public override string ToString() => string.Create(CultureInfo.InvariantCulture,
            $"{At.TotalSeconds,7:0} s {Sessions,7} sessions {Megabytes,8:0.0} MB live {Handles,6} handles {Threads,5} threads");
    }

    public static async Task<int> RunAsync(TimeSpan duration, int firstSeed, int parallel, string breaks, CancellationToken cancellation)
    {
        Console.WriteLine(
            $"{duration.TotalMinutes.ToString("0.##", CultureInfo.InvariantCulture)} min of sessions, {parallel} at once, seeds from {firstSeed}, breaks: {breaks}");
        var clock = Stopwatch.StartNew();
        var (seed, sessions) = (firstSeed - 1, 0);
        var violations = new ConcurrentQueue<string>();
        List<Sample> samples = [];
        // In rounds: between two of them no session holds anything, so what remains is a leak.
        var rounds = Math.Clamp((int)(duration.TotalSeconds / 15), 3, 60);
        for (var round = 1; round <= rounds && !cancellation.IsCancellationRequested; round++)
        {
            var until = duration * round / rounds;
            await Task.WhenAll(Enumerable.Range(0, parallel).Select(async _ =>
            {
                do
                {
                    var scenario = FaultRuns.Throw(Interlocked.Increment(ref seed), breaks);
                    var outcome = await SessionRun.PlayAsync(scenario);
                    Interlocked.Increment(ref sessions);
                    foreach (var violation in outcome.Violations) violations.Enqueue($"{scenario.Name}: {violation}");
                }
                while (clock.Elapsed < until && !cancellation.IsCancellationRequested);
            }));
            samples.Add(Take(clock.Elapsed, sessions));
            Console.WriteLine(samples[^1]);
        }
        foreach (var violation in violations) Console.WriteLine(violation);
        List<string> grown = [.. Grown("live memory", samples, s => s.Megabytes, duration < Warm ? MegabytesOfPools : MegabytesMore),
            .. Grown("handles", samples, s => s.Handles, HandlesMore), .. Grown("threads", samples, s => s.Threads, ThreadsMore)];
        foreach (var growth in grown) Console.WriteLine(growth);
        Console.WriteLine(
            $"{sessions} sessions, {violations.Count} violations, {(grown.Count == 0 ? "nothing grows" : "something grows")}");
        return violations.IsEmpty && grown.Count == 0 ? 0 : 1;
    }

    private static Sample Take(TimeSpan at, int sessions)
    {
        // Twice: objects finalized in the first pass are freed in the second.
        for (var i = 0; i < 2; i++)
        {
            GC.Collect(2, GCCollectionMode.Forced, blocking: true, compacting: true);
            GC.WaitForPendingFinalizers();
        }
        using var process = Process.GetCurrentProcess();
        return new Sample(at, sessions, GC.GetTotalMemory(forceFullCollection: true) / 1048576.0, process.HandleCount,
            process.Threads.Count);
    }

    // Minimum of the last third against that of the second: by then all code is compiled, and the minimum excludes
    // memory held temporarily.
    private static IEnumerable<string> Grown(string what, List<Sample> samples, Func<Sample, double> figure, double allowed)
    {
        if (samples.Count < 3) yield break;
        var third = samples.Count / 3;
        var (before, after) = (samples.Skip(third).Take(third).Min(figure), samples.Skip(2 * third).Min(figure));
        if (after - before > allowed)
            yield return string.Create(CultureInfo.InvariantCulture,
                $"{what} grew from {before:0.0} to {after:0.0}; {allowed:0} more are allowed.");
    }
}
