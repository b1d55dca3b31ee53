using System.Diagnostics;

namespace RealtimeAkka.Bench.Load.Browsers;

/// <summary>
/// The time of sending inside a frame of sound, in the lowest bits of its first samples: inaudible, and outside the middle of a window,
/// where the server listens. Processes of one machine share the clock.
/// </summary>
internal static class Stamp
{
    private const ulong Mark = 0xA55A;

    /// <summary>Bytes of sound that hold it.</summary>
    public const int Bytes = 128;

    /// <summary>Writes the time into a frame.</summary>
    public static void Write(Span<byte> frame)
    {
        var bits = Mark << 48 | (ulong)Microseconds & 0xFFFF_FFFF_FFFF;
        for (var i = 0; i < 64; i++) frame[2 * i] = (byte)(frame[2 * i] & 0xFE | (byte)(bits >> i & 1));
    }

    /// <summary>The age of a frame; null: it has no time.</summary>
    public static TimeSpan? Age(ReadOnlySpan<byte> frame)
    {
        var bits = 0UL;
        for (var i = 0; i < 64; i++) bits |= (ulong)(frame[2 * i] & 1) << i;
        return bits >> 48 == Mark ? TimeSpan.FromMicroseconds(Microseconds - (long)(bits & 0xFFFF_FFFF_FFFF)) : null;
    }

    private static long Microseconds => (long)(Stopwatch.GetTimestamp() / (Stopwatch.Frequency / 1e6));
}
