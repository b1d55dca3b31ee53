using System.IO.Hashing;
using System.Runtime.InteropServices;

namespace RealtimeAkka.Actors.Stations;

/// <summary>
/// Randomness that differs from session to session and is the same whenever one session is run again: it follows from its id.
/// </summary>
public static class Jitter
{
    /// <summary>A number in [0, 1) for attempt <paramref name="number"/> of <paramref name="whose"/>, uniform over all.</summary>
    public static double Of(string whose, long number) =>
        (XxHash3.HashToUInt64(MemoryMarshal.AsBytes(whose.AsSpan()), number) >> 11) * (1.0 / (1L << 53));
}
