using System.Buffers.Binary;

namespace RealtimeAkka.Protocol;

/// <summary>The one sound format inside: PCM16 little-endian, mono, 24 kHz (PROTOCOL section 2, <c>audio/pcm</c>).</summary>
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

    /// <summary>How long <paramref name="bytes"/> of sound last, in whole milliseconds.</summary>
    public static long Milliseconds(long bytes) => bytes / BytesPerMillisecond;

    /// <summary>Root mean square of the samples, 0 (silence) to 1 (full scale). An empty span is silent.</summary>
    public static double Rms(ReadOnlySpan<byte> pcm)
    {
        var samples = pcm.Length / BytesPerSample;
        if (samples == 0) return 0;

        double sum = 0;
        for (var i = 0; i < samples; i++)
        {
            var sample = BinaryPrimitives.ReadInt16LittleEndian(pcm[(i * BytesPerSample)..]) / 32768.0;
            sum += sample * sample;
        }
        return Math.Sqrt(sum / samples);
    }
}
