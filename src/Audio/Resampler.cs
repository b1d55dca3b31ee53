using System.Numerics;
using System.Runtime.InteropServices;

namespace RealtimeAkka.Audio;

/// <summary>
/// Resamples mono audio by windowed-sinc interpolation (Smith, "Digital Audio Resampling"), band-limited to the lower of the two rates,
/// so there is no aliasing. Works on a stream and allocates nothing after its construction, so that a device's callback may use it.
/// </summary>
public sealed class Resampler
{
    // Zero crossings of the sinc on each side. 16 with a Kaiser window of beta 9 gives about 90 dB of stop band.
    private const int ZeroCrossings = 16;
    private const double Beta = 9;
    // The kernel is made as a table of so many points per sample, interpolated linearly: the error is far below 16 bits.
    private const int PointsPerSample = 512;

    // The rates without what they have in common: the position of a sample has _to places between two of the input.
    private readonly int _from;
    private readonly int _to;
    private readonly int _reach;
    // For each place those of the 2 * _reach samples around it: some KB for usual rates, 100 MB for one near 768 kHz that has nothing in
    // common with ours.
    private readonly float[] _weights;
    private readonly float[] _window;
    private int _count;
    // The position of the next sample: _at plus _phase / _to samples. In integers, so that no rounding errors accumulate.
    private int _at;
    private int _phase;

    /// <summary>Converts <paramref name="from"/> to <paramref name="to"/> Hz, at most <paramref name="block"/> samples per call.</summary>
    public Resampler(int from, int to, int block)
    {
        var common = (int)BigInteger.GreatestCommonDivisor(from, to);
        (_from, _to) = (from / common, to / common);
        // A little below the Nyquist frequency, to leave room for the filter's slope.
        var cutoff = Math.Min(1.0, (double)to / from) * 0.97;
        _reach = (int)Math.Ceiling(ZeroCrossings / cutoff);
        var kernel = new float[_reach * PointsPerSample + 2];
        for (var i = 0; i < kernel.Length; i++)
        {
            var distance = (double)i / PointsPerSample;
            kernel[i] = (float)(cutoff * Sinc(distance * cutoff) * Kaiser(distance / _reach));
        }
        _weights = new float[_to * 2 * _reach];
        for (var i = 0; i < _weights.Length; i++)
        {
            var (place, sample) = Math.DivRem(i, 2 * _reach);
            _weights[i] = Weight(kernel, Math.Abs(sample - _reach + 1 - (double)place / _to));
        }
        _window = new float[2 * _reach + 1 + Math.Max(block, _reach)];
        _at = _count = _reach;
    }

    private Resampler(Resampler like)
    {
        (_from, _to, _reach, _weights) = (like._from, like._to, like._reach, like._weights);
        _window = new float[like._window.Length];
        _at = _count = _reach;
    }

    /// <summary>A new one for the same conversion, without the cost of its weights.</summary>
    public Resampler Another() => new(this);

    /// <summary>Maximum samples that <see cref="Add"/> or <see cref="Finish"/> produce from this many samples.</summary>
    public int Max(int samples) => (int)(((long)Math.Max(samples, _reach) + 1) * _to / _from) + 1;

    /// <summary>Samples that must be added before this many can be produced.</summary>
    public int Needed(int samples) =>
        samples == 0 ? 0 : (int)Math.Max(0, _at + (_phase + (samples - 1L) * _from) / _to + _reach + 1 - _count);

    /// <summary>
    /// Takes samples and produces those that all samples so far allow, as many as <paramref name="output"/> holds; returns their number.
    /// The rest is produced by the next call.
    /// </summary>
    public int Add(ReadOnlySpan<float> samples, Span<float> output)
    {
        samples.CopyTo(_window.AsSpan(_count));
        _count += samples.Length;

        var made = 0;
        for (; made < output.Length && _at + _reach < _count; made++)
        {
            output[made] = Interpolate();
            _phase += _from;
            _at += _phase / _to;
            _phase %= _to;
        }
        var used = _at - _reach;
        _window.AsSpan(used, _count - used).CopyTo(_window);
        _count -= used;
        _at = _reach;
        return made;
    }

    /// <summary>Produces the samples that were waiting for input after them; returns their number.</summary>
    public int Finish(Span<float> output)
    {
        Span<float> silence = stackalloc float[_reach];
        silence.Clear();
        return Add(silence, output);
    }

    private float Interpolate()
    {
        ReadOnlySpan<float> samples = _window.AsSpan(_at - _reach + 1, 2 * _reach);
        ReadOnlySpan<float> weights = _weights.AsSpan(_phase * 2 * _reach, 2 * _reach);
        var manySamples = MemoryMarshal.Cast<float, Vector<float>>(samples);
        var manyWeights = MemoryMarshal.Cast<float, Vector<float>>(weights);
        var sums = Vector<float>.Zero;
        for (var i = 0; i < manySamples.Length; i++) sums += manySamples[i] * manyWeights[i];
        var sum = Vector.Sum(sums);
        for (var i = manySamples.Length * Vector<float>.Count; i < samples.Length; i++) sum += samples[i] * weights[i];
        return sum;
    }

    private static float Weight(float[] kernel, double distance)
    {
        var point = distance * PointsPerSample;
        var below = (int)point;
        return kernel[below] + (float)(point - below) * (kernel[below + 1] - kernel[below]);
    }

    private static double Sinc(double x) => Math.Abs(x) < 1e-9 ? 1 : Math.Sin(Math.PI * x) / (Math.PI * x);

    private static double Kaiser(double x) => Math.Abs(x) >= 1 ? 0 : Bessel0(Beta * Math.Sqrt(1 - x * x)) / Bessel0(Beta);

    // The modified Bessel function of the first kind, order 0, by its power series.
    private static double Bessel0(double x)
    {
        double sum = 1, term = 1;
        for (var k = 1; term > sum * 1e-12; k++)
        {
            term *= x * x / (4.0 * k * k);
            sum += term;
        }
        return sum;
    }
}
