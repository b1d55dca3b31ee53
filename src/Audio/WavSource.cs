using System.Buffers.Binary;
using System.Globalization;
using RealtimeAkka.Actors.Mic;
using RealtimeAkka.Protocol;

namespace RealtimeAkka.Audio;

/// <summary>A WAV file of any format that <see cref="WavFormat"/> reads, as PCM16 mono 24 kHz, read on demand.</summary>
public sealed class WavSource : IPullAudioSource, IDisposable
{
    private const int BlockFrames = 4096;

    private readonly Stream _stream;
    private readonly WavFormat _format;
    private readonly Resampler? _resampler;
    private readonly byte[] _block = [];
    private readonly float[] _mono = [];
    private readonly float[] _resampled = [];
    private readonly List<float> _ready = [];
    private long _left;
    private int _taken;
    private bool _atEnd;

    private WavSource(Stream stream, WavFormat format, long bytes)
    {
        (_stream, _format, _left) = (stream, format, bytes);
        if (IsSessionFormat(format)) return;
        _resampler = format.Rate == Pcm.SampleRate ? null : new Resampler(format.Rate, Pcm.SampleRate, BlockFrames);
        _resampled = new float[_resampler?.Max(BlockFrames) ?? 0];
        _block = new byte[BlockFrames * format.FrameBytes];
        _mono = new float[BlockFrames];
    }

    /// <summary>
    /// Opens a file. Throws <see cref="IOException"/> or <see cref="UnauthorizedAccessException"/> if it cannot be read,
    /// <see cref="InvalidDataException"/> if it is no WAV file.
    /// </summary>
    public static WavSource Open(string path)
    {
        var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 0); // it is read in blocks
        try
        {
            var (format, bytes) = WavFormat.Read(file);
            return new WavSource(file, format, bytes) { Warning = Incomplete(file, format, bytes) };
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    /// <summary>What of the file is not read, as the end of a sentence about it; null: all of it is.</summary>
    public string? Warning { get; private init; }

    /// <summary>Reads a pipe whose first <see cref="WavFormat.MagicBytes"/> have been read. Throws as <see cref="Open"/> does.</summary>
    public static WavSource FromPipe(Stream pipe)
    {
        var (format, bytes) = WavFormat.ReadChunks(pipe);
        return new WavSource(pipe, format, bytes);
    }

    // The header may promise more than there is, and samples may come in two parts.
    private static string? Incomplete(FileStream file, WavFormat format, long bytes)
    {
        if (!file.CanSeek || bytes == long.MaxValue) return null;
        var start = file.Position;
        if (bytes > file.Length - start)
        {
            double Seconds(long count) => (double)count / format.FrameBytes / format.Rate;
            return string.Create(CultureInfo.InvariantCulture,
                $"ends after {Seconds(file.Length - start):0.0} s, although its header says {Seconds(bytes):0.0} s");
        }
        file.Position = Math.Min(file.Length, start + bytes + (bytes & 1));
        var isSplit = WavFormat.Chunks(file).Contains("data");
        file.Position = start;
        return isSplit ? "has a second block of samples, which is not read" : null;
    }

    /// <inheritdoc/>
    public ValueTask<int> ReadAsync(Memory<byte> frame, CancellationToken cancellation) =>
        IsSessionFormat(_format) ? CopyAsync(frame, cancellation) : ConvertAsync(frame, cancellation);

    private static bool IsSessionFormat(WavFormat format) =>
        format is { Rate: Pcm.SampleRate, Channels: 1, Bits: 8 * Pcm.BytesPerSample, IsFloat: false };

    // A file in the target format is read straight into the frame: converting every sample is a tenth of a session's cost.
    private ValueTask<int> CopyAsync(Memory<byte> frame, CancellationToken cancellation)
    {
        var filling = FillAsync(frame[..(int)Math.Min(frame.Length, _left)], cancellation);
        return filling.IsCompletedSuccessfully ? new(Pcm.WholeSamples(filling.Result)) : WholeSamplesAsync(filling);
    }

    private static async ValueTask<int> WholeSamplesAsync(ValueTask<int> filling) => Pcm.WholeSamples(await filling.ConfigureAwait(false));

    private async ValueTask<int> ConvertAsync(Memory<byte> frame, CancellationToken cancellation)
    {
        while (_ready.Count - _taken < frame.Length / Pcm.BytesPerSample && !_atEnd)
            await ReadBlockAsync(cancellation).ConfigureAwait(false);

        var samples = Math.Min(_ready.Count - _taken, frame.Length / Pcm.BytesPerSample);
        for (var i = 0; i < samples; i++)
        {
            // Scaled by 32768 both ways: a 16-bit file at 24 kHz arrives bit for bit.
            var sample = Math.Clamp(MathF.Round(_ready[_taken + i] * 32768f), short.MinValue, short.MaxValue);
            BinaryPrimitives.WriteInt16LittleEndian(frame.Span[(i * Pcm.BytesPerSample)..], (short)sample);
        }
        _taken += samples;
        return samples * Pcm.BytesPerSample;
    }

    private async Task ReadBlockAsync(CancellationToken cancellation)
    {
        _ready.RemoveRange(0, _taken);
        _taken = 0;

        var wanted = (int)Math.Min(_block.Length, _left - _left % _format.FrameBytes);
        var read = await FillAsync(_block.AsMemory(0, wanted), cancellation).ConfigureAwait(false);
        var frames = read / _format.FrameBytes;
        for (var i = 0; i < frames; i++) _mono[i] = _format.Mono(_block.AsSpan(i * _format.FrameBytes, _format.FrameBytes));

        var mono = _mono.AsSpan(0, frames);
        if (_resampler is null) _ready.AddRange(mono);
        else _ready.AddRange(_resampled.AsSpan(0, _resampler.Add(mono, _resampled)));

        if (frames > 0) return;
        _atEnd = true;
        if (_resampler is not null) _ready.AddRange(_resampled.AsSpan(0, _resampler.Finish(_resampled)));
    }

    // A file read returns at once, mostly from memory; only a pipe is worth a thread switch.
    private ValueTask<int> FillAsync(Memory<byte> buffer, CancellationToken cancellation)
    {
        if (buffer.IsEmpty) return new(0);
        if (!_stream.CanSeek) return FillFromPipeAsync(buffer, cancellation);
        try
        {
            return new(Filled(_stream.ReadAtLeast(buffer.Span, buffer.Length, throwOnEndOfStream: false)));
        }
        catch (IOException e)
        {
            return ValueTask.FromException<int>(e);
        }
    }

    private async ValueTask<int> FillFromPipeAsync(Memory<byte> buffer, CancellationToken cancellation) =>
        Filled(await _stream.ReadAtLeastAsync(buffer, buffer.Length, throwOnEndOfStream: false, cancellation).ConfigureAwait(false));

    private int Filled(int bytes)
    {
        _left -= bytes;
        return bytes;
    }

    /// <inheritdoc/>
    public void Dispose() => _stream.Dispose();
}
