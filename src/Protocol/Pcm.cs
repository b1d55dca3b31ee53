using System.Buffers.Binary;
using System.Numerics;
using System.Runtime.InteropServices;

namespace RealtimeAkka.Protocol;

/// <summary>The one sound format inside: PCM16 little-endian, mono, 24 kHz (docs/protocol.md 3.3, <c>audio/pcm</c>).</summary>
public static class Pcm
{
    /// <summary>Samples per second.</summary>
    public const int SampleRate = 24_000;

    /// <summary>Bytes per sample; one channel of 16 bits.</summary>
    public const int BytesPerSample = 2;

    /// <summary>Bytes per millisecond of sound.</summary>
    public const int BytesPerMillisecond = SampleRate * BytesPerSample / 1000;

    /// <summary>Bytes of sound that last <paramref name="duration"/>, rounded down to a whole sample.</summary>
    public static int Bytes(TimeSpan duration) => checked((int)(duration.Ticks * SampleRate / TimeSpan.TicksPerSecond) * BytesPerSample);

    /// <summary>How long <paramref name="bytes"/> of sound last.</summary>
    public static TimeSpan Duration(long bytes) => TimeSpan.FromTicks(bytes * TimeSpan.TicksPerMillisecond / BytesPerMillisecond);

    /// <summary>As many of the bytes as are whole samples: half a sample at the end of a sound is none.</summary>
    public static int WholeSamples(int bytes) => bytes - bytes % BytesPerSample;

    /// <summary>How long <paramref name="bytes"/> of sound last, in whole milliseconds.</summary>
    public static long Milliseconds(long bytes) => bytes / BytesPerMillisecond;

    /// <summary>Root mean square of the samples, 0 (silence) to 1 (full scale). An empty span is silent.</summary>
    public static double Rms(ReadOnlySpan<byte> pcm) => Rms(SumOfSquares(pcm), pcm.Length / BytesPerSample);

    /// <summary>The same for so many samples whose squares add up to <paramref name="sumOfSquares"/>; no samples are silent.</summary>
    public static double Rms(long sumOfSquares, int samples) => samples == 0 ? 0 : Math.Sqrt(sumOfSquares / (32768.0 * 32768.0) / samples);

    /// <summary>The squares of the samples, added up.</summary>
    public static long SumOfSquares(ReadOnlySpan<byte> pcm)
    {
        // The squares of whole numbers, and so their sum, are exact: of 16 bits, in 64, however many there are. Every frame is
        // measured more than once, so that one sample after the other would be a tenth of a session's work.
        var values = MemoryMarshal.Cast<byte, short>(pcm);
        long sum = 0;
        if (BitConverter.IsLittleEndian && values.Length >= Vector<short>.Count)
        {
            var sums = Vector<long>.Zero;
            foreach (var sixteen in MemoryMarshal.Cast<short, Vector<short>>(values))
            {
                Vector.Widen(sixteen, out var low, out var high);
                Vector.Widen(Vector.AsVectorUInt32(low * low), out var a, out var b);
                Vector.Widen(Vector.AsVectorUInt32(high * high), out var c, out var d);
                sums += Vector.AsVectorInt64(a + b + c + d);
            }
            sum = Vector.Sum(sums);
            pcm = pcm[(values.Length / Vector<short>.Count * Vector<short>.Count * BytesPerSample)..];
        }
        for (; pcm.Length >= BytesPerSample; pcm = pcm[BytesPerSample..])
        {
            var sample = BinaryPrimitives.ReadInt16LittleEndian(pcm);
            sum += sample * sample;
        }
        return sum;
    }
}
