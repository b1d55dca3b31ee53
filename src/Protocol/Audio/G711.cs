using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace RealtimeAkka.Audio;

/// <summary>The two laws of ITU-T G.711, by which a telephone codes a sample of 8 kHz in 8 bits.</summary>
public enum G711Law
{
    /// <summary>Mu-law (North America, Japan): <c>audio/pcmu</c>, WAV format 7.</summary>
    MuLaw,
    /// <summary>A-law (elsewhere): <c>audio/pcma</c>, WAV format 6.</summary>
    ALaw,
}

/// <summary>
/// ITU-T G.711, with samples scaled to 16 bits as in G.191: a sign, three bits of segment and four of position in it. A code is inverted on
/// the line, all of it (mu-law) or every second bit (A-law). Vector code and tables give the same bytes.
/// </summary>
public static class G711
{
    // Mu-law adds this, at 14 bits, so that each segment begins at a power of two.
    private const int Bias = 33, MuLawMax = 0x1FFF;
    private const int MuLawShift = 2, ALawShift = 4;

    private static readonly short[][] Decoded = [DecodeTable(MuLawSample), DecodeTable(ALawSample)];
    // A code depends on the upper 14 (mu-law) or 12 (A-law) bits of a sample only.
    private static readonly byte[][] Encoded = [EncodeTable(MuLawCode, MuLawShift), EncodeTable(ALawCode, ALawShift)];
    private static readonly int[][] Squared = [.. Decoded.Select(samples => Array.ConvertAll(samples, sample => sample * sample))];

    /// <summary>The samples of these codes. Throws <see cref="ArgumentException"/> if <paramref name="to"/> has no room for all.</summary>
    public static void Decode(G711Law law, ReadOnlySpan<byte> from, Span<short> to)
    {
        ThrowIfShort(from.Length, to.Length);
        var done = Vector128.IsHardwareAccelerated ? DecodeVectors(law, from, to) : 0;
        DecodeByTable(law, from[done..], to[done..]);
    }

    /// <summary>The codes of these samples. Throws <see cref="ArgumentException"/> if <paramref name="to"/> has no room for all.</summary>
    public static void Encode(G711Law law, ReadOnlySpan<short> from, Span<byte> to)
    {
        ThrowIfShort(from.Length, to.Length);
        var done = Vector128.IsHardwareAccelerated ? EncodeVectors(law, from, to) : 0;
        EncodeByTable(law, from[done..], to[done..]);
    }

    /// <summary>The sample of one code.</summary>
    public static short Decode(G711Law law, byte code) => Decoded[(int)law][code];

    /// <summary>The code of one sample.</summary>
    public static byte Encode(G711Law law, short sample) =>
        Encoded[(int)law][(ushort)sample >> (law == G711Law.MuLaw ? MuLawShift : ALawShift)];

    /// <summary>The sum of the squares of the samples: the power of a sound is known without decoding it.</summary>
    public static long SumOfSquares(G711Law law, ReadOnlySpan<byte> codes)
    {
        var squares = Squared[(int)law];
        long sum = 0;
        foreach (var code in codes) sum += squares[code];
        return sum;
    }

    private static void DecodeByTable(G711Law law, ReadOnlySpan<byte> from, Span<short> to)
    {
        var samples = Decoded[(int)law];
        for (var i = 0; i < from.Length; i++) to[i] = samples[from[i]];
    }

    private static void EncodeByTable(G711Law law, ReadOnlySpan<short> from, Span<byte> to)
    {
        var codes = Encoded[(int)law];
        var shift = law == G711Law.MuLaw ? MuLawShift : ALawShift;
        for (var i = 0; i < from.Length; i++) to[i] = codes[(ushort)from[i] >> shift];
    }

    // Sixteen codes at a time; returns how many were decoded.
    private static int DecodeVectors(G711Law law, ReadOnlySpan<byte> from, Span<short> to)
    {
        var whole = from.Length - from.Length % Vector128<byte>.Count;
        var codes = MemoryMarshal.Cast<byte, Vector128<byte>>(from[..whole]);
        var samples = MemoryMarshal.Cast<short, Vector128<short>>(to[..whole]);
        for (var i = 0; i < codes.Length; i++)
            (samples[2 * i], samples[2 * i + 1]) = law == G711Law.MuLaw ? MuLawSamples(codes[i]) : ALawSamples(codes[i]);
        return whole;
    }

    private static int EncodeVectors(G711Law law, ReadOnlySpan<short> from, Span<byte> to)
    {
        var whole = from.Length - from.Length % Vector128<byte>.Count;
        var samples = MemoryMarshal.Cast<short, Vector128<short>>(from[..whole]);
        var codes = MemoryMarshal.Cast<byte, Vector128<byte>>(to[..whole]);
        for (var i = 0; i < codes.Length; i++)
        {
            var (low, high) = (samples[2 * i], samples[2 * i + 1]);
            codes[i] = law == G711Law.MuLaw ? Vector128.Narrow(MuLawCodes(low), MuLawCodes(high))
                : Vector128.Narrow(ALawCodes(low), ALawCodes(high));
        }
        return whole;
    }

    // There is no shift of 16-bit numbers by different counts: the power of two of each segment is looked up, and multiplied with.
    private static (Vector128<short> Low, Vector128<short> High) MuLawSamples(Vector128<byte> codes)
    {
        var bits = ~codes;
        var powers = Vector128.Shuffle(
            Vector128.Create((byte)1, 2, 4, 8, 16, 32, 64, 128, 0, 0, 0, 0, 0, 0, 0, 0), (bits >>> 4) & Vector128.Create((byte)7));
        var positions = ((bits & Vector128.Create((byte)0x0F)) << 3) + Vector128.Create((byte)(4 * Bias));
        var signs = Vector128.LessThan(bits.AsSByte(), Vector128<sbyte>.Zero);
        var (lowPowers, highPowers) = Vector128.Widen(powers);
        var (lowPositions, highPositions) = Vector128.Widen(positions);
        var (lowSigns, highSigns) = Vector128.Widen(signs);
        var bias = Vector128.Create((short)(4 * Bias));
        return (Signed((lowPositions * lowPowers).AsInt16() - bias, lowSigns),
            Signed((highPositions * highPowers).AsInt16() - bias, highSigns));
    }

