using System.Diagnostics;
using System.Runtime;

namespace RealtimeAkka.Bench.Load;

/// <summary>Resources used by this process since construction, and CPU time of the server.</summary>
/// <param name="server">Process id of the server; null where it is remote or not accessible.</param>
internal sealed class Meter(int? server)
{
    private readonly long _start = Stopwatch.GetTimestamp();
    private readonly TimeSpan _user = Environment.CpuUsage.UserTime;
    private readonly TimeSpan _kernel = Environment.CpuUsage.PrivilegedTime;
    private readonly long _allocated = GC.GetTotalAllocatedBytes();
    private readonly TimeSpan _paused = GC.GetTotalPauseDuration();
    private readonly TimeSpan _compiling = JitInfo.GetCompilationTime();
    private readonly TimeSpan? _server = Cpu(server);
    private readonly int[] _collections = [.. Enumerable.Range(0, 3).Select(GC.CollectionCount)];

    /// <summary>The resources used since construction.</summary>
    public Use Read()
    {
        var cpu = Environment.CpuUsage;
        return new Use(
            Stopwatch.GetElapsedTime(_start).TotalSeconds, (cpu.UserTime - _user).TotalSeconds, (cpu.PrivilegedTime - _kernel).TotalSeconds,
            GC.GetTotalAllocatedBytes() - _allocated, (GC.GetTotalPauseDuration() - _paused).TotalMilliseconds,
            (JitInfo.GetCompilationTime() - _compiling).TotalMilliseconds,
            [.. _collections.Select((before, generation) => GC.CollectionCount(generation) - before)],
            (Cpu(server) - _server)?.TotalSeconds);
    }

    private static TimeSpan? Cpu(int? id)
    {
        if (id is not { } known) return null;
        using var process = Process.GetProcessById(known);
        return process.TotalProcessorTime;
    }
}

/// <summary>
/// Seconds of wall time, user and kernel CPU; bytes allocated; GC pauses and JIT compilation in ms; collections by generation; CPU
/// seconds of the server.
/// </summary>
internal sealed record Use(double Seconds, double User, double Kernel, long Allocated, double GcPauseMs, double JitMs, int[] Collections,
    double? Server)
{
    /// <summary>User and kernel CPU seconds.</summary>
    public double Cpu => User + Kernel;
}
