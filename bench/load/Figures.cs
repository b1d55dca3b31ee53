namespace RealtimeAkka.Bench.Load;

/// <summary>The result of one measurement.</summary>
/// <param name="Client">Who drove the sessions.</param>
/// <param name="Sessions">How many there were.</param>
/// <param name="CpuPerSessionMinute">CPU seconds, user and kernel, of the whole process.</param>
/// <param name="KernelShare">The part of it that is the kernel's.</param>
/// <param name="Busy">CPU seconds per second.</param>
/// <param name="ServerBusy">CPU seconds of the server per second; null where that is not known.</param>
/// <param name="QuartersMb">Resident memory at the beginning, after each quarter and at the end, in MiB.</param>
/// <param name="ResidentKbPerSession">What it is above the process without sessions, by session, in KiB.</param>
/// <param name="AllocatedKbPerSecond">By session, in KiB.</param>
/// <param name="GcPauseMs">All pauses together.</param>
/// <param name="JitMs">Compiling; what a longer warm-up would not see.</param>
/// <param name="Collections">Of generation 0, 1 and 2.</param>
/// <param name="Join">Last witness to record.</param>
/// <param name="Jitter">Between frames.</param>
/// <param name="SoundBehindMs">How far the sound sent is behind real time, on average.</param>
internal sealed record Figures(
    string Client, int Sessions, double CpuPerSessionMinute, double KernelShare, double Busy, double? ServerBusy, double[] QuartersMb, double ResidentKbPerSession,
    double AllocatedKbPerSecond, double GcPauseMs, double JitMs, int[] Collections, Spread? Join, Spread? Jitter,
    double SoundBehindMs, long Turns, long Missing, long Wrong, long Incomplete, long LostMs, long UnplayedMs, long Failed, string Runtime)
{
    /// <summary>Resident memory at the end, in MiB.</summary>
    public double ResidentMb => QuartersMb[^1];

    /// <summary>So little of its processor was left to the server that it, not the client, may be what was measured.</summary>
    public bool IsServerSaturated => ServerBusy > 0.85;

    /// <summary>Nothing was lost, and every turn was told once and right.</summary>
    public bool IsClean => Missing == 0 && Wrong == 0 && Incomplete == 0 && LostMs == 0 && UnplayedMs == 0 && Failed == 0;
}
