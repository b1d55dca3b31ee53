using System.Runtime.InteropServices;
using RealtimeAkka.Protocol;

namespace RealtimeAkka.Audio;

/// <summary>
/// Converts a device's samples from and to PCM16 mono 24 kHz within the device's callback: the cost per sample is constant, and nothing
/// is allocated. All code behind the callback counts 24 kHz samples, so what was heard is exact without a ratio.
/// One instance serves one stream in one direction.
/// </summary>
public sealed class DeviceConverter
{
    /// <summary>Maximum frames per call; the caller splits longer blocks.</summary>
    public const int Block = 2048;

    private readonly DeviceFormat _format;
    private readonly Resampler? _resampler;
    private readonly float[] _mono;
    private readonly float[] _resampled;
    private readonly short[] _ours;

    private DeviceConverter(DeviceFormat format, int from, int to)
    {
        _format = format;
        // A block holds more or fewer samples at 24 kHz than at the device: a loudspeaker's needs them, a microphone's gives them.
        _resampler = from == to ? null : new Resampler(from, to, (int)((long)Block * Math.Max(from, to) / to) + 1);
        _mono = new float[Math.Max(Block, _resampler?.Needed(Block) ?? 0)];
        _resampled = new float[Math.Max(Block, _resampler?.Max(Block) ?? 0)];
        _ours = new short[Math.Max(_mono.Length, _resampled.Length)];
    }

    /// <summary>For a microphone.</summary>
    public static DeviceConverter FromDevice(DeviceFormat format) => new(format, format.Rate, Pcm.SampleRate);

    /// <summary>For a loudspeaker.</summary>
    public static DeviceConverter ToDevice(DeviceFormat format) => new(format, Pcm.SampleRate, format.Rate);

    /// <summary>Fills all of <paramref name="sound"/> with PCM16 mono 24 kHz.</summary>
    public delegate void Source(Span<byte> sound);

    /// <summary>
    /// Converts at most <see cref="Block"/> frames of a microphone; the result is valid until the next call.
    /// Averages the channels, as a sum could clip.
    /// </summary>
    public ReadOnlySpan<byte> Take(ReadOnlySpan<short> interleaved)
    {
        if (_format == DeviceFormat.SessionFormat) return MemoryMarshal.AsBytes(interleaved);

        var (frames, channels) = (interleaved.Length / _format.Channels, _format.Channels);
        for (var frame = 0; frame < frames; frame++)
        {
            var sum = 0;
            foreach (var sample in interleaved.Slice(frame * channels, channels)) sum += sample;
            _mono[frame] = (float)sum / channels;
        }
        var mono = _mono.AsSpan(0, frames);
        if (_resampler is not null) mono = _resampled.AsSpan(0, _resampler.Add(mono, _resampled));
        return MemoryMarshal.AsBytes(Round(mono));
    }

    /// <summary>Fills at most <see cref="Block"/> frames of a loudspeaker from <paramref name="source"/>, every channel the same.</summary>
    public void Fill(Span<short> interleaved, Source source)
    {
        if (_format == DeviceFormat.SessionFormat)
        {
            source(MemoryMarshal.AsBytes(interleaved));
            return;
        }
        var (frames, channels) = (interleaved.Length / _format.Channels, _format.Channels);
        var ours = _ours.AsSpan(0, _resampler?.Needed(frames) ?? frames);
        source(MemoryMarshal.AsBytes(ours));
        var mono = _mono.AsSpan(0, ours.Length);
        for (var i = 0; i < ours.Length; i++) mono[i] = ours[i];
        if (_resampler is not null) mono = _resampled.AsSpan(0, _resampler.Add(mono, _resampled.AsSpan(0, frames)));

        var samples = Round(mono);
        for (var frame = 0; frame < frames; frame++) interleaved.Slice(frame * channels, channels).Fill(samples[frame]);
    }

    private ReadOnlySpan<short> Round(ReadOnlySpan<float> samples)
    {
        for (var i = 0; i < samples.Length; i++) _ours[i] = (short)Math.Clamp(MathF.Round(samples[i]), short.MinValue, short.MaxValue);
        return _ours.AsSpan(0, samples.Length);
    }
}
