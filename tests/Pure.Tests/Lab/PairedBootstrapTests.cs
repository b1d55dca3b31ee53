using System.Diagnostics;
using RealtimeAkka.Lab;
using Xunit.Abstractions;

namespace RealtimeAkka.Pure.Tests.Lab;

public class PairedBootstrapTests(ITestOutputHelper output)
{
    // Where hundreds of pairs are compared; the interval is as wide, only less exact.
    private const int Fewer = 1000;

    [Theory]
    [InlineData(0, 0.5)]
    [InlineData(1.959963985, 0.975)]
    [InlineData(-1.644853627, 0.05)]
    [InlineData(3.090232306, 0.999)]
    public void The_normal_distribution_has_its_known_values(double z, double share)
    {
        Assert.Equal(share, Normal.Cumulative(z), 1e-9);
        Assert.Equal(z, Normal.Quantile(share), 1e-7);
    }

    [Fact]
    public void The_generator_is_SplitMix64()
    {
        // The first values for the seed 1234567 that its authors' program prints.
        var random = new SplitMix(1234567);
        Assert.Equal([6457827717110365317UL, 3203168211198807973UL, 9817491932198370423UL], [random.Next(), random.Next(), random.Next()]);
        var counts = new int[5];
        for (var i = 0; i < 10_000; i++) counts[random.Below(5)]++;
        Assert.All(counts, count => Assert.InRange(count, 1800, 2200));
    }

    [Fact]
    public void The_same_turns_have_the_same_interval()
    {
        var turns = Random(7, 60, 0.1, 0.1);
        Assert.Equal(PairedBootstrap.Of(turns), PairedBootstrap.Of(turns));
        Assert.NotEqual(PairedBootstrap.Of(turns), PairedBootstrap.Of(turns, seed: 1));
    }

    [Fact]
    public void The_interval_of_a_mean_is_that_of_the_normal_distribution_where_there_are_many_turns()
    {
        var random = new SplitMix(3);
        List<PairedTurn> turns = [.. Enumerable.Range(0, 2000).Select(_ => new PairedTurn(0, 1, 1 + Gauss(random), 1))];
        var estimate = PairedBootstrap.Of(turns)!;
        Assert.Equal(estimate.Difference - 1.96 / Math.Sqrt(2000), estimate.Low, 0.004);
        Assert.Equal(estimate.Difference + 1.96 / Math.Sqrt(2000), estimate.High, 0.004);
        Assert.Equal(0, estimate.P);
    }

    [Theory]
    [InlineData(0.1, PairedBootstrap.DefaultSamples)]
    [InlineData(0.02, Fewer)]
    [InlineData(0.4, Fewer)]
    public void Of_a_hundred_pairs_of_equal_variants_at_least_ninety_five_are_called_equal(double errors, int samples)
    {
        var equal = 100 - Different(100, 0, 60, errors, errors, samples);
        output.WriteLine($"{equal} of 100 are equal at an error rate of {errors}.");
        Assert.InRange(equal, 95, 100);
    }

    [Theory]
    [InlineData(20, 0.05)]
    [InlineData(20, 0.2)]
    [InlineData(60, 0.05)]
    [InlineData(60, 0.2)]
    public void At_most_one_in_twenty_pairs_of_equal_variants_is_called_different(int turns, double errors)
    {
        var different = Different(400, 5000, turns, errors, errors, Fewer);
        output.WriteLine($"{different} of 400 differ: {turns} turns, error rate {errors}.");
        Assert.InRange(different, 0, 20);
    }

