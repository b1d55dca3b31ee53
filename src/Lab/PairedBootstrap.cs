namespace RealtimeAkka.Lab;

/// <summary>What two variants have at one golden turn: sums over its repeats, divided by their number.</summary>
/// <param name="A">The first one's figure, such as wrong words.</param>
/// <param name="OfA">What it is a share of, such as the words of the reference; 1 for a mean.</param>
/// <param name="B">The second one's figure.</param>
/// <param name="OfB">What that is a share of.</param>
public readonly record struct PairedTurn(double A, double OfA, double B, double OfB);

/// <summary>How far two variants are apart.</summary>
/// <param name="Difference">The second one's ratio less the first one's.</param>
/// <param name="Low">The lower end of the 95 % interval.</param>
/// <param name="High">The upper end.</param>
/// <param name="P">How often a difference like this would come about if there were none, 0 to 1.</param>
public sealed record PairedEstimate(double Difference, double Low, double High, double P)
{
    /// <summary>Whether the difference is more than chance: the interval is on one side of 0.</summary>
    public bool IsDifferent => Low > 0 || High < 0;
}

/// <summary>
/// The difference of two ratios of sums (Bisani, Ney: "Bootstrap estimates for confidence intervals in ASR performance evaluation", ICASSP
/// 2004) by a paired bootstrap whose unit is the golden turn.
/// </summary>
/// <remarks>
/// The interval is Efron's BCa interval ("Better bootstrap confidence intervals", JASA 82, 1987; Efron, Tibshirani: "An introduction to the
/// bootstrap", 1993, 14.3). On few turns it is a little too narrow, and three metrics are looked at for each pair. So the verdict also
/// asks the symmetric studentized bootstrap test (Hall, Wilson: "Two guidelines for bootstrap hypothesis testing", Biometrics 47, 1991)
/// at 5 % / 3; where that finds nothing, the interval is extended to 0, so that the two never contradict each other.
/// </remarks>
public static class PairedBootstrap
{
    /// <summary>Where the random sequence begins unless another seed is given: the same answers always have the same interval.</summary>
    public const ulong DefaultSeed = 20_260_101;

    /// <summary>How many samples of the turns are drawn unless another number is given.</summary>
    public const int DefaultSamples = 10_000;

    /// <summary>The level of the test: 5 %, shared by three metrics (Bonferroni).</summary>
    public const double Level = 0.05 / 3;

    private const double Tail = 0.025;

    // Sums of the same numbers in another order differ by less.
    private const double Rounding = 1e-9;

    /// <summary>The difference and how sure it is; null: a variant has nothing that could be a share of something.</summary>
    public static PairedEstimate? Of(IReadOnlyList<PairedTurn> turns, ulong seed = DefaultSeed, int samples = DefaultSamples)
    {
        PairedTurn[] all = [.. turns];
        if (Ratios.Of(all, [.. Enumerable.Range(0, all.Length)]) is not { } observed) return null;
        var (differences, asFar) = Resample(all, observed, seed, samples);
        var p = observed.Difference == 0 ? 1 : asFar;
        var (low, high) = Interval(all, observed.Difference, differences);
        if (p > Level) (low, high) = (Math.Min(low, 0), Math.Max(high, 0));
        return new(observed.Difference, low, high, p);
    }

    // The differences in order, and the share of samples whose studentized distance from the observed one is as large as that from 0.
    private static (double[] Samples, double AsFar) Resample(PairedTurn[] turns, Ratios observed, ulong seed, int count)
    {
        var random = new SplitMix(seed);
        var samples = new double[count];
        var drawn = new int[turns.Length];
        var asFar = 0;
        var distance = Math.Abs(observed.Difference);
        for (var sample = 0; sample < samples.Length;)
        {
            for (var i = 0; i < drawn.Length; i++) drawn[i] = random.Below(turns.Length);
            // Only turns without a word: there is no ratio. At least one turn has words, so other samples come.
            if (Ratios.Of(turns, drawn) is not { } ratios) continue;
            samples[sample++] = ratios.Difference;
            // |t*| >= |t| without dividing by an error of 0, which is as far as can be.
            var away = Math.Abs(ratios.Difference - observed.Difference);
            if (away * observed.Error * (1 + Rounding) >= distance * ratios.Error && away > Rounding * distance) asFar++;
        }
        Array.Sort(samples);
        var share = (double)asFar / samples.Length;
        // All turns differ alike: the share of samples that consist of one turn only is what remains as the errors go to 0.
        return (samples, observed.Error > Rounding * distance ? share : Math.Pow(turns.Length, 1 - turns.Length));
    }

