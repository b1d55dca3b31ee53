using System.Buffers.Binary;
using System.Text;
using RealtimeAkka.Audio;
using RealtimeAkka.Protocol;

namespace RealtimeAkka.Pure.Tests.Audio;

/// <summary>Builds WAV files in memory, chunk by chunk, and reads them with the program's code.</summary>
internal static class Waves
{
    public static byte[] Chunk(string name, byte[] body, uint? size = null) =>
        [.. Encoding.ASCII.GetBytes(name), .. Number(size ?? (uint)body.Length), .. body, .. new byte[body.Length % 2]];

    public static byte[] Format(int tag, int channels, int rate, int bits, byte[]? more = null) => Chunk("fmt ",
        [.. Short(tag), .. Short(channels), .. Number((uint)rate), .. Number((uint)(rate * channels * bits / 8)),
        .. Short(channels * bits / 8), .. Short(bits), .. more ?? []]);

    public static byte[] Riff(params byte[][] chunks) =>
        [.. "RIFF"u8, .. Number((uint)chunks.Sum(c => c.Length) + 4), .. "WAVE"u8, .. chunks.SelectMany(c => c)];

    public static byte[] File(int tag, int channels, int rate, int bits, byte[] samples) =>
        Riff(Format(tag, channels, rate, bits), Chunk("data", samples));

    public static byte[] Pcm16(IEnumerable<double> samples) =>
        [.. samples.SelectMany(s => Short((short)Math.Round(Math.Clamp(s, -1, 32767 / 32768.0) * 32768)))];

    public static IEnumerable<double> Sine(double hertz, int rate, double seconds, double level = 0.5) =>
        Enumerable.Range(0, (int)(rate * seconds)).Select(n => level * Math.Sin(2 * Math.PI * hertz * n / rate));

    public static async Task<byte[]> ReadAsync(byte[] file, int frame = 1920, SoundFormat? format = null)
    {
        var path = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName());
        await System.IO.File.WriteAllBytesAsync(path, file);
        try
        {
            using var source = WavSource.Open(path, format ?? SoundFormat.Pcm16);
            List<byte> all = [];
            var buffer = new byte[frame];
            for (int read; (read = await source.ReadAsync(buffer, default)) > 0;) all.AddRange(buffer.AsSpan(0, read));
            return [.. all];
        }
        finally
        {
            System.IO.File.Delete(path);
        }
    }

    public static double[] Samples(byte[] pcm) =>
        [.. Enumerable.Range(0, pcm.Length / 2).Select(n => BinaryPrimitives.ReadInt16LittleEndian(pcm.AsSpan(n * 2)) / 32768.0)];

    /// <summary>Ratio in dB of the best-fit sine of this frequency to the rest.</summary>
    public static double SignalToNoise(ReadOnlySpan<double> samples, double hertz, int rate)
    {
        double a = 0, b = 0;
        for (var n = 0; n < samples.Length; n++)
        {
            a += samples[n] * Math.Sin(2 * Math.PI * hertz * n / rate);
            b += samples[n] * Math.Cos(2 * Math.PI * hertz * n / rate);
        }
        (a, b) = (2 * a / samples.Length, 2 * b / samples.Length);
        double signal = 0, noise = 0;
        for (var n = 0; n < samples.Length; n++)
        {
            var s = a * Math.Sin(2 * Math.PI * hertz * n / rate) + b * Math.Cos(2 * Math.PI * hertz * n / rate);
            signal += s * s;
            noise += (samples[n] - s) * (samples[n] - s);
        }
        return 10 * Math.Log10(signal / noise);
    }

    public static byte[] Short(int value) => [(byte)value, (byte)(value >> 8)];

    public static byte[] Number(uint value) => BitConverter.GetBytes(value);
}
