using System.Buffers;
using System.Threading.Channels;
using RealtimeAkka.Actors.Mic;
using RealtimeAkka.Protocol;

namespace RealtimeAkka.Audio;

/// <summary>
/// Records a session: audio sent and audio heard, two files on one clock that both begin when the session opens. No caller waits for
/// the disk: audio that it does not take in time is lost, counted, and silence in the file.
/// </summary>
public sealed class AudioRecorder : IAudioRecorder, IDisposable
{
    /// <summary>Maximum bytes waiting for the disk: about 20 s of both directions, or two minutes of a telephone's.</summary>
    public const int Capacity = 2 * 1024 * 1024;

    // For what is left at the end; a disk that takes longer for it is not writing at all.
    private static readonly TimeSpan LastWait = TimeSpan.FromSeconds(2);

    private readonly Channel<Entry> _entries = Channel.CreateUnbounded<Entry>(new UnboundedChannelOptions { SingleReader = true });
    private readonly Task _writing;
    private readonly WavWriter _input;
    private readonly WavWriter _output;
    private readonly SoundFormat _format;
    private long _waiting, _lost;
    private long _sentTo; // on the session's audio clock, in bytes

    /// <summary>Records sound in this format into two files, which it closes.</summary>
    public AudioRecorder(WavWriter input, WavWriter output, SoundFormat format)
    {
        (_input, _output, _format) = (input, output, format);
        _writing = Task.Run(WriteAsync);
    }

    /// <summary>Audio that was sent or heard and is not in the files.</summary>
    public TimeSpan Lost => _format.Duration(Interlocked.Read(ref _lost));

    /// <summary>Audio waits for the disk.</summary>
    public bool IsBehind => Interlocked.Read(ref _waiting) > 0;

    /// <summary>Why nothing more is written; null: no failure.</summary>
    public string? Failure { get; private set; }

    /// <inheritdoc/>
    public void Begin(TimeSpan now) => _entries.Writer.TryWrite(new Entry(null, default, now));

    /// <inheritdoc/>
    public void Sent(ReadOnlyMemory<byte> sound, TimeSpan? at, long place)
    {
        if (place < _sentTo) return;
        _sentTo = place + sound.Length;
        Add(_input, sound.Span, at);
    }

    /// <summary>Audio that was heard, from <paramref name="at"/> on; it is valid only during the call.</summary>
    public void Heard(ReadOnlySpan<byte> sound, TimeSpan at) => Add(_output, sound, at);

    private void Add(WavWriter file, ReadOnlySpan<byte> sound, TimeSpan? at)
    {
        if (Interlocked.Add(ref _waiting, sound.Length) <= Capacity)
        {
            var copy = ArrayPool<byte>.Shared.Rent(sound.Length);
            sound.CopyTo(copy);
            if (_entries.Writer.TryWrite(new Entry(file, new ArraySegment<byte>(copy, 0, sound.Length), at))) return;
            ArrayPool<byte>.Shared.Return(copy);
        }
        Interlocked.Add(ref _waiting, -sound.Length);
        Interlocked.Add(ref _lost, sound.Length);
    }

    private async Task WriteAsync()
    {
        (RecordingTrack Input, RecordingTrack Output, TimeSpan Start)? tracks = null;
        await foreach (var entry in _entries.Reader.ReadAllAsync().ConfigureAwait(false))
        {
            if (entry.File is null)
            {
                tracks ??= (new RecordingTrack(_input, entry.At!.Value, _format), new RecordingTrack(_output, entry.At.Value, _format),
                    entry.At.Value);
                continue;
            }
            // A microphone may begin with audio from just before it was opened: it is sent, so it is kept.
            if (tracks is var (input, output, start))
                Write(entry.File == _input ? input : output, entry.File == _input && entry.At < start ? entry with { At = start } : entry);
            Interlocked.Add(ref _waiting, -entry.Sound.Count);
            ArrayPool<byte>.Shared.Return(entry.Sound.Array!);
        }
    }

    private void Write(RecordingTrack track, Entry entry)
    {
        try
        {
            if (Failure is null) track.Add(entry.Sound, entry.At);
            else Interlocked.Add(ref _lost, entry.Sound.Count);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            Failure = e.Message;
            Interlocked.Add(ref _lost, entry.Sound.Count);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (!_entries.Writer.TryComplete()) return; // disposed of already
        if (!_writing.Wait(LastWait))
        {
            Interlocked.Add(ref _lost, Interlocked.Read(ref _waiting));
            return; // the files are in use; what is in them can be read
        }
        Close(_input);
        Close(_output);
    }

    private void Close(WavWriter file)
    {
        try
        {
            file.Dispose();
        }
        catch (IOException e)
        {
            Failure ??= e.Message;
        }
    }

    // Without a file: the time at which the session opened. The sound is a copy from the pool: what a caller has is valid during its call.
    private readonly record struct Entry(WavWriter? File, ArraySegment<byte> Sound, TimeSpan? At);
}
