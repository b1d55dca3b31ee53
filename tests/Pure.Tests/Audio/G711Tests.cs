using RealtimeAkka.Audio;

namespace RealtimeAkka.Pure.Tests.Audio;

/// <summary>
/// G.711 against the text of the standard: its tables of decision values and of values at the decoder's output are computed here, and
/// searched. Samples are scaled to 16 bits as in G.191, where the magnitude of a negative sample is its complement.
/// </summary>
public class G711Tests
{
    public static TheoryData<G711Law> Laws => [G711Law.MuLaw, G711Law.ALaw];

    [Theory]
    [MemberData(nameof(Laws))]
    public void All_256_codes_are_the_values_of_the_standard(G711Law law)
    {
        byte[] codes = [.. Enumerable.Range(0, 256).Select(code => (byte)code)];
        short[] expected = [.. codes.Select(code => Value(law, code))];
        var samples = new short[256];
        G711.Decode(law, codes, samples);
        Assert.Equal(expected, samples);
        Assert.Equal(expected, codes.Select(code => G711.Decode(law, code)));
        Assert.Equal(expected.Sum(value => (long)value * value), G711.SumOfSquares(law, codes));
    }

    [Theory]
    [MemberData(nameof(Laws))]
    public void All_65536_samples_have_the_codes_of_the_standard(G711Law law)
    {
        short[] samples = [.. Enumerable.Range(short.MinValue, 65_536).Select(sample => (short)sample)];
        byte[] expected = [.. samples.Select(sample => Code(law, sample))];
        var codes = new byte[samples.Length];
        G711.Encode(law, samples, codes);
        Assert.Equal(expected, codes);
        Assert.Equal(expected, samples.Select(sample => G711.Encode(law, sample)));
    }

    [Theory]
    [MemberData(nameof(Laws))]
    public void Any_length_at_any_place_gives_the_same_bytes(G711Law law)
    {
        var random = new Random(7);
        short[] samples = [.. Enumerable.Range(0, 300).Select(_ => (short)random.Next(short.MinValue, short.MaxValue + 1))];
        for (var length = 0; length <= 70; length++)
        {
            var at = random.Next(200);
            var (codes, decoded) = (new byte[length + 1], new short[length + 1]);
            G711.Encode(law, samples.AsSpan(at, length), codes);
            Assert.Equal([.. samples.Skip(at).Take(length).Select(sample => G711.Encode(law, sample)), 0], codes);
            G711.Decode(law, codes.AsSpan(0, length), decoded);
            Assert.Equal([.. codes.Take(length).Select(code => G711.Decode(law, code)), 0], decoded);
        }
    }

    [Theory]
    [MemberData(nameof(Laws))]
    public void What_was_decoded_is_encoded_to_the_code_that_it_was(G711Law law)
    {
        for (var code = 0; code < 256; code++)
        {
            // Mu-law has two codes for 0.
            var expected = law == G711Law.MuLaw && code == 0x7F ? 0xFF : code;
            Assert.Equal(expected, G711.Encode(law, G711.Decode(law, (byte)code)));
        }
    }

    /// <summary>The standard's sequence for 1 kHz at 0 dBm0: a full-scale sine is 3.17 dB (mu-law) and 3.14 dB (A-law) above it.</summary>
    [Theory]
    [InlineData(G711Law.MuLaw, new byte[] { 0x1E, 0x0B, 0x0B, 0x1E, 0x9E, 0x8B, 0x8B, 0x9E }, new short[] { 8828, 20860 }, 4 * 8159, 3.17)]
    [InlineData(G711Law.ALaw, new byte[] { 0x34, 0x21, 0x21, 0x34, 0xB4, 0xA1, 0xA1, 0xB4 }, new short[] { 8960, 20992 }, 8 * 4096, 3.14)]
    public void The_reference_tone_has_the_level_of_the_standard(G711Law law, byte[] codes, short[] values, int fullScale, double db)
    {
        var (a, b) = (values[0], values[1]);
        var samples = new short[8];
        G711.Decode(law, codes, samples);
        Assert.Equal([(short)-a, (short)-b, (short)-b, (short)-a, a, b, b, a], samples);
        var power = G711.SumOfSquares(law, codes) / 8.0;
        Assert.Equal(db, 10 * Math.Log10(fullScale * (double)fullScale / 2 / power), 0.005);
    }

    [Theory]
    [MemberData(nameof(Laws))]
    public void A_tone_keeps_35_dB_to_its_noise_over_30_dB_of_loudness(G711Law law)
    {
        for (var level = 0; level >= -30; level -= 2)
        {
            short[] samples =
                [.. Waves.Sine(1020, 8000, 0.5, 0.97 * Math.Pow(10, level / 20.0)).Select(sample => (short)Math.Round(sample * 32_768))];
            var codes = new byte[samples.Length];
            var heard = new short[samples.Length];
            G711.Encode(law, samples, codes);
            G711.Decode(law, codes, heard);
            var noise = samples.Zip(heard, (sample, value) => Math.Pow(sample - value, 2)).Sum();
            Assert.InRange(10 * Math.Log10(samples.Sum(sample => Math.Pow(sample, 2)) / noise), 35, 45);
        }
    }

    [Fact]
    public void Without_room_for_all_nothing_is_written()
    {
        var (codes, samples) = (new byte[20], new short[20]);
        Assert.Throws<ArgumentException>(() => G711.Decode(G711Law.MuLaw, codes, samples.AsSpan(0, 19)));
        Assert.Throws<ArgumentException>(() => G711.Encode(G711Law.ALaw, samples, codes.AsSpan(0, 19)));
        Assert.True(codes.All(code => code == 0) && samples.All(sample => sample == 0));
    }

    // The decision value at which an interval of the positive half begins: 16 intervals in each of 8 segments, of which each is twice as
    // wide as the one before. At the scale of the standard the first is 2 wide (mu-law, where 33 is added; A-law, in two segments).
    private static int Begin(G711Law law, int interval)
    {
        var (segment, position) = (interval / 16, interval % 16);
        if (law == G711Law.MuLaw) return interval == 0 ? 0 : 4 * (((16 + position) << (segment + 1)) - 33);
        return 8 * (segment < 2 ? 2 * interval : (16 + position) << segment);
    }

    // The middle of the interval; the first one of mu-law reaches as far below 0.
    private static short Value(G711Law law, byte code)
    {
        var interval = (code & 0x7F) ^ (law == G711Law.MuLaw ? 0x7F : 0x55);
        var isNegative = (code & 0x80) == 0;
        var value = law == G711Law.MuLaw && interval == 0 ? 0 : (Begin(law, interval) + Begin(law, interval + 1)) / 2;
        return (short)(isNegative ? -value : value);
    }

    private static byte Code(G711Law law, short sample)
    {
        var magnitude = sample < 0 ? -sample - 1 : sample;
        var interval = 0;
        while (interval < 127 && Begin(law, interval + 1) <= magnitude) interval++;
        var inverted = interval ^ (law == G711Law.MuLaw ? 0x7F : 0x55);
        return (byte)(inverted | (sample < 0 ? 0 : 0x80));
    }
}
