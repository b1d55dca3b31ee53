using BenchmarkDotNet.Attributes;
using RealtimeAkka.Audio;
using RealtimeAkka.Protocol;

namespace RealtimeAkka.Bench;

/// <summary>Time of G.711 per frame of 100 ms, by vectors and by tables, and of what a session with PCM16 needs instead.</summary>
[InProcess]
public class G711Benchmarks
{
    private readonly byte[] _codes = new byte[800];
    private readonly short[] _samples = new short[800];
    private readonly byte[] _pcm = new byte[Pcm.Bytes(TimeSpan.FromMilliseconds(100))];
    private readonly short[] _wide = new short[2400];
    private readonly float[] _telephone = new float[800];
    private readonly float[] _resampled;
    private readonly Resampler _up = new(8000, Pcm.SampleRate, 800);

    /// <summary>Sound with codes of every kind.</summary>
    public G711Benchmarks()
    {
        _resampled = new float[_up.Max(800)];
        new Random(7).NextBytes(_codes);
        new Random(7).NextBytes(_pcm);
    }

    /// <summary>The law that is measured.</summary>
    [Params(G711Law.MuLaw, G711Law.ALaw)]
    public G711Law Law { get; set; }

    /// <summary>Samples to measure encoding with.</summary>
    [GlobalSetup]
    public void Decoded() => G711.Decode(Law, _codes, _samples);

    /// <summary>Codes to samples.</summary>
    [Benchmark]
    public void Decode() => G711.Decode(Law, _codes, _samples);

    /// <summary>The same, one by one.</summary>
    [Benchmark]
    public void DecodeByTable()
    {
        for (var i = 0; i < _codes.Length; i++) _samples[i] = G711.Decode(Law, _codes[i]);
    }

    /// <summary>Samples to codes.</summary>
    [Benchmark]
    public void Encode() => G711.Encode(Law, _samples, _codes);

    /// <summary>The same, one by one.</summary>
    [Benchmark]
    public void EncodeByTable()
    {
        for (var i = 0; i < _samples.Length; i++) _codes[i] = G711.Encode(Law, _samples[i]);
    }

    /// <summary>The power of a frame of codes: all that a session does with them that passes them on.</summary>
    [Benchmark]
    public long PowerOfCodes() => G711.SumOfSquares(Law, _codes);

    /// <summary>The power of a frame of PCM16 at 24 kHz.</summary>
    [Benchmark]
    public long PowerOfPcm() => Pcm.SumOfSquares(_pcm);

    /// <summary>What a session with PCM16 does with a frame of a telephone: decode, resample, measure.</summary>
    [Benchmark]
    public long TelephoneToPcm()
    {
        G711.Decode(Law, _codes, _samples);
        for (var i = 0; i < _samples.Length; i++) _telephone[i] = _samples[i];
        var made = _up.Add(_telephone, _resampled);
        for (var i = 0; i < made; i++)
            _wide[i] = (short)Math.Clamp(MathF.Round(_resampled[i]), short.MinValue, short.MaxValue);
        return Pcm.SumOfSquares(System.Runtime.InteropServices.MemoryMarshal.AsBytes(_wide.AsSpan(0, made)));
    }
}
