namespace RealtimeAkka.Bench.Load;

/// <summary>The result of one measurement.</summary>
/// <param name="Client">The client that drove the sessions.</param>
/// <param name="Sessions">Number of sessions.</param>
/// <param name="CpuPerSessionMinute">CPU seconds of the process, user and kernel, per session and minute.</param>
/// <param name="KernelShare">Kernel share of the CPU time, 0 to 1.</param>
/// <param name="Busy">CPU seconds per second of wall time.</param>
/// <param name="ServerBusy">CPU seconds of the server per second; null where unknown.</param>
/// <param name="QuartersMb">Resident memory at the start and after each quarter, in MiB.</param>
/// <param name="Growth">Of resident memory, in MiB per hour; null: too few values.</param>
/// <param name="ResidentKbPerSession">Growth over the process without sessions, per session, in KiB.</param>
/// <param name="AllocatedKbPerSecond">Per session, in KiB.</param>
/// <param name="GcPauseMs">Sum of all GC pauses.</param>
/// <param name="JitMs">Time in the JIT compiler; would be lower after a longer warm-up.</param>
/// <param name="Collections">GC count of generations 0, 1 and 2.</param>
/// <param name="Join">From a turn's last transcript to its record.</param>
/// <param name="Jitter">Deviation of the time between two frames from the frame duration.</param>
/// <param name="SoundBehindMs">Delay of the sent audio against real time in ms, average over the sessions.</param>
internal sealed record Figures(
    string Client, int Sessions, double CpuPerSessionMinute, double KernelShare, double Busy, double? ServerBusy, double[] QuartersMb,
    Slope? Growth, double ResidentKbPerSession,
    double AllocatedKbPerSecond, double GcPauseMs, double JitMs, int[] Collections, Spread? Join, Spread? Jitter,
    double SoundBehindMs, long Turns, long Missing, long Wrong, long Incomplete, long LostMs, long UnplayedMs, long Failed, string Runtime)
{
    /// <summary>Resident memory at the end, in MiB.</summary>
    public double ResidentMb => QuartersMb[^1];

    /// <summary>The server had so little of its processor left that it, not the client, may be the limit.</summary>
    public bool IsServerSaturated => ServerBusy > 0.85;

    /// <summary>No audio, turn or session was lost, and every turn was recorded completely and correctly.</summary>
    public bool IsClean => Missing == 0 && Wrong == 0 && Incomplete == 0 && LostMs == 0 && UnplayedMs == 0 && Failed == 0;
}

/// <summary>How fast a value grows, by least squares: per hour, and the half width of the interval of 95 %.</summary>
internal sealed record Slope(double PerHour, double Margin)
{
    private const int Least = 30;

    // Of a normal distribution: with so many values the t distribution is hardly wider.
    private const double Quantile = 1.96;

    /// <summary>Of values at equal distances over this time; null: there are fewer than 30.</summary>
    public static Slope? Of(IReadOnlyList<double> values, TimeSpan over)
    {
        if (values.Count < Least) return null;
        var (step, middle, mean) = (over.TotalHours / (values.Count - 1), (values.Count - 1) / 2.0, values.Average());
        var spread = values.Select((_, i) => Math.Pow((i - middle) * step, 2)).Sum();
        var slope = values.Select((value, i) => (i - middle) * step * (value - mean)).Sum() / spread;
        var rest = values.Select((value, i) => Math.Pow(value - mean - slope * (i - middle) * step, 2)).Sum();
        return new(slope, Quantile * Math.Sqrt(rest / (values.Count - 2) / spread));
    }
}
