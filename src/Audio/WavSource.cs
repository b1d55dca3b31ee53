using System.Globalization;
using RealtimeAkka.Actors.Mic;
using RealtimeAkka.Protocol;

namespace RealtimeAkka.Audio;

/// <summary>A WAV file of any format that <see cref="WavFormat"/> reads, in the format of the session, read on demand.</summary>
public sealed class WavSource : IPullAudioSource, IDisposable
{
    private const int BlockFrames = 4096;

    private readonly Stream _stream;
    private readonly WavFormat _format;
    private readonly SoundFormat _session;
    private readonly bool _isSame;
    private readonly Resampler? _resampler;
    private readonly byte[] _block = [];
    private readonly float[] _mono = [];
    private readonly float[] _resampled = [];
    private readonly List<float> _ready = [];
    private short[] _samples = [];
    private ReadOnlyMemory<byte> _first; // of the samples: read from the stream before
    private long _left;
    private int _taken;
    private bool _atEnd;

    private WavSource(Stream stream, WavFormat format, long bytes, SoundFormat session)
    {
        (_stream, _format, _left, _session) = (stream, format, bytes, session);
        _isSame = format.Rate == session.SampleRate && format.Channels == 1 && format.Law == session.Law && !format.IsFloat
            && format.Bits == 8 * session.BytesPerSample;
        if (_isSame) return;
        _resampler = format.Rate == session.SampleRate ? null : new Resampler(format.Rate, session.SampleRate, BlockFrames);
        _resampled = new float[_resampler?.Max(BlockFrames) ?? 0];
        _block = new byte[BlockFrames * format.FrameBytes];
        _mono = new float[BlockFrames];
    }

    /// <summary>
    /// Opens a file for a session of this format. Throws <see cref="IOException"/> or <see cref="UnauthorizedAccessException"/> if it
    /// cannot be read, <see cref="InvalidDataException"/> if it is no WAV file.
    /// </summary>
    public static WavSource Open(string path, SoundFormat session)
    {
        var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 0); // it is read in blocks
        try
        {
            var (format, bytes) = WavFormat.Read(file);
            return new WavSource(file, format, bytes, session) { Warning = Incomplete(file, format, bytes) };
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
    public static WavSource FromPipe(Stream pipe, SoundFormat session)
    {
        var (format, bytes) = WavFormat.ReadChunks(pipe);
        return new WavSource(pipe, format, bytes, session);
    }

    /// <summary>Reads a pipe with PCM16 mono 24 kHz and no header, of which <paramref name="first"/> has been read.</summary>
    public static WavSource FromRaw(Stream pipe, ReadOnlyMemory<byte> first, SoundFormat session) =>
        new(pipe, new WavFormat(Pcm.SampleRate, 1, 8 * Pcm.BytesPerSample, IsFloat: false), long.MaxValue, session) { _first = first };

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
        _isSame ? CopyAsync(frame, cancellation) : ConvertAsync(frame, cancellation);

    // A file in the session's format is read straight into the frame: converting every sample is a tenth of a session's cost.
    private ValueTask<int> CopyAsync(Memory<byte> frame, CancellationToken cancellation)
    {
        var filling = FillAsync(frame[..(int)Math.Min(frame.Length, _left)], cancellation);
        return filling.IsCompletedSuccessfully ? new(_session.WholeSamples(filling.Result)) : WholeSamplesAsync(filling);
    }

    private async ValueTask<int> WholeSamplesAsync(ValueTask<int> filling) =>
        _session.WholeSamples(await filling.ConfigureAwait(false));

    private async ValueTask<int> ConvertAsync(Memory<byte> frame, CancellationToken cancellation)
    {
        while (_ready.Count - _taken < frame.Length / _session.BytesPerSample && !_atEnd)
            await ReadBlockAsync(cancellation).ConfigureAwait(false);

        var samples = Math.Min(_ready.Count - _taken, frame.Length / _session.BytesPerSample);
        if (_samples.Length < samples) _samples = new short[samples];
        // Scaled by 32768 both ways: a 16-bit file at the session's rate arrives bit for bit.
        for (var i = 0; i < samples; i++)
            _samples[i] = Pcm.Sample(_ready[_taken + i] * 32768f);
        _session.Encode(_samples.AsSpan(0, samples), frame.Span);
        _taken += samples;
        return samples * _session.BytesPerSample;
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
        var known = Math.Min(_first.Length, buffer.Length);
        _first[..known].CopyTo(buffer);
        _first = _first[known..];
        var rest = buffer[known..];
        if (rest.IsEmpty) return new(Filled(known));
        if (!_stream.CanSeek) return FillFromPipeAsync(rest, known, cancellation);
        try
        {
            return new(Filled(known + _stream.ReadAtLeast(rest.Span, rest.Length, throwOnEndOfStream: false)));
        }
        catch (IOException e)
        {
            return ValueTask.FromException<int>(e);
        }
    }

    private async ValueTask<int> FillFromPipeAsync(Memory<byte> rest, int known, CancellationToken cancellation) =>
        Filled(known + await _stream.ReadAtLeastAsync(rest, rest.Length, throwOnEndOfStream: false, cancellation).ConfigureAwait(false));

    private int Filled(int bytes)
    {
        _left -= bytes;
        return bytes;
    }

    /// <inheritdoc/>
    public void Dispose() => _stream.Dispose();
}
