using System.Runtime.InteropServices;
using RealtimeAkka.Protocol;

namespace RealtimeAkka.Audio;

/// <summary>
/// Converts a device's samples from and to the format of the session within the device's callback: the cost per sample is constant, and
/// nothing is allocated. All code behind the callback counts samples of the session, so what was heard is exact without a ratio.
/// One instance serves one stream in one direction.
/// </summary>
public sealed class DeviceConverter
{
    /// <summary>Maximum frames per call; the caller splits longer blocks.</summary>
    public const int Block = 2048;

    private readonly DeviceFormat _format;
    private readonly SoundFormat _session;
    private readonly bool _isSame;
    private readonly Resampler? _resampler;
    private readonly float[] _mono;
    private readonly float[] _resampled;
    private readonly short[] _ours;
    private readonly byte[] _coded;

    private DeviceConverter(DeviceFormat format, SoundFormat session, int from, int to)
    {
        (_format, _session) = (format, session);
        _isSame = format == DeviceFormat.SessionFormat && session == SoundFormat.Pcm16;
        // A block holds more or fewer samples in the session than at the device: a loudspeaker's needs them, a microphone's gives them.
        _resampler = from == to ? null : new Resampler(from, to, (int)((long)Block * Math.Max(from, to) / to) + 1);
        _mono = new float[Math.Max(Block, _resampler?.Needed(Block) ?? 0)];
        _resampled = new float[Math.Max(Block, _resampler?.Max(Block) ?? 0)];
        _ours = new short[Math.Max(_mono.Length, _resampled.Length)];
        _coded = new byte[_ours.Length * session.BytesPerSample];
    }

    /// <summary>For a microphone.</summary>
    public static DeviceConverter FromDevice(DeviceFormat format, SoundFormat session) =>
        new(format, session, format.Rate, session.SampleRate);

    /// <summary>For a loudspeaker.</summary>
    public static DeviceConverter ToDevice(DeviceFormat format, SoundFormat session) =>
        new(format, session, session.SampleRate, format.Rate);

    /// <summary>Fills all of <paramref name="sound"/> in the format of the session.</summary>
    public delegate void Source(Span<byte> sound);

    /// <summary>
    /// Converts at most <see cref="Block"/> frames of a microphone; the result is valid until the next call.
    /// Averages the channels, as a sum could clip.
    /// </summary>
    public ReadOnlySpan<byte> Take(ReadOnlySpan<short> interleaved)
    {
        if (_isSame) return MemoryMarshal.AsBytes(interleaved);

        var (frames, channels) = (interleaved.Length / _format.Channels, _format.Channels);
        for (var frame = 0; frame < frames; frame++)
        {
            var sum = 0;
            foreach (var sample in interleaved.Slice(frame * channels, channels)) sum += sample;
            _mono[frame] = (float)sum / channels;
        }
        var mono = _mono.AsSpan(0, frames);
        if (_resampler is not null) mono = _resampled.AsSpan(0, _resampler.Add(mono, _resampled));
        var samples = Round(mono);
        var coded = _coded.AsSpan(0, samples.Length * _session.BytesPerSample);
        _session.Encode(samples, coded);
        return coded;
    }

    /// <summary>Fills at most <see cref="Block"/> frames of a loudspeaker from <paramref name="source"/>, every channel the same.</summary>
    public void Fill(Span<short> interleaved, Source source)
    {
        if (_isSame)
        {
            source(MemoryMarshal.AsBytes(interleaved));
            return;
        }
        var (frames, channels) = (interleaved.Length / _format.Channels, _format.Channels);
        var ours = _ours.AsSpan(0, _resampler?.Needed(frames) ?? frames);
        var coded = _coded.AsSpan(0, ours.Length * _session.BytesPerSample);
        source(coded);
        _session.Decode(coded, ours);
        var mono = _mono.AsSpan(0, ours.Length);
        for (var i = 0; i < ours.Length; i++) mono[i] = ours[i];
        if (_resampler is not null) mono = _resampled.AsSpan(0, _resampler.Add(mono, _resampled.AsSpan(0, frames)));

        var samples = Round(mono);
        for (var frame = 0; frame < frames; frame++) interleaved.Slice(frame * channels, channels).Fill(samples[frame]);
    }

    private ReadOnlySpan<short> Round(ReadOnlySpan<float> samples)
    {
        for (var i = 0; i < samples.Length; i++) _ours[i] = Pcm.Sample(samples[i]);
        return _ours.AsSpan(0, samples.Length);
    }
}
