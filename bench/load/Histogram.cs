using System.Diagnostics;

namespace RealtimeAkka.Bench.Load;

/// <summary>Durations in buckets of 0.1 ms up to 10 s; thread-safe. A quantile is the upper edge of its bucket.</summary>
internal sealed class Histogram
{
    private const double BucketsPerMs = 10;

    private readonly long[] _buckets = new long[100_000];
    private long _maxTicks;

    /// <summary>Adds one duration; negative values count as 0.</summary>
    public void Add(TimeSpan time)
    {
        var bucket = (int)Math.Clamp(time.TotalMilliseconds * BucketsPerMs, 0, _buckets.Length - 1);
        Interlocked.Increment(ref _buckets[bucket]);
        for (var max = Volatile.Read(ref _maxTicks); time.Ticks > max; max = Volatile.Read(ref _maxTicks))
            Interlocked.CompareExchange(ref _maxTicks, time.Ticks, max);
    }

    /// <summary>Median, 99th percentile and maximum in ms; null where nothing was added.</summary>
    public Spread? Read()
    {
        var count = _buckets.Sum();
        return count == 0 ? null
            : new Spread(count, Quantile(count, 0.5), Quantile(count, 0.99),
            Math.Round(TimeSpan.FromTicks(_maxTicks).TotalMilliseconds, 1));
    }

    /// <summary>How many took at least this time.</summary>
    public long From(TimeSpan time) => _buckets.Skip((int)(time.TotalMilliseconds * BucketsPerMs)).Sum();

    private double Quantile(long count, double q)
    {
        var left = (long)Math.Ceiling(count * q);
        var bucket = 0;
        while ((left -= _buckets[bucket]) > 0) bucket++;
        Debug.Assert(bucket < _buckets.Length);
        return Math.Round((bucket + 1) / BucketsPerMs, 1);
    }
}

/// <summary>Distribution of durations, in ms.</summary>
internal sealed record Spread(long Count, double P50, double P99, double Max);
