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
    // The kernel is a table, interpolated linearly: at 512 points per sample the error is far below 16 bits.
    private const int PointsPerSample = 512;

    private readonly int _from;
    private readonly int _to;
    private readonly int _reach;
    private readonly float[] _kernel;
    private readonly float[] _window;
    private int _count;
    // The position of the next sample: _at plus _phase / _to samples. In integers, so that no rounding errors accumulate.
    private int _at;
    private int _phase;

    /// <summary>Converts <paramref name="from"/> to <paramref name="to"/> Hz, at most <paramref name="block"/> samples per call.</summary>
    public Resampler(int from, int to, int block)
    {
        (_from, _to) = (from, to);
        // A little below the Nyquist frequency, to leave room for the filter's slope.
        var cutoff = Math.Min(1.0, (double)to / from) * 0.97;
        _reach = (int)Math.Ceiling(ZeroCrossings / cutoff);
        _kernel = new float[_reach * PointsPerSample + 2];
        for (var i = 0; i < _kernel.Length; i++)
        {
            var distance = (double)i / PointsPerSample;
            _kernel[i] = (float)(cutoff * Sinc(distance * cutoff) * Kaiser(distance / _reach));
        }
        _window = new float[2 * _reach + 1 + Math.Max(block, _reach)];
        _at = _count = _reach;
    }

    private Resampler(Resampler like)
    {
        (_from, _to, _reach, _kernel) = (like._from, like._to, like._reach, like._kernel);
        _window = new float[like._window.Length];
        _at = _count = _reach;
    }

    /// <summary>A new one for the same conversion, without the cost of the kernel.</summary>
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
        var offset = (double)_phase / _to;
        var sum = 0f;
        for (var i = _at - _reach + 1; i <= _at + _reach; i++)
        {
            var point = Math.Abs(i - _at - offset) * PointsPerSample;
            var below = (int)point;
            var weight = (float)(point - below);
            sum += _window[i] * (_kernel[below] + weight * (_kernel[below + 1] - _kernel[below]));
        }
        return sum;
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