    // Entities are rare: one or two in every other turn, and few of them wrong.
    [Theory]
    [InlineData(0.05)]
    [InlineData(0.15)]
    public void The_same_holds_for_entities(double errors)
    {
        var different = Enumerable.Range(1, 400).Count(seed =>
        {
            var random = new SplitMix((ulong)seed + 90_000);
            int Right(int of) => Enumerable.Range(0, of).Count(_ => random.NextDouble() >= errors);
            List<PairedTurn> turns = [.. Enumerable.Range(0, 30).Select(_ => 1 + random.Below(2))
                .Select(of => new PairedTurn(Right(of), of, Right(of), of))];
            return PairedBootstrap.Of(turns, samples: Fewer) is { IsDifferent: true };
        });
        output.WriteLine($"{different} of 400 differ: 30 turns with entities, error rate {errors}.");
        Assert.InRange(different, 0, 20);
    }

    [Fact]
    public void A_difference_that_is_there_is_found()
    {
        var found = Different(50, 0, 60, 0.05, 0.15, Fewer);
        output.WriteLine($"{found} of 50 are found.");
        Assert.InRange(found, 40, 50);
    }

    [Fact]
    public void On_very_few_turns_only_a_large_and_even_difference_counts()
    {
        PairedTurn[] cheap =
            [new(0.02, 1, 0.010, 1), new(0.03, 1, 0.015, 1), new(0.04, 1, 0.02, 1), new(0.03, 1, 0.016, 1), new(0.02, 1, 0.011, 1)];
        Assert.True(PairedBootstrap.Of(cheap)!.High < 0);
        Assert.False(PairedBootstrap.Of(cheap[..3])!.IsDifferent);
        Assert.False(PairedBootstrap.Of([new(0, 1, 1, 1)])!.IsDifferent);
        // One turn of six has a mistake: the interval reaches to 0 and not beyond what was seen.
        PairedTurn[] rare = [new(0, 5, 1, 5), new(0, 5, 0, 5), new(0, 5, 0, 5), new(0, 5, 0, 5), new(0, 5, 0, 5), new(0, 5, 0, 5)];
        Assert.Equal(0, PairedBootstrap.Of(rare)!.Low);
    }

    [Fact]
    public void Equal_turns_differ_by_nothing() =>
        Assert.Equal(new PairedEstimate(0, 0, 0, 1), PairedBootstrap.Of([new(1, 5, 1, 5), new(0, 4, 0, 4), new(2, 9, 2, 9)]));

    [Fact]
    public void Where_nothing_was_said_there_is_nothing_to_compare()
    {
        Assert.Null(PairedBootstrap.Of([]));
        Assert.Null(PairedBootstrap.Of([new(1, 0, 1, 0)]));
    }

    [Fact]
    public void Ten_thousand_samples_of_sixty_turns_take_well_under_a_second()
    {
        var turns = Random(1, 60, 0.1, 0.12);
        PairedBootstrap.Of(turns);
        var fastest = Enumerable.Range(0, 5).Min(_ =>
        {
            var start = Stopwatch.GetTimestamp();
            PairedBootstrap.Of(turns);
            return Stopwatch.GetElapsedTime(start);
        });
        output.WriteLine($"{fastest.TotalMilliseconds:0.0} ms");
        Assert.True(fastest < TimeSpan.FromSeconds(1));
    }

    private static int Different(int pairs, int after, int turns, double errorsOfA, double errorsOfB, int samples) =>
        Enumerable.Range(after + 1, pairs).Count(
            seed => PairedBootstrap.Of(Random((ulong)seed, turns, errorsOfA, errorsOfB), samples: samples) is { IsDifferent: true });

    // Turns of 3 to 12 words; some turns are harder than others for both variants.
    private static List<PairedTurn> Random(ulong seed, int turns, double errorsOfA, double errorsOfB)
    {
        var random = new SplitMix(seed);
        return
        [
            .. Enumerable.Range(0, turns).Select(_ =>
            {
                var words = 3 + random.Below(10);
                var hardness = 2 * random.NextDouble();
                int Wrong(double rate) => Enumerable.Range(0, words).Count(_ => random.NextDouble() < rate * hardness);
                return new PairedTurn(Wrong(errorsOfA), words, Wrong(errorsOfB), words);
            }),
        ];
    }

    private static double Gauss(SplitMix random) =>
        Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());
}
