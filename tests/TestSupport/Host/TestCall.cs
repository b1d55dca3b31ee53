using System.Buffers.Binary;
using RealtimeAkka.Simulator;
using RealtimeAkka.Simulator.Scenarios;

namespace RealtimeAkka.TestSupport;

/// <summary>Input for sessions: turns of a hummed tone in WAV files, and simulators that answer them.</summary>
internal static class TestCall
{
    /// <summary>Turns of 500 ms each, with pauses long enough to end each turn.</summary>
    public static byte[] Pcm(int turns) =>
        [.. Enumerable.Range(0, turns).SelectMany(_ => (byte[])[.. Sound.Silence(300), .. Sound.Speech(500), .. Sound.Silence(900)])];

    /// <summary>A WAV file of PCM16 mono 24 kHz.</summary>
    public static string Wav(byte[] pcm) => Wav(pcm, rate: 24_000, channels: 1);

    /// <summary>A WAV file of these PCM16 samples, unchanged.</summary>
    public static string Wav(byte[] samples, int rate, int channels)
    {
        var header = new byte[44];
        "RIFF"u8.CopyTo(header);
        BinaryPrimitives.WriteInt32LittleEndian(header.AsSpan(4), samples.Length + 36);
        "WAVEfmt "u8.CopyTo(header.AsSpan(8));
        BinaryPrimitives.WriteInt32LittleEndian(header.AsSpan(16), 16);
        BinaryPrimitives.WriteInt16LittleEndian(header.AsSpan(20), 1);
        BinaryPrimitives.WriteInt16LittleEndian(header.AsSpan(22), (short)channels);
        BinaryPrimitives.WriteInt32LittleEndian(header.AsSpan(24), rate);
        BinaryPrimitives.WriteInt32LittleEndian(header.AsSpan(28), rate * channels * 2);
        BinaryPrimitives.WriteInt16LittleEndian(header.AsSpan(32), (short)(channels * 2));
        BinaryPrimitives.WriteInt16LittleEndian(header.AsSpan(34), 16);
        "data"u8.CopyTo(header.AsSpan(36));
        BinaryPrimitives.WriteInt32LittleEndian(header.AsSpan(40), samples.Length);

        var path = Path.Combine(TestFolder.New().FullName, "call.wav");
        File.WriteAllBytes(path, [.. header, .. samples]);
        return path;
    }

    /// <summary>The same audio at another rate in stereo; the nearest sample is accurate enough for a hum.</summary>
    public static string StereoWav(byte[] pcm, int rate)
    {
        var samples = new byte[(long)pcm.Length / 2 * rate / 24_000 * 4];
        for (var i = 0; i < samples.Length / 4; i++)
        {
            var sample = pcm.AsSpan((int)((long)i * 24_000 / rate) * 2, 2);
            sample.CopyTo(samples.AsSpan(i * 4));
            sample.CopyTo(samples.AsSpan(i * 4 + 2));
        }
        return Wav(samples, rate, channels: 2);
    }

    /// <summary>A simulator that plays a scenario.</summary>
    public static Task<RealtimeSimulator> ServeAsync(string scenario) =>
        RealtimeSimulator.StartAsync(new SimulatorOptions { Scenario = Scenario.Parse(scenario) });
}
