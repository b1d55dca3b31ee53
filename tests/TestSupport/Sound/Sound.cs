using System.Buffers.Binary;
using RealtimeAkka.Protocol;

namespace RealtimeAkka.TestSupport;

/// <summary>Test audio, PCM16 mono 24 kHz.</summary>
internal static class Sound
{
    /// <summary>A hum that turn detection takes for speech.</summary>
    public static byte[] Speech(int ms) => Tone(ms, 0.3);

    public static byte[] Silence(int ms) => new byte[ms * Pcm.BytesPerMillisecond];

    /// <summary>Noise with an RMS of about <paramref name="rms"/> of full scale; the same samples on every call.</summary>
    public static byte[] Noise(int ms, double rms)
    {
        var random = new Random(7);
        return Samples(ms, _ => (random.NextDouble() * 2 - 1) * rms * Math.Sqrt(3));
    }

    private static byte[] Tone(int ms, double peak) => Samples(ms, i => peak * Math.Sin(2 * Math.PI * 200 * i / Pcm.SampleRate));

    private static byte[] Samples(int ms, Func<int, double> at)
    {
        var pcm = new byte[ms * Pcm.BytesPerMillisecond];
        for (var i = 0; i < pcm.Length / 2; i++)
            BinaryPrimitives.WriteInt16LittleEndian(pcm.AsSpan(i * 2), (short)(at(i) * short.MaxValue));
        return pcm;
    }

    /// <summary>The samples of a WAV file made by sox, whose header has 44 bytes.</summary>
    public static byte[] Wav(string name) => File.ReadAllBytes(Sample(name))[44..];

    /// <summary>The path of a file in the repository's <c>samples</c> folder, searched upwards from the test binaries.</summary>
    public static string Sample(string name)
    {
        for (var at = new DirectoryInfo(AppContext.BaseDirectory); at is not null; at = at.Parent)
            if (Path.Combine(at.FullName, "samples", name) is var file && File.Exists(file)) return file;
        throw new FileNotFoundException(name);
    }
}