    // The two lowest segments have the same step; all but the lowest have a leading one before their position.
    private static (Vector128<short> Low, Vector128<short> High) ALawSamples(Vector128<byte> codes)
    {
        var bits = codes ^ Vector128.Create((byte)0x55);
        var segments = (bits >>> 4) & Vector128.Create((byte)7);
        var powers = Vector128.Shuffle(Vector128.Create((byte)1, 1, 2, 4, 8, 16, 32, 64, 0, 0, 0, 0, 0, 0, 0, 0), segments);
        var leading = Vector128.Min(segments, Vector128<byte>.One) << 4;
        var positions = (bits & Vector128.Create((byte)0x0F)) | leading;
        var signs = Vector128.GreaterThanOrEqual(bits.AsSByte(), Vector128<sbyte>.Zero);
        var (lowPowers, highPowers) = Vector128.Widen(powers);
        var (lowPositions, highPositions) = Vector128.Widen(positions);
        var (lowSigns, highSigns) = Vector128.Widen(signs);
        var half = Vector128.Create((ushort)8);
        return (Signed((((lowPositions << 4) + half) * lowPowers).AsInt16(), lowSigns),
            Signed((((highPositions << 4) + half) * highPowers).AsInt16(), highSigns));
    }

    // Signs: -1 where the sample is negative, else 0.
    private static Vector128<short> Signed(Vector128<short> magnitudes, Vector128<short> signs) => (magnitudes ^ signs) - signs;

    // The exponent and the first four bits of the mantissa of a floating-point number are the segment and the position in it.
    private static Vector128<ushort> MuLawCodes(Vector128<short> samples)
    {
        var signs = samples >> 15;
        var biased = ((samples ^ signs) >> MuLawShift) + Vector128.Create((short)Bias);
        var magnitudes = Vector128.Min(biased, Vector128.Create((short)MuLawMax));
        var codes = TopBits(magnitudes) - Vector128.Create((short)((127 + 5) << 4));
        return (~codes & Vector128.Create((short)0x7F) | (~signs & Vector128.Create((short)0x80))).AsUInt16();
    }

    private static Vector128<ushort> ALawCodes(Vector128<short> samples)
    {
        var signs = samples >> 15;
        var magnitudes = (samples ^ signs) >> ALawShift;
        var codes = TopBits(magnitudes) - Vector128.Create((short)((127 + 3) << 4));
        codes = Vector128.ConditionalSelect(Vector128.LessThan(magnitudes, Vector128.Create((short)16)), magnitudes, codes);
        return ((codes | (~signs & Vector128.Create((short)0x80))) ^ Vector128.Create((short)0x55)).AsUInt16();
    }

    // Of each number as a float: the exponent, biased by 127, and four bits of the mantissa.
    private static Vector128<short> TopBits(Vector128<short> numbers)
    {
        var (low, high) = Vector128.Widen(numbers);
        return Vector128.Narrow(
            Vector128.ConvertToSingle(low).AsInt32() >> 19, Vector128.ConvertToSingle(high).AsInt32() >> 19);
    }

    private static short MuLawSample(byte code)
    {
        var bits = ~code;
        var magnitude = ((((bits & 0x0F) << 3) + 4 * Bias) << ((bits >> 4) & 7)) - 4 * Bias;
        return (short)((bits & 0x80) == 0 ? magnitude : -magnitude);
    }

    private static short ALawSample(byte code)
    {
        var bits = code ^ 0x55;
        var (segment, position) = ((bits >> 4) & 7, bits & 0x0F);
        var magnitude = segment == 0 ? (position << 4) + 8 : ((position << 4) + 0x108) << (segment - 1);
        return (short)((bits & 0x80) == 0 ? -magnitude : magnitude);
    }

    // The magnitude of a negative sample is its complement: G.191 has no positive counterpart of -1.
    private static byte MuLawCode(short sample)
    {
        var magnitude = Math.Min(((sample < 0 ? ~sample : sample) >> MuLawShift) + Bias, MuLawMax);
        var segment = int.Log2(magnitude) - 5;
        var position = (magnitude >> (segment + 1)) & 0x0F;
        return (byte)(~(segment << 4 | position) & 0x7F | (sample < 0 ? 0 : 0x80));
    }

    private static byte ALawCode(short sample)
    {
        var magnitude = (sample < 0 ? ~sample : sample) >> ALawShift;
        var segment = Math.Max(0, int.Log2(magnitude | 1) - 3);
        var position = magnitude >> Math.Max(0, segment - 1) & 0x0F;
        return (byte)((segment << 4 | position | (sample < 0 ? 0 : 0x80)) ^ 0x55);
    }

    private static short[] DecodeTable(Func<byte, short> sample) => [.. Enumerable.Range(0, 256).Select(code => sample((byte)code))];

    private static byte[] EncodeTable(Func<short, byte> code, int shift) =>
        [.. Enumerable.Range(0, 0x10000 >> shift).Select(bits => code((short)(bits << shift)))];

    private static void ThrowIfShort(int from, int to)
    {
        if (to < from) throw new ArgumentException($"There is room for {to} of {from} samples.");
    }
}
