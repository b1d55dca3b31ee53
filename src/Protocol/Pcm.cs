using System.Buffers.Binary;
using System.Numerics;
using System.Runtime.InteropServices;

namespace RealtimeAkka.Protocol;

/// <summary>
/// PCM16 little-endian, mono, 24 kHz (docs/protocol.md 3.3, <c>audio/pcm</c>): what devices and browsers have, and every session that does
/// not ask for another <see cref="SoundFormat"/>.
/// </summary>
public static class Pcm
{
    /// <summary>Samples per second.</summary>
    public const int SampleRate = 24_000;

    /// <summary>Bytes per sample; one channel of 16 bits.</summary>
    public const int BytesPerSample = 2;

    /// <summary>Bytes per millisecond of audio.</summary>
    public const int BytesPerMillisecond = SampleRate * BytesPerSample / 1000;

    /// <summary>
    /// A lower RMS is silence. About -50 dBFS: above the noise of a quiet room, below any speech that a microphone picks up and any
    /// sensible
    /// threshold of voice activity detection.
    /// </summary>
    public const double SilenceRms = 0.003;

    /// <summary>Bytes of audio that last <paramref name="duration"/>, rounded down to a whole sample.</summary>
    public static int Bytes(TimeSpan duration) => SoundFormat.Pcm16.Bytes(duration);

    /// <summary>How long <paramref name="bytes"/> of audio last.</summary>
    public static TimeSpan Duration(long bytes) => SoundFormat.Pcm16.Duration(bytes);

    /// <summary>How long <paramref name="bytes"/> of audio last, in whole milliseconds.</summary>
    public static long Milliseconds(long bytes) => bytes / BytesPerMillisecond;

    /// <summary>A sample on the scale of 16 bits, rounded; beyond full scale it is clipped.</summary>
    public static short Sample(float value) => (short)Math.Clamp(MathF.Round(value), short.MinValue, short.MaxValue);

    /// <summary>Root mean square of the samples, 0 (silence) to 1 (full scale). An empty span is silent.</summary>
    public static double Rms(ReadOnlySpan<byte> pcm) => Rms(SumOfSquares(pcm), pcm.Length / BytesPerSample);

    /// <summary>The same for this many samples whose squares add up to <paramref name="sumOfSquares"/>; 0 for no samples.</summary>
    public static double Rms(long sumOfSquares, int samples) => samples == 0 ? 0 : Math.Sqrt(sumOfSquares / (32768.0 * 32768.0) / samples);

    /// <summary>The sum of the squares of the samples.</summary>
    public static long SumOfSquares(ReadOnlySpan<byte> pcm)
    {
        // The sum is exact: squares of 16-bit integers, added in 64 bits. Every frame is measured more than once, so sample-by-sample
        // summing would take a tenth of a session's CPU time.
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
