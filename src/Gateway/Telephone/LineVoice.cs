using System.Buffers.Binary;
using System.Runtime.InteropServices;
using RealtimeAkka.Audio;
using RealtimeAkka.Protocol;

namespace RealtimeAkka.Gateway.Telephone;

/// <summary>The caller's sound of a telephone line, G.711 at 8 kHz, as the session's.</summary>
public sealed class LineDecoder(G711Law law)
{
    private const int Block = LineVoice.SampleRate / 50;

    private static readonly Resampler Up = new(LineVoice.SampleRate, Pcm.SampleRate, Block);

    private readonly Resampler _resampler = Up.Another();
    private readonly short[] _linear = new short[Block];
    private readonly float[] _samples = new float[Block];
    private readonly float[] _resampled = new float[Up.Max(Block)];
    private readonly byte[] _sound = new byte[Up.Max(Block) * Pcm.BytesPerSample];

    /// <summary>Passes on the session's sound of a frame, in pieces.</summary>
    public void Decode(ReadOnlySpan<byte> frame, Action<ReadOnlySpan<byte>> to)
    {
        for (; !frame.IsEmpty; frame = frame[Math.Min(frame.Length, Block)..])
        {
            var linear = _linear.AsSpan(0, Math.Min(frame.Length, Block));
            G711.Decode(law, frame[..linear.Length], linear);
            Pass(linear, to);
        }
    }

    /// <summary>The same for so much silence.</summary>
    public void Silence(long ms, Action<ReadOnlySpan<byte>> to)
    {
        _linear.AsSpan().Clear();
        for (var left = ms * LineVoice.SampleRate / 1000; left > 0; left -= Block)
            Pass(_linear.AsSpan(0, (int)Math.Min(left, Block)), to);
    }

    private void Pass(ReadOnlySpan<short> linear, Action<ReadOnlySpan<byte>> to)
    {
        for (var i = 0; i < linear.Length; i++) _samples[i] = linear[i];
        var count = _resampler.Add(_samples.AsSpan(0, linear.Length), _resampled);
        for (var i = 0; i < count; i++)
            BinaryPrimitives.WriteInt16LittleEndian(_sound.AsSpan(i * Pcm.BytesPerSample), Pcm.Sample(_resampled[i]));
        to(_sound.AsSpan(0, count * Pcm.BytesPerSample));
    }
}

/// <summary>The session's sound as that of a telephone line.</summary>
public sealed class LineEncoder(G711Law law)
{
    private const int Block = Pcm.SampleRate / 50;

    private static readonly Resampler Down = new(Pcm.SampleRate, LineVoice.SampleRate, Block);

    private readonly float[] _samples = new float[Block];
    private readonly float[] _resampled = new float[Down.Max(Block)];
    private readonly short[] _linear = new short[Down.Max(Block)];
    private Resampler _resampler = Down.Another();

    /// <summary>Encodes sound; returns the number of bytes written, at most a sixth of the sound's and a few more.</summary>
    public int Encode(ReadOnlySpan<byte> sound, Span<byte> to)
    {
        var written = 0;
        for (var left = MemoryMarshal.Cast<byte, short>(sound); !left.IsEmpty; left = left[Math.Min(left.Length, Block)..])
        {
            var taken = Math.Min(left.Length, Block);
            for (var i = 0; i < taken; i++) _samples[i] = left[i];
            var count = _resampler.Add(_samples.AsSpan(0, taken), _resampled);
            for (var i = 0; i < count; i++) _linear[i] = Pcm.Sample(_resampled[i]);
            G711.Encode(law, _linear.AsSpan(0, count), to[written..]);
            written += count;
        }
        return written;
    }

    /// <summary>What follows does not follow on what was encoded.</summary>
    public void Reset() => _resampler = Down.Another();

    /// <summary>Bytes that <see cref="Encode"/> may write for so many bytes of sound.</summary>
    public static int Max(int soundBytes) => Down.Max(soundBytes / Pcm.BytesPerSample);
}

/// <summary>The sound of a telephone line and that of its session.</summary>
internal abstract class LineVoice
{
    /// <summary>Samples, and bytes, per second on the line.</summary>
    public const int SampleRate = 8000;

    /// <summary>Bytes of PCM16 at 24 kHz for a byte of the line's.</summary>
    public const int PcmBytesPerByte = Pcm.SampleRate / SampleRate * Pcm.BytesPerSample;

    /// <summary>How the session's sound is coded.</summary>
    public abstract SoundFormat Format { get; }

    /// <summary>Passes on the session's sound of a frame, in pieces.</summary>
    public abstract void FromLine(ReadOnlySpan<byte> frame, Action<ReadOnlySpan<byte>> to);

    /// <summary>The same for so much silence.</summary>
    public abstract void Silence(long ms, Action<ReadOnlySpan<byte>> to);

    /// <summary>The line's sound of the session's, until the next call; <paramref name="isFirst"/>: it follows a silence.</summary>
    public abstract ReadOnlySpan<byte> ToLine(ReadOnlySpan<byte> sound, bool isFirst);

    /// <summary>The voice of a line; <paramref name="passThrough"/>: the session has the line's own sound.</summary>
    public static LineVoice Of(SoundFormat line, bool passThrough) => passThrough ? new Same(line) : new Converted(line.Law!.Value);

    private sealed class Same(SoundFormat line) : LineVoice
    {
        private readonly byte[] _silence = [.. Enumerable.Repeat(line.Silence, SampleRate / 50)];

        public override SoundFormat Format => line;

        public override void FromLine(ReadOnlySpan<byte> frame, Action<ReadOnlySpan<byte>> to) => to(frame);

        public override void Silence(long ms, Action<ReadOnlySpan<byte>> to)
        {
            for (var left = ms * SampleRate / 1000; left > 0; left -= _silence.Length)
                to(_silence.AsSpan(0, (int)Math.Min(left, _silence.Length)));
        }

        public override ReadOnlySpan<byte> ToLine(ReadOnlySpan<byte> sound, bool isFirst) => sound;
    }

    private sealed class Converted(G711Law law) : LineVoice
    {
        private readonly LineDecoder _decoder = new(law);
        private readonly LineEncoder _encoder = new(law);
        private byte[] _line = [];

        public override SoundFormat Format => SoundFormat.Pcm16;

        public override void FromLine(ReadOnlySpan<byte> frame, Action<ReadOnlySpan<byte>> to) => _decoder.Decode(frame, to);

        public override void Silence(long ms, Action<ReadOnlySpan<byte>> to) => _decoder.Silence(ms, to);

        public override ReadOnlySpan<byte> ToLine(ReadOnlySpan<byte> sound, bool isFirst)
        {
            if (isFirst) _encoder.Reset();
            if (_line.Length < LineEncoder.Max(sound.Length)) _line = new byte[LineEncoder.Max(sound.Length)];
            return _line.AsSpan(0, _encoder.Encode(sound, _line));
        }
    }
}
