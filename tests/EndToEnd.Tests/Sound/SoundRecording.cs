using System.Diagnostics;
using RealtimeAkka.EndToEnd.Tests.Host;

namespace RealtimeAkka.EndToEnd.Tests.VirtualDevices;

/// <summary>What a virtual device sounds like while this exists, PCM16 mono 24 kHz, silence included.</summary>
internal sealed class SoundRecording : IAsyncDisposable
{
    // A fifth of a second: more than the server keeps of what it has already played.
    private const int OnItsWay = 200 * 48;

    private readonly Process _recorder;
    private readonly Lock _lock = new();
    private readonly MemoryStream _heard = new();
    private readonly Task _reading;
    private TaskCompletionSource _more = New();
    private volatile bool _ended;
    private long _startedAt = long.MaxValue;

    private SoundRecording(Process recorder)
    {
        _recorder = recorder;
        _ = recorder.StandardError.ReadToEndAsync();
        _reading = ReadAsync();
    }

    /// <summary>Completes with the first sample: what is played from now on is recorded.</summary>
    public static async Task<SoundRecording> StartAsync(ProcessStartInfo recorder)
    {
        var recording = new SoundRecording(Process.Start(recorder)!);
        await recording.UntilAsync(heard => heard.Length > 0);
        return recording;
    }

    /// <summary>
    /// When the first sample was heard, on the clock of <see cref="Stopwatch"/>: sound arrives a little late, now more and now less,
    /// and the least late says when it was. All recordings are late by the same least.
    /// </summary>
    public TimeSpan StartedAt
    {
        get { lock (_lock) return Stopwatch.GetElapsedTime(0, _startedAt); }
    }

    /// <summary>Bytes so far.</summary>
    public int Length
    {
        get { lock (_lock) return (int)_heard.Length & ~1; }
    }

    /// <summary>All that was recorded from there on, as soon as <paramref name="isEnough"/> says so.</summary>
    public async Task<byte[]> UntilAsync(Func<byte[], bool> isEnough, int from = 0)
    {
        var started = Stopwatch.GetTimestamp();
        while (true)
        {
            var (heard, more, ended) = Now(from);
            if (isEnough(heard)) return heard;
            var left = HostProcess.Limit - Stopwatch.GetElapsedTime(started);
            if (ended || left <= TimeSpan.Zero) throw new TimeoutException($"{heard.Length / 48} ms were recorded{(ended ? " until the sound server went away" : "")}, but not what was waited for.");
            await Task.WhenAny(more, Task.Delay(left));
        }
    }

    /// <summary>Until something has been heard for so long, its pauses included.</summary>
    public Task UntilSoundAsync(int ms) => UntilAsync(heard => heard.AsSpan().IndexOfAnyExcept((byte)0) is >= 0 and var first && heard.Length >= first + ms * 48);

    /// <summary>Ends the recording when all that was played before is in it.</summary>
    public async Task<byte[]> StopAsync()
    {
        await UntilAsync(heard => heard.Length >= OnItsWay || _ended, from: Length);
        await EndAsync();
        return Now(0).Heard;
    }

    /// <summary>All of it, as soon as the recording has ended by itself, since its sound server has.</summary>
    public async Task<byte[]> ToEndAsync()
    {
        await _reading.WaitAsync(HostProcess.Limit);
        return Now(0).Heard;
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await EndAsync();
        _recorder.Dispose();
    }

    private async Task EndAsync()
    {
        if (!_recorder.HasExited) _recorder.Kill();
        await _reading;
    }

    private static TaskCompletionSource New() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    // Whole samples only.
    private (byte[] Heard, Task More, bool Ended) Now(int from)
    {
        lock (_lock) return (_heard.GetBuffer().AsSpan(from, ((int)_heard.Length & ~1) - from).ToArray(), _more.Task, _ended);
    }

    private async Task ReadAsync()
    {
        var buffer = new byte[4096];
        int read;
        do
        {
            read = await _recorder.StandardOutput.BaseStream.ReadAsync(buffer);
            lock (_lock)
            {
                _heard.Write(buffer, 0, read);
                if (read > 0) _startedAt = Math.Min(_startedAt, Stopwatch.GetTimestamp() - _heard.Length / 2 * Stopwatch.Frequency / 24_000);
                _ended = read == 0;
                _more.SetResult();
                _more = New();
            }
        }
        while (read > 0);
    }
}
