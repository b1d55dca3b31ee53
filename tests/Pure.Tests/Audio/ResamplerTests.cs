using RealtimeAkka.Audio;
using static RealtimeAkka.Pure.Tests.Audio.Waves;

namespace RealtimeAkka.Pure.Tests.Audio;

public class ResamplerTests
{
    [Theory]
    [InlineData(48_000)]
    [InlineData(44_100)]
    [InlineData(16_000)]
    [InlineData(96_000)]
    public void A_sine_goes_to_our_rate_and_back_and_is_the_same(int rate)
    {
        float[] sine = [.. Sine(1000, rate, 0.3).Select(s => (float)s)];
        var back = All(24_000, rate, All(rate, 24_000, sine));

        Assert.InRange(back.Length, sine.Length, sine.Length + rate / 24_000 + 1);
        var middle = back.AsSpan(rate / 20, rate / 5).ToArray().Select(s => (double)s).ToArray();
        Assert.InRange(SignalToNoise(middle, 1000, rate), 75, 200);
    }

    [Theory]
    [InlineData(24_000, 48_000)]
    [InlineData(24_000, 44_100)]
    [InlineData(24_000, 16_000)]
    [InlineData(24_000, 192_000)]
    public void What_it_needs_is_exactly_what_makes_so_many_samples_whatever_their_number(int from, int to)
    {
        float[] sine = [.. Sine(440, from, 0.5).Select(s => (float)s)];
        var whole = All(from, to, sine);
        var resampler = new Resampler(from, to, 4000);
        var random = new Random(3);
        List<float> pulled = [];
        for (var at = 0; ;)
        {
            var wanted = random.Next(1, 900);
            var needed = resampler.Needed(wanted);
            if (at + needed > sine.Length) break;
            var made = new float[wanted];
            Assert.Equal(wanted, resampler.Add(sine.AsSpan(at, needed), made));
            at += needed;
            pulled.AddRange(made);
        }
        for (var wanted = 1; wanted < 50; wanted++)
        {
            var needed = new Resampler(from, to, 4000).Needed(wanted);
            Assert.Equal(wanted, new Resampler(from, to, 4000).Add(sine.AsSpan(0, needed), new float[wanted]));
            Assert.True(new Resampler(from, to, 4000).Add(sine.AsSpan(0, needed - 1), new float[wanted]) < wanted);
        }
        Assert.True(pulled.Count > to / 4);
        Assert.Equal(whole[..pulled.Count], pulled);
    }

    [Fact]
    public void What_its_output_does_not_hold_comes_next_time()
    {
        float[] sine = [.. Sine(440, 24_000, 0.01).Select(s => (float)s)];
        var resampler = new Resampler(24_000, 48_000, sine.Length);
        var (few, rest) = (new float[100], new float[resampler.Max(sine.Length)]);

        Assert.Equal(100, resampler.Add(sine, few));
        var more = resampler.Add([], rest);
        more += resampler.Finish(rest.AsSpan(more));

        Assert.Equal(All(24_000, 48_000, sine), few.Concat(rest[..more]));
    }

    [Fact]
    public void It_allocates_nothing_while_it_works()
    {
        var resampler = new Resampler(44_100, 24_000, 882);
        var (block, made) = (new float[882], new float[resampler.Max(882)]);

        Assert.Equal(0, Allocation.Of(() => resampler.Add(block, made)));
    }

    private static float[] All(int from, int to, float[] samples)
    {
        var resampler = new Resampler(from, to, samples.Length);
        var made = new float[2 * resampler.Max(samples.Length)];
        var count = resampler.Add(samples, made);
        count += resampler.Finish(made.AsSpan(count));
        return made[..count];
    }
}
