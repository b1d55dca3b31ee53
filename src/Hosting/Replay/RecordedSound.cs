using RealtimeAkka.Audio;
using RealtimeAkka.Hosting.Net;
using RealtimeAkka.Protocol;

namespace RealtimeAkka.Hosting.Replay;

/// <summary>
/// The caller's sound as it was sent, from <c>input.wav</c>, in which the pauses of the input are silence; without the file all of it is
/// silence.
/// </summary>
internal sealed class RecordedSound : IDisposable
{
    private readonly WavSource? _file;
    private readonly SoundFormat _format;
    private readonly IReadOnlyList<TimelineEntry.Spoken> _spoken;
    private long _at; // bytes read of the file
    private int _part;

    /// <summary>Opens the file of a session's folder. Throws what <see cref="WavSource.Open"/> throws.</summary>
    public RecordedSound(string folder, IReadOnlyList<TimelineEntry.Spoken> spoken, SoundFormat format)
    {
        (_spoken, _format) = (spoken, format);
        var path = Path.Combine(folder, "input.wav");
        _file = File.Exists(path) ? WavSource.Open(path, format) : null;
    }

    /// <summary>There is a file.</summary>
    public bool IsRecorded => _file is not null;

    /// <summary>When the sound from byte <paramref name="place"/> on was spoken, if a pause ends there; null: no pause does.</summary>
    public TimeSpan? After(long place) => PartAt(place) is { } part ? TimeSpan.FromSeconds(part.At) : null;

    /// <summary>Fills <paramref name="frame"/> with the sound at <paramref name="place"/>, its position without pauses, in bytes.</summary>
    public void Read(Span<byte> frame, long place)
    {
        if (PartAt(place) is { } part) SkipTo((long)((part.At - _spoken[0].At) * _format.SampleRate) * _format.BytesPerSample);
        Read(frame);
    }

    /// <summary>Fills <paramref name="frame"/> with what comes next in the file, with its pauses.</summary>
    public void Read(Span<byte> frame)
    {
        var bytes = new byte[frame.Length];
        // A file is read synchronously.
        var read = _file?.ReadAsync(bytes, CancellationToken.None).AsTask().GetAwaiter().GetResult() ?? 0;
        bytes.AsSpan(0, read).CopyTo(frame);
        frame[read..].Fill(_format.Silence);
        _at += frame.Length;
    }

    /// <inheritdoc/>
    public void Dispose() => _file?.Dispose();

    private TimelineEntry.Spoken? PartAt(long place)
    {
        // The input may pause right at its beginning: then two parts begin there, and the later one counts.
        while (_part + 1 < _spoken.Count && _spoken[_part + 1].Place <= place) _part++;
        return _part < _spoken.Count && _spoken[_part].Place == place ? _spoken[_part] : null;
    }

    private void SkipTo(long place)
    {
        for (var skipped = new byte[4096]; _at < place;) Read(skipped.AsSpan(0, (int)Math.Min(skipped.Length, place - _at)));
    }
}
