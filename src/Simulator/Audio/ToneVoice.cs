using System.Buffers.Binary;
using RealtimeAkka.Protocol;

namespace RealtimeAkka.Simulator.Audio;

/// <summary>The assistant's synthetic voice: hummed syllables in a loop of 4 s.</summary>
internal static class ToneVoice
{
    private const int LoopMs = 4000;
    private const int SyllableMs = 200;
    private const double Peak = 0.18;

    private static readonly byte[] Loop = Hum();

    /// <summary><paramref name="ms"/> milliseconds of 24 kHz PCM16, starting at <paramref name="fromMs"/> of the loop.</summary>
    public static byte[] Say(int fromMs, int ms)
    {
        var sound = new byte[ms * Pcm.BytesPerMillisecond];
        var from = fromMs % LoopMs * Pcm.BytesPerMillisecond;
        for (var done = 0; done < sound.Length; from = 0)
        {
            var part = Math.Min(sound.Length - done, Loop.Length - from);
            Loop.AsSpan(from, part).CopyTo(sound.AsSpan(done));
            done += part;
        }
        return sound;
    }

    // Each syllable fades in and out (so loop and chunks join at zero) and has its own pitch and two quieter harmonics;
    // pitch 0 is a pause between phrases.
    private static byte[] Hum()
    {
        double[] pitches = [165, 185, 175, 155, 195, 170, 0, 160, 180, 190, 150, 172, 158, 0, 188, 168, 178, 152, 162, 0];
        var pcm = new byte[LoopMs * Pcm.BytesPerMillisecond];
        var samples = SyllableMs * Pcm.SampleRate / 1000;
        for (var i = 0; i < pcm.Length / 2; i++)
        {
            var turn = 2 * Math.PI * pitches[i / samples % pitches.Length] * (i % samples) / Pcm.SampleRate;
            var envelope = Math.Pow(Math.Sin(Math.PI * (i % samples) / samples), 1.5);
            var wave = 0.7 * Math.Sin(turn) + 0.2 * Math.Sin(2 * turn) + 0.1 * Math.Sin(3 * turn);
            BinaryPrimitives.WriteInt16LittleEndian(pcm.AsSpan(i * 2), (short)(wave * envelope * Peak * short.MaxValue));
        }
        return pcm;
    }
}
