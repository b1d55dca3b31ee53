using System.Numerics;
using System.Runtime.InteropServices;

namespace RealtimeAkka.TestSupport;

/// <summary>Finds one piece of audio in another, PCM16. Positions are in samples.</summary>
internal static class Likeness
{
    /// <summary>The position of an exact copy of <paramref name="snippet"/>; -1: none.</summary>
    public static int Find(ReadOnlySpan<byte> recording, ReadOnlySpan<byte> snippet) => Samples(recording).IndexOf(Samples(snippet));

    /// <summary>
    /// The offset, in each of two recordings, of the first 20 ms piece of a sound that both hold without a gap; null: there is none.
    /// A busy machine makes gaps, not the same ones in both. Pieces that occur twice in the sound are skipped.
    /// </summary>
    public static (TimeSpan First, TimeSpan Second)? FindInBoth(
        ReadOnlySpan<byte> first, ReadOnlySpan<byte> second, ReadOnlySpan<byte> sound)
    {
        const int Piece = 20 * 48;
        for (var at = 0; at + Piece <= sound.Length; at += Piece)
        {
            var piece = sound.Slice(at, Piece);
            if (!piece.ContainsAnyExcept((byte)0) || Find(sound, piece) != at / 2) continue;
            var (inFirst, inSecond) = (Find(first, piece), Find(second, piece));
            if (inFirst >= 0 && inSecond >= 0) return (Length(inFirst), Length(inSecond));
        }
        return null;

        static TimeSpan Length(int samples) => TimeSpan.FromSeconds(samples / 24_000.0);
    }

    /// <summary>
    /// Whether a recording holds all of <paramref name="sound"/>, sample for sample and contiguously. Gaps on a busy machine are silence,
    /// so only samples other than 0 are compared.
    /// </summary>
    public static bool IsWhole(ReadOnlySpan<byte> recording, ReadOnlySpan<byte> sound) =>
        Voiced(recording).AsSpan().IndexOf(Voiced(sound)) >= 0;

    /// <summary>The samples that are not silence.</summary>
    public static short[] Voiced(ReadOnlySpan<byte> sound) => Array.FindAll(Samples(sound).ToArray(), sample => sample != 0);

    /// <summary>
    /// The position where <paramref name="snippet"/> correlates best, at any loudness: 1 is identical,
    /// 0 unrelated. A few missing or extra samples make it less than 1.
    /// </summary>
    public static (double Correlation, int At) Best(ReadOnlySpan<byte> recording, ReadOnlySpan<byte> snippet)
    {
        var all = Samples(recording);
        var wanted = Samples(snippet);
        var wantedEnergy = Energy(wanted);
        if (wanted.Length > all.Length || wantedEnergy == 0) return (0, -1);

        // Correlation is a product of spectra. Only positions with full overlap are read, so no padding is needed.
        var (spectrum, wantedSpectrum) = (Spectrum(all, all.Length), Spectrum(wanted, all.Length));
        for (var i = 0; i < spectrum.Length; i++) spectrum[i] = Complex.Conjugate(spectrum[i] * Complex.Conjugate(wantedSpectrum[i]));
        Transform(spectrum); // the conjugate of the inverse transform, without its factor 1/n

        var (best, at) = (0.0, -1);
        var energy = Energy(all[..wanted.Length]);
        for (var i = 0; ; i++)
        {
            // A window that is nearly silent has no correlation.
            var correlation = energy > wantedEnergy * 1e-6 ? spectrum[i].Real / spectrum.Length / Math.Sqrt(energy * wantedEnergy) : 0;
            if (correlation > best) (best, at) = (correlation, i);
            if (i + wanted.Length == all.Length) return (best, at);
            energy += (double)all[i + wanted.Length] * all[i + wanted.Length] - (double)all[i] * all[i];
        }
    }

    /// <summary>The stretches of sound, each from its first sample until <paramref name="pauseMs"/> of silence.</summary>
    public static List<byte[]> Spells(ReadOnlySpan<byte> recording, int pauseMs)
    {
        List<byte[]> spells = [];
        for (int first; (first = recording.IndexOfAnyExcept((byte)0)) >= 0;)
        {
            recording = recording[(first & ~1)..];
            var end = 2;
            for (int next; (next = recording[end..].IndexOfAnyExcept((byte)0)) >= 0 && next < pauseMs * 48;) end = (end + next + 2) & ~1;
            spells.Add(recording[..end].ToArray());
            recording = recording[end..];
        }
        return spells;
    }

    /// <summary>
    /// How many ms of an answer were heard, found by the position of the last 10 ms in it, so that earlier gaps do not matter. Where
    /// they end in a pause of the voice, the whole pause may have been heard. Null if a gap falls within them.
    /// </summary>
    public static (long AtLeast, long AtMost)? Heard(ReadOnlySpan<byte> spell, ReadOnlySpan<byte> answer)
    {
        var tail = spell[Math.Max(0, spell.Length - 480)..];
        var at = Find(answer, tail);
        if (at < 0) return null;
        var end = at * 2 + tail.Length;
        var pause = answer[end..].IndexOfAnyExcept((byte)0);
        return (end / 48, (pause < 0 ? answer.Length : end + pause) / 48);
    }

    private static ReadOnlySpan<short> Samples(ReadOnlySpan<byte> pcm) => MemoryMarshal.Cast<byte, short>(pcm);

    private static double Energy(ReadOnlySpan<short> samples)
    {
        var sum = 0.0;
        foreach (var sample in samples) sum += (double)sample * sample;
        return sum;
    }

    private static Complex[] Spectrum(ReadOnlySpan<short> samples, int length)
    {
        var values = new Complex[BitOperations.RoundUpToPowerOf2((uint)length)];
        for (var i = 0; i < samples.Length; i++) values[i] = samples[i];
        Transform(values);
        return values;
    }

    // The Cooley-Tukey fast Fourier transform, in place; the length is a power of two.
    private static void Transform(Complex[] values)
    {
        for (int i = 1, reversed = 0; i < values.Length; i++)
        {
            var bit = values.Length >> 1;
            for (; (reversed & bit) != 0; bit >>= 1) reversed ^= bit;
            reversed ^= bit;
            if (i < reversed) (values[i], values[reversed]) = (values[reversed], values[i]);
        }

        var roots = new Complex[values.Length / 2];
        for (var i = 0; i < roots.Length; i++) roots[i] = Complex.FromPolarCoordinates(1, -2 * Math.PI * i / values.Length);
        for (var half = 1; half < values.Length; half *= 2)
        {
            var step = roots.Length / half;
            for (var block = 0; block < values.Length; block += half * 2)
            {
                for (var i = block; i < block + half; i++)
                {
                    var (even, odd) = (values[i], values[i + half] * roots[(i - block) * step]);
                    (values[i], values[i + half]) = (even + odd, even - odd);
                }
            }
        }
    }
}