    private static (double Low, double High) Interval(PairedTurn[] turns, double difference, double[] samples)
    {
        var rounding = Rounding * Math.Max(Math.Abs(samples[0]), Math.Abs(samples[^1]));
        double below = samples.Count(sample => sample < difference - rounding);
        double equal = samples.Count(sample => Math.Abs(sample - difference) <= rounding);
        var bias = Normal.Quantile(Math.Clamp((below + equal / 2) / samples.Length, 1.0 / samples.Length, 1 - 1.0 / samples.Length));
        var acceleration = Acceleration(turns);
        return (At(Tail), At(1 - Tail));

        double At(double share)
        {
            var z = bias + Normal.Quantile(share);
            var adjusted = Normal.Cumulative(bias + z / Math.Max(1e-3, 1 - acceleration * z));
            return samples[Math.Clamp((int)(adjusted * samples.Length), 0, samples.Length - 1)];
        }
    }

    // From the differences without one turn each (jackknife).
    private static double Acceleration(PairedTurn[] turns)
    {
        if (turns.Length < 2) return 0;
        int[] others = [.. Enumerable.Range(1, turns.Length - 1)];
        var without = new List<double>(turns.Length);
        for (var left = 0; left < turns.Length; left++)
        {
            if (Ratios.Of(turns, others) is { } ratios) without.Add(ratios.Difference);
            if (left < others.Length) others[left] = left;
        }
        if (without.Count == 0) return 0;
        var mean = without.Average();
        var (squares, cubes) = (without.Sum(one => Math.Pow(mean - one, 2)), without.Sum(one => Math.Pow(mean - one, 3)));
        return squares > 0 ? cubes / (6 * Math.Pow(squares, 1.5)) : 0;
    }

    // Error: the standard error of the difference by linearization (delta method).
    private readonly record struct Ratios(double Difference, double Error)
    {
        public static Ratios? Of(PairedTurn[] turns, int[] drawn)
        {
            double a = 0, ofA = 0, b = 0, ofB = 0;
            foreach (var i in drawn)
            {
                ref readonly var turn = ref turns[i];
                (a, ofA, b, ofB) = (a + turn.A, ofA + turn.OfA, b + turn.B, ofB + turn.OfB);
            }
            if (!(ofA > 0 && ofB > 0)) return null;
            var (ratioA, ratioB) = (a / ofA, b / ofB);
            var squares = 0.0;
            foreach (var i in drawn)
            {
                ref readonly var turn = ref turns[i];
                var residual = (turn.B - ratioB * turn.OfB) / ofB - (turn.A - ratioA * turn.OfA) / ofA;
                squares += residual * residual;
            }
            return new(ratioB - ratioA, Math.Sqrt(squares));
        }
    }
}

/// <summary>The standard normal distribution.</summary>
public static class Normal
{
    private const double End = 8; // beyond it is less than 1e-15

    /// <summary>The share below <paramref name="z"/>, by Marsaglia's series ("Evaluating the normal distribution", JSS 11, 2004).</summary>
    public static double Cumulative(double z)
    {
        if (Math.Abs(z) >= End) return z > 0 ? 1 : 0;
        double sum = z, term = z, before = 0;
        for (var i = 3; sum != before; i += 2) (before, term, sum) = (sum, term * z * z / i, sum + term * z * z / i);
        return 0.5 + sum * Math.Exp(-z * z / 2) / Math.Sqrt(2 * Math.PI);
    }

    /// <summary>The point below which <paramref name="share"/> (above 0, below 1) lies.</summary>
    public static double Quantile(double share)
    {
        var (low, high) = (-End, End);
        for (var i = 0; i < 60; i++)
        {
            var middle = (low + high) / 2;
            if (Cumulative(middle) < share) low = middle;
            else high = middle;
        }
        return (low + high) / 2;
    }
}
