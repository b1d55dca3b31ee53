using System.Diagnostics;
using System.Runtime;

namespace RealtimeAkka.Bench.Load;

/// <summary>What this process used between two moments, and how much CPU the server did.</summary>
/// <param name="server">Its process; null: it is not on this machine, or not ours to look at.</param>
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

    /// <summary>What was used since this was made.</summary>
    public Use Read()
    {
        var cpu = Environment.CpuUsage;
        return new Use(
            Stopwatch.GetElapsedTime(_start).TotalSeconds, (cpu.UserTime - _user).TotalSeconds, (cpu.PrivilegedTime - _kernel).TotalSeconds,
            GC.GetTotalAllocatedBytes() - _allocated, (GC.GetTotalPauseDuration() - _paused).TotalMilliseconds, (JitInfo.GetCompilationTime() - _compiling).TotalMilliseconds,
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

/// <summary>Seconds of wall time, user and kernel CPU; bytes allocated; GC pauses and JIT compilation in ms; collections by generation; the server's CPU seconds.</summary>
internal sealed record Use(double Seconds, double User, double Kernel, long Allocated, double GcPauseMs, double JitMs, int[] Collections, double? Server)
{
    /// <summary>CPU seconds.</summary>
    public double Cpu => User + Kernel;
}
